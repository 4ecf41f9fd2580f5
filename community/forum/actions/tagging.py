"""Which tags a topic wears, and how a new tag comes into the house."""

from collections.abc import Iterable
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from community.forum import permissions, texts
from community.forum.models import Tag, Topic
from portal.accounts.models import Member
from portal.core.errors import Invalid


def put_tags(topic: Topic, names: Iterable[str], *, actor: Member, at: datetime, trusted: bool = False) -> bool:
    """Gives a topic these tags instead of those it had; returns whether anything changed. Under the topic's lock.

    Raises Invalid (`field` tags): too many, a bad name, or a new tag from somebody who may not make one. `trusted` is
    for replays of the past. The caller raises the topic's version. Idempotent.
    """
    wanted = texts.check_tags(names)
    known = {tag.fold: tag for tag in Tag.objects.filter(fold__in=[texts.tag_fold(name) for name in wanted])}
    fresh = [name for name in wanted if texts.tag_fold(name) not in known]
    if fresh and not trusted and not permissions.can_make_tag(actor):
        raise Invalid(
            _("“%(tag)s” is not a tag of the house yet. Choose from those that are there; once you have been here a "
              "while you may add your own.") % {"tag": fresh[0]},
            code="unknown_tag",
            field="tags",
        )  # fmt: skip
    rows = [known.get(texts.tag_fold(name)) or _make(name, actor, at) for name in wanted]
    before = set(topic.tags.values_list("pk", flat=True))
    if before == {tag.pk for tag in rows}:
        return False
    topic.tags.set(rows)
    return True


def _make(name: str, actor: Member, at: datetime) -> Tag:
    """The tag of this name: another may make it in the same moment, and two names may fall to one address."""
    base = texts.tag_slug(name)
    for number in range(1, 50):
        slug = base if number == 1 else f"{base}-{number}"
        given = {"name": name, "slug": slug, "created_at": at, "created_by": actor}
        try:
            with transaction.atomic():
                return Tag.objects.get_or_create(fold=texts.tag_fold(name), defaults=given)[0]
        except IntegrityError:
            continue  # the address is taken
    raise Invalid(code="bad_tag", field="tags")

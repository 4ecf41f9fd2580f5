"""Laying a space and changing who enters it: the manager's work."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from community.forum import permissions, texts
from community.forum.actions import _parts
from community.forum.models import ReadMark, Space, SpaceText, Topic
from portal.accounts.models import Member
from portal.core.errors import Conflict, Invalid
from portal.realtime import recheck_everybody
from portal.scopes.models import Scope

# Pages of what was read or written so lately may still be open somewhere, and so many of them are told.
AWAKE, AWAKE_MOST = timedelta(days=1), 200


@dataclass(frozen=True)
class Door:
    """Who enters a space, and where it stands among the others."""

    position: int = 0
    live: bool = True
    staff_only: bool = False
    read_from_rank: int | None = None
    write_from_rank: int = 0
    read_badge: str = ""
    write_badge: str = ""
    read_roles: str = ""
    write_roles: str = ""


def keep_space(
    *, actor: Member, code: str, scope: Scope, door: Door, words: Mapping[str, tuple[str, str]], new: bool, at: datetime
) -> Space:
    """Lays a space (`new`) or changes one: its name and description per language, its order, who reads and writes.

    Raises Forbidden (who does not keep spaces), Invalid (`field` code, name_vi), Conflict (`new`, and the code is
    taken). Side effects: open pages of who may no longer read here lose it. Idempotent but for `new`.
    """
    permissions.check_keep_spaces(actor)
    if not code or texts.slug(code) != code:
        raise Invalid(_("Small letters, digits and hyphens only."), code="bad_code", field="code")
    if not any(name.strip() for name, _description in words.values()):
        raise Invalid(_("A space needs a name."), code="no_name", field="name_vi")
    with transaction.atomic():
        known = Space.objects.select_for_update(of=("self",)).filter(code=code).first()
        if new and known is not None:
            raise Conflict(_("There is a space at this address already."), code="code_taken", field="code")
        space, _made = Space.objects.update_or_create(code=code, defaults={"scope": scope, **asdict(door)})
        for locale, (name, description) in words.items():
            if name.strip():
                given = {"name": name.strip(), "description": description.strip()}
                SpaceText.objects.update_or_create(space=space, locale=locale, defaults=given)
            else:
                SpaceText.objects.filter(space=space, locale=locale).delete()
        if known is not None and _opening_of(known) != _opening_of(space):
            recheck_everybody()
            _wake_open_pages(space, at)
    return space


def _opening_of(space: Space) -> dict[str, Any]:
    """Who may read in it."""
    return {name: getattr(space, name) for name in ("live", "staff_only", "read_from_rank", "read_badge", "read_roles")}


def _wake_open_pages(space: Space, at: datetime) -> None:
    """Pages of topics in which something happened within a day look anew: visitors have nobody whom one could ask."""
    lately = Topic.objects.filter(space=space).filter(
        Q(last_posted_at__gte=at - AWAKE) | Q(pk__in=ReadMark.objects.filter(at__gte=at - AWAKE).values("topic"))
    )
    ids = lately.order_by("-last_posted_at").values_list("pk", flat=True)[:AWAKE_MOST]
    for topic_id in sorted(ids, key=str):
        _parts.tell_pages(topic_id, "topic_changed")

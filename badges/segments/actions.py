"""Writing segments down, and keeping the history of who is in them."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from badges.segments import selectors
from badges.segments.definitions import parse
from badges.segments.models import Segment, Stay
from badges.segments.reckoning import members_of
from portal.accounts.models import Member
from portal.core.errors import Conflict, Invalid
from portal.core.text import clean_line

WRITTEN = "segment.written"
NAME = 80


@transaction.atomic
def write_segment(
    *, actor: Member, code: str, name: str, definition: dict[str, Any], at: datetime, version: int | None = None
) -> Segment:
    """Writes a new segment (`version` None) or changes the one that was read as `version`.

    Who may is the caller's to check. Raises Invalid (`name`, `parts`), Conflict for an older version or a code that is
    taken. Side effects: a line in the workshop's log, with the conditions. The history follows with the next round.
    """
    tiers, badges = selectors.words_known()
    parse(definition, tiers=tiers, badges=badges)
    said = clean_line(name)
    if not said or len(said) > NAME:
        raise Invalid(_("A segment needs a name of up to %(n)d letters.") % {"n": NAME}, field="name")
    row = Segment.objects.select_for_update().filter(code=code).first()
    if (row is None) != (version is None) or (row is not None and row.version != version):
        raise Conflict
    if row is None:
        row = Segment(code=code, author=actor, created_at=at, version=0)
    row.name, row.definition, row.changed_at, row.version = said, definition, at, row.version + 1
    row.save()
    log(instance=row, action=WRITTEN, user=actor, data={"code": code, "definition": definition})
    return row


def rebuild(at: datetime) -> int:
    """Brings the history of every segment up to date; returns how many members entered or left.

    What changes holds from `SETTLES` after `at`, so that no event which was judged already is judged otherwise later.
    Idempotent: the same moment, or an earlier one, changes nothing. Side effects: Stay rows.
    """
    return sum(_rebuild_one(pk, at) for pk in Segment.objects.order_by("pk").values_list("pk", flat=True))


@transaction.atomic
def _rebuild_one(pk: int, at: datetime) -> int:
    row, holds = Segment.objects.select_for_update().get(pk=pk), at + selectors.SETTLES
    if row.settled_until is not None and holds <= row.settled_until:
        return 0
    now_in = set(members_of(selectors.group_of(row), at).values_list("pk", flat=True))
    stays = dict(Stay.objects.filter(segment=row, left_at=None).values_list("member_id", "pk"))
    entered, left = sorted(now_in - stays.keys()), [stays[member] for member in sorted(stays.keys() - now_in)]
    Stay.objects.filter(pk__in=left).update(left_at=holds)
    Stay.objects.bulk_create(
        [Stay(segment=row, member_id=member, entered_at=holds) for member in entered], batch_size=1000
    )
    row.settled_until = holds
    row.save(update_fields=["settled_until"])
    return len(entered) + len(left)

"""Events that came too late to be paid by themselves: somebody of the house looks at each."""

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from wagtail.log_actions import log

from portal.accounts.models import Member
from portal.api.models import IncomingEvent
from portal.api.permissions import check_review
from portal.api.settling import State, Waits, go_on
from portal.core.errors import Conflict, Forbidden, Invalid, NotFound
from portal.core.text import clean_line

ACCEPTED, REFUSED = "late_event.accepted", "late_event.refused"
REASON_LONGEST = 200
LATELY = 20


def late_events() -> QuerySet[IncomingEvent]:
    """What waits for somebody to look at it, the oldest first, with its member's chip."""
    rows = IncomingEvent.objects.filter(state=State.REVIEW).select_related("member__standing")
    return rows.order_by("received_at", "pk")


def decided_lately() -> list[IncomingEvent]:
    """The newest decisions, with who made them. One query."""
    rows = IncomingEvent.objects.filter(decided_at__isnull=False).select_related("member__standing", "decided_by")
    return list(rows.order_by("-decided_at", "-pk")[:LATELY])


@transaction.atomic
def decide_event(*, actor: Member, public_id: str, version: int, yes: bool, reason: str, at: datetime) -> IncomingEvent:
    """Accepts an event that came too late, or refuses it; `version` is the one that she read.

    What is accepted goes on as if it had come in time: judged by the revision in force when it happened, within the
    caps of that day. Raises Forbidden for who does not decide, and about herself (`own_points`); NotFound; Invalid
    (`reason`); Conflict when it was decided meanwhile. Side effects: a line in the workshop's log; those of
    `settling.advance`. A second decision is a Conflict.
    """
    check_review(actor)
    row = IncomingEvent.objects.select_for_update().filter(public_id=public_id, member__isnull=False).first()
    if row is None:
        raise NotFound
    if row.member_id == actor.pk:
        raise Forbidden(_("Nobody decides about her own points."), code="own_points")
    why = clean_line(reason)
    if not why or len(why) > REASON_LONGEST:
        words = _("Say in a line of up to %(limit)d letters why.")
        raise Invalid(words % {"limit": REASON_LONGEST}, field="reason")
    if row.state != State.REVIEW or row.version != version:
        raise Conflict
    row.decided_by, row.decided_at, row.reason = actor, at, why
    if yes:
        go_on(row)
    else:
        row.state, row.waits_for, row.version = State.REFUSED, Waits.NOTHING, row.version + 1
        row.save()
    told = {"source": row.source, "key": row.key, "type": row.type, "member": row.member_id, "reason": why}
    log(instance=row, action=ACCEPTED if yes else REFUSED, user=actor, data=told)
    return row

"""Reminding, silencing and suspending a member, and lifting it again."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from community.logbook import actions as logbook
from community.moderation import permissions
from community.moderation.actions import _parts
from community.moderation.models import Case, Sanction
from portal import notifications
from portal.accounts import actions as accounts
from portal.accounts.models import Member
from portal.core.errors import Invalid, NotFound
from portal.events import bus
from portal.events.models import DomainEvent
from portal.events.types.community import TradingCleared, TradingFound

Kind = Sanction.Kind
HOURS_MOST = 24 * 365


def sanction(
    *,
    actor: Member,
    member: str,
    kind: str,
    template: str,
    reason: str,
    at: datetime,
    hours: int | None = None,
    case: Case | None = None,
    traded: bool = False,
) -> Sanction:
    """Reminds, silences or suspends the member of that public id, with the house's words and the moderator's reason.

    `traded`: she traded thanks for points, for which only a suspension is given; TradingFound is told. Raises NotFound,
    Forbidden (herself, people of the house), Invalid (`field` kind, template, hours, reason, traded). Side
    effects: the right to write or to be here ends at once, on open sockets within two seconds; a suspension ends her
    sessions; one entry of the log; she is told with the way to appeal. Idempotent: the same one twice is one.
    """
    person = Member.objects.filter(public_id=member).first()
    if person is None:
        raise NotFound
    permissions.check_sanction(actor, person)
    if kind not in Kind.values or template not in Sanction.Template.values:
        raise Invalid(code="unknown_sanction", field="kind")
    if traded and kind != Kind.SUSPEND:
        raise Invalid(_("Points go back only with a suspension."), code="traded_without_rest", field="traded")
    why, until = _parts.check_reason(reason), _until(kind, hours, at)
    with transaction.atomic():
        locked = accounts.lock_member(person.pk)
        same = Sanction.objects.filter(member=locked, kind=kind, reason=why, template=template, lifted_at=None)
        if (known := same.filter(given_at__gte=at - timedelta(minutes=1)).first()) is not None:
            return known
        made = Sanction.objects.create(
            member=locked, kind=kind, template=template, reason=why, case=case, given_by=actor, given_at=at, until=until
        )
        logbook.write(
            kind, actor_id=actor.pk, at=at, reason=why, member_id=locked.pk, about=f"sanction:{made.pk}",
            after={"until": until.isoformat() if until else None, "template": template, "traded": traded},
        )  # fmt: skip
        if traded:
            bus.publish(TradingFound(actor=actor.pk, member=locked.pk), at=at, key=_traded(made))
        _apply(locked, kind, actor, at)
        _tell(made, at)
    return made


def _traded(made: Sanction) -> str:
    return f"trading_found:{made.pk}"


def _clear(found: Sanction, actor: Member, at: datetime) -> None:
    """Lifts what a sanction said about trading, unless another one that still runs says the same."""
    said = DomainEvent.objects.filter(key=_traded(found)).exists()
    others = Sanction.objects.filter(member=found.member_id, kind=Kind.SUSPEND, lifted_at=None).exclude(pk=found.pk)
    if said and not DomainEvent.objects.filter(key__in=[_traded(one) for one in others]).exists():
        bus.publish(TradingCleared(actor=actor.pk, member=found.member_id), at=at, key=f"trading_cleared:{found.pk}")


def _until(kind: str, hours: int | None, at: datetime) -> datetime | None:
    if kind == Kind.WARN:
        return None
    if hours is None or not 1 <= hours <= HOURS_MOST:
        raise Invalid(_("Choose how long it lasts: from an hour to a year."), code="hours", field="hours")
    return at + timedelta(hours=hours)


def _apply(member: Member, kind: str, actor: Member, at: datetime) -> None:
    """Brings the member's row in line with what is in force now: the longest of each kind counts."""
    if kind == Kind.WARN:
        return
    running = Sanction.objects.filter(member=member, kind=kind, lifted_at=None, until__gt=at)
    until = running.order_by("-until").values_list("until", flat=True).first()
    if kind == Kind.SILENCE:
        accounts.mute(actor=actor, member_id=member.pk, until=until, at=at)
        return
    accounts.suspend(actor=actor, member_id=member.pk, until=until, at=at)
    if until is not None:
        accounts.end_sessions(actor=actor, member=member)


def _tell(made: Sanction, at: datetime) -> None:
    notifications.notify(
        member_id=made.member_id, kind="sanction", subject=f"sanction:{made.pk}", at=at,
        args={"sanction": made.public_id, "kind": made.kind, "template": made.template, "reason": made.reason},
    )  # fmt: skip


def lift(*, actor: Member, sanction: str, reason: str, at: datetime) -> Sanction:
    """Ends a sanction before its time, with a reason.

    Raises NotFound, Forbidden, Invalid (`field` reason). Side effects: the right comes back unless another sanction of
    the kind runs on; one entry of the log; she is told. Idempotent.
    """
    found = Sanction.objects.select_related("member").filter(public_id=sanction).first()
    if found is None:
        raise NotFound
    permissions.check_sanction(actor, found.member)
    why = _parts.check_reason(reason)
    with transaction.atomic():
        lift_locked(found, actor=actor, reason=why, at=at)
    found.refresh_from_db()
    return found


def lift_locked(found: Sanction, *, actor: Member, reason: str, at: datetime) -> bool:
    """The same inside the caller's transaction, without asking; says whether it ran until now."""
    member = accounts.lock_member(found.member_id)
    fresh = Sanction.objects.filter(pk=found.pk, lifted_at=None)
    if not fresh.update(lifted_at=at, lifted_by=actor, lifted_reason=reason):
        return False
    logbook.write(
        f"lift_{found.kind}", actor_id=actor.pk, at=at, reason=reason, member_id=member.pk,
        about=f"sanction:{found.pk}", before={"until": found.until.isoformat() if found.until else None},
        after={"lifted": True},
    )  # fmt: skip
    _clear(found, actor, at)
    _apply(member, found.kind, actor, at)
    notifications.rescind(subject=f"sanction:{found.pk}", kind="sanction", at=at)
    return True

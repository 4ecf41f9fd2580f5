"""Asking for a backtest of a draft, and stopping it. What runs it stands in `badges.backtest`."""

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from badges.backtest import actions as running
from badges.backtest.models import Backtest
from badges.backtest.selectors import is_current, under_way
from badges.programme import permissions, selectors
from badges.programme.actions.drafting import locked
from badges.programme.models import Draft
from portal.accounts.models import Member
from portal.core.clock import day_bounds, programme_day
from portal.core.errors import Conflict, Invalid, NotFound
from portal.events.bus import heard_by
from portal.events.models import DomainEvent

LONGEST = 366
# What can be replayed: badges have a count of their own beside their draft.
KINDS = (Draft.Kind.RULE, Draft.Kind.LADDER, Draft.Kind.CAMPAIGN)


@transaction.atomic
def ask_for_backtest(
    *, actor: Member, draft_id: int, version: int, first: date, last: date, together: bool, at: datetime
) -> tuple[Backtest, bool]:
    """A backtest of a draft over a window of programme days, and whether it is a new one.

    While one is under way, asking for the same again finds that one. Raises Forbidden, NotFound, Conflict for an older
    `version`, for a draft that was decided and for another window while one is under way, Invalid (`field`) for a
    window that ends before it starts, is not over yet, is too long or in which nothing happened. The caller hands a new
    one to the worker.
    """
    permissions.check_write(actor)
    draft = locked(draft_id, version)
    if draft.state not in (Draft.State.DRAFT, Draft.State.WAITING, Draft.State.REFUSED):
        raise Conflict(_("It was decided meanwhile, so there is nothing to rehearse."))
    tried = tried_with(draft, together=together)
    asked: dict[str, Any] = {"first": first, "last": last, "together": together}
    running_now = under_way(draft.pk)
    if running_now is not None:
        said = {one["draft"]: one["content"] for one in tried}
        if {name: getattr(running_now, name) for name in asked} != asked or not is_current(running_now, said):
            raise Conflict(_("One is under way already. Stop it first, or wait for its end."))
        return running_now, False
    _check_window(first, last, at)
    row = Backtest.objects.create(draft=draft, tried=tried, asked_by=actor, asked_at=at, beat_at=at, **asked)
    return row, True


def _check_window(first: date, last: date, at: datetime) -> None:
    if last < first:
        raise Invalid(_("The window ends before it starts."), field="last")
    if last > programme_day(at):
        raise Invalid(_("That day has not been yet: only what happened can be replayed."), field="last")
    if (last - first).days >= LONGEST:
        raise Invalid(_("Up to %(days)d days at a time.") % {"days": LONGEST}, field="first")
    begin, end = day_bounds(first)[0], day_bounds(last)[1]
    happened = DomainEvent.objects.filter(occurred_at__gte=begin, occurred_at__lt=end, name__in=heard_by("earning"))
    if not happened.exists():
        raise Invalid(_("Nothing happened in these days, so there is nothing to replay."), field="first")


def tried_with(draft: Draft, *, together: bool) -> list[dict[str, Any]]:
    """What is tried: this draft, and with `together` every other one that is written or waits, one for each subject.

    Raises Invalid where there is nothing among them that can be replayed.
    """
    drafts = [draft]
    if together:
        taken = {(draft.kind, draft.subject)}
        others = Draft.objects.filter(state__in=selectors.OPEN, kind__in=KINDS).exclude(pk=draft.pk)
        for other in others.order_by("-changed_at", "-id"):
            if (other.kind, other.subject) not in taken:
                taken.add((other.kind, other.subject))
                drafts.append(other)
    tried = [one for one in drafts if one.kind in KINDS]
    if not tried:
        raise Invalid(_("A badge is not replayed: whom it would reach stands above."), field="together")
    return [
        {"draft": d.pk, "version": d.version, "kind": d.kind, "subject": d.subject, "content": d.content} for d in tried
    ]


def stop_backtest(*, actor: Member, draft_id: int, backtest_id: int, at: datetime) -> bool:
    """Stops a backtest that waits or runs; returns whether there was something to stop. Raises Forbidden, NotFound."""
    permissions.check_write(actor)
    if not Backtest.objects.filter(pk=backtest_id, draft_id=draft_id).exists():
        raise NotFound
    return running.stop(backtest_id, at=at)

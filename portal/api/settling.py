"""An event of another system on its way to a fact of the house: what it waits for, and how it goes on.

Nothing here answers a request: `incoming` takes what comes, `matching` and `reviewing` let it go on later.
"""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db.models import Sum
from django.utils.translation import gettext_lazy as _

from portal.api import event_types as kinds
from portal.api.models import IncomingEvent
from portal.core.errors import Invalid
from portal.core.reading import one
from portal.events.bus import publish
from portal.events.types.base import Event
from portal.events.types.outside import PurchaseRefunded, askable

State, Waits = IncomingEvent.State, IncomingEvent.Waits


def is_late(row: IncomingEvent) -> bool:
    """Whether it came so long after it happened that somebody must look at it. What waited here for its member came
    when it was told, not when she joined."""
    return row.received_at - row.occurred_at > timedelta(days=settings.EVENTS_LATE_DAYS)


def advance(row: IncomingEvent) -> None:
    """Sets what the event waits for, or makes it a fact: `state`, `waits_for`, `event`. The caller saves the row, in
    the same transaction, then calls `after`.

    Raises Invalid (`unknown_order`, `more_than_paid`) for a refund that the books refuse. Side effects: publishes the
    fact; locks the sale that a refund names.
    """
    row.state, row.waits_for = State.PARKED, Waits.MEMBER
    if row.member is None:
        return
    row.person = ""
    if is_late(row) and row.decided_by_id is None:
        row.state, row.waits_for = State.REVIEW, Waits.NOTHING
        return
    fact = _fact(row)
    if fact is None:
        row.waits_for = Waits.SALE
        return
    row.event = publish(fact, at=row.occurred_at)
    row.state, row.waits_for = State.ACCEPTED, Waits.NOTHING


def go_on(row: IncomingEvent) -> None:
    """`advance` for a row that is stored already, and saves it; what the books refuse by now is refused for good.

    The caller holds the row's lock.
    """
    row.version += 1
    try:
        advance(row)
    except Invalid as error:
        row.state, row.waits_for, row.reason = State.REFUSED, Waits.NOTHING, error.code
    row.save()
    after(row)


def after(row: IncomingEvent) -> None:
    """A sale that is told lets the refunds go on that came before it, in the order in which they came."""
    if row.type == kinds.PURCHASE and row.state == State.ACCEPTED:
        waiting = IncomingEvent.objects.filter(
            source=row.source, thing=row.thing, type=kinds.REFUND, state=State.PARKED, waits_for=Waits.SALE
        )
        for refund in waiting.select_related("member").select_for_update(of=("self",)).order_by("pk"):
            go_on(refund)


def _fact(row: IncomingEvent) -> Event | None:
    """The house's fact; None for a refund whose sale is not told yet."""
    kind = kinds.type_of(row.type)
    assert kind is not None  # it was checked when it came
    who = {"actor": row.member_id, "member": row.member_id, "source": row.source}
    if kind.fact is None:
        return _refund(row, who)
    if kind.thing == "":
        told = askable(row.data.get("values", {}))
        return kind.fact(**who, what=row.type.removeprefix(kinds.CUSTOM), values=told)
    told = {name: row.data[name] for name in (kind.thing, "amount", "currency") if name in row.data}
    return kind.fact(**who, **told)


def _refund(row: IncomingEvent, who: dict[str, Any]) -> PurchaseRefunded | None:
    """The refund with what it is a part of. The purchase's row is locked: parts are added up one after the other."""
    same = IncomingEvent.objects.filter(source=row.source, thing=row.thing)
    sale = one(same.filter(type=kinds.PURCHASE).select_for_update())
    if sale is None or (sale.member_id is None and sale.state == State.PARKED):
        return None
    if sale.member_id != row.member_id or sale.state in (State.REFUSED, State.LAPSED):
        raise Invalid(_("This order was not told, or of another member."), code="unknown_order")
    if sale.event_id is None:
        return None
    earlier = same.filter(type=kinds.REFUND, state=State.ACCEPTED).aggregate(total=Sum("amount"))["total"] or 0
    refunded = earlier + row.amount
    if refunded > sale.amount:
        raise Invalid(_("More was given back than was paid."), code="more_than_paid")
    return PurchaseRefunded(**who, order=row.thing, paid=sale.amount, refunded=refunded, of=sale.event_id)

"""What another system tells is taken once, checked, and becomes a fact of the house in one transaction."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pydantic
from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Sum
from django.utils.translation import gettext_lazy as _

from portal.accounts.models import Member
from portal.accounts.selectors import present_members
from portal.api import event_types as kinds
from portal.api.models import ApiKey, IncomingEvent
from portal.api.problems_of_fields import field_errors
from portal.api.schemas import EventIn, EventOut
from portal.core.errors import Conflict, Invalid, KeyReused
from portal.core.ids import body_hash, public_id
from portal.core.reading import one
from portal.events.bus import publish
from portal.events.models import DomainEvent
from portal.events.types.outside import PurchaseRefunded

SLACK = timedelta(minutes=5)  # clocks of other systems go a little ahead


@dataclass(frozen=True)
class Taken:
    """What was answered: `text` byte for byte, and whether it was answered before."""

    text: str
    replayed: bool


def take_event(*, told_with: ApiKey, body: EventIn, at: datetime) -> Taken:
    """Takes one event: writes it, publishes the house's fact and keeps the answer, all or nothing.

    Idempotent by (source, key), for ever: the same body again is answered with the stored answer, another one raises
    KeyReused. Refusals keep the key free: Invalid (`unknown_type`, `unknown_member`, `too_late`, `in_future`,
    `unknown_order`, `more_than_paid`, fields in `errors`), Conflict (`order_known`). Whoever comes second at the same
    time waits and is answered as a repeat.
    """
    digest = body_hash(body.model_dump(mode="json", exclude_unset=True))
    if (before := _stored(body)) is not None:
        return _replay(before, digest)
    kind, payload = _payload(body)
    _check_time(body.occurred_at, at)
    member = _member(body)
    try:
        with transaction.atomic():
            return Taken(_write(told_with, body, digest, kind, payload, member, at), replayed=False)
    except IntegrityError:
        if (before := _stored(body)) is not None:
            return _replay(before, digest)
        raise Conflict(_("This order was told before under another key."), code="order_known") from None


def _stored(body: EventIn) -> IncomingEvent | None:
    return one(IncomingEvent.objects.filter(source=body.source, key=body.key))


def _replay(before: IncomingEvent, digest: str) -> Taken:
    if before.body_hash != digest:
        raise KeyReused
    return Taken(before.answer, replayed=True)


def _payload(body: EventIn) -> tuple[kinds.Type, kinds.Payload]:
    kind = kinds.type_of(body.type)
    if kind is None:
        raise Invalid(_("There is no event of this type."), code="unknown_type")
    try:
        return kind, kind.payload.model_validate(kinds.wrapped(body.type, body.data))
    except pydantic.ValidationError as error:
        found = [{"loc": ("body", "data", *each["loc"]), "type": each["type"]} for each in error.errors()]
        raise Invalid(errors=field_errors(found)) from None


def _check_time(occurred_at: datetime, at: datetime) -> None:
    if occurred_at > at + SLACK:
        raise Invalid(_("It has not happened yet."), code="in_future")
    if occurred_at < at - timedelta(days=settings.API_EVENTS_DAYS):
        raise Invalid(_("It happened too long ago."), code="too_late")


def _member(body: EventIn) -> Member:
    wanted = {"public_id": body.member.id} if body.member.id else {"email": (body.member.email or "").lower()}
    member = one(present_members().filter(**wanted))
    if member is None:
        raise Invalid(_("Nobody here has this id or address."), code="unknown_member")
    return member


def _write(
    told_with: ApiKey, body: EventIn, digest: str, kind: kinds.Type, payload: kinds.Payload, member: Member,
    at: datetime,
) -> str:  # fmt: skip
    """The row, the fact and the answer."""
    told, thing = payload.model_dump(mode="json"), str(getattr(payload, kind.thing, ""))
    event = _publish(body, kind, told, member)
    answer = EventOut(
        id=public_id(), source=body.source, key=body.key, type=body.type, state="accepted", member=member.public_id,
        occurred_at=body.occurred_at, received_at=at, test=told_with.is_test,
    )  # fmt: skip
    text = json.dumps(answer.model_dump(mode="json"), ensure_ascii=False)
    IncomingEvent.objects.create(
        public_id=answer.id, source=body.source, key=body.key, type=body.type, body_hash=digest, answer=text,
        told_with=told_with, member=member, event=event, thing=thing, amount=told.get("amount", 0), data=told,
        occurred_at=body.occurred_at, received_at=at,
    )  # fmt: skip
    return text


def _publish(body: EventIn, kind: kinds.Type, told: dict[str, Any], member: Member) -> DomainEvent:
    who = {"actor": member.pk, "member": member.pk, "source": body.source}
    if kind.fact is None:
        return publish(_refund(body, told, member, who), at=body.occurred_at)
    if kind.thing == "":
        return publish(kind.fact(**who, what=body.type.removeprefix(kinds.CUSTOM)), at=body.occurred_at)
    return publish(
        kind.fact(**who, **{name: told[name] for name in (kind.thing, "amount", "currency") if name in told}),
        at=body.occurred_at,
    )


def _refund(body: EventIn, told: dict[str, Any], member: Member, who: dict[str, Any]) -> PurchaseRefunded:
    """The refund with what it is a part of. The purchase's row is locked: parts are added up one after the other."""
    same = IncomingEvent.objects.filter(source=body.source, thing=told["order"], member=member)
    purchase = one(same.filter(type=kinds.PURCHASE).select_for_update())
    if purchase is None:
        raise Invalid(_("This order was not told, or of another member."), code="unknown_order")
    earlier = same.filter(type=kinds.REFUND).aggregate(total=Sum("amount"))["total"] or 0
    refunded = earlier + told["amount"]
    if refunded > purchase.amount:
        raise Invalid(_("More was given back than was paid."), code="more_than_paid")
    return PurchaseRefunded(**who, order=told["order"], paid=purchase.amount, refunded=refunded, of=purchase.event_id)

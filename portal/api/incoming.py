"""What another system tells is taken once, checked, and becomes a fact of the house in one transaction."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pydantic
from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from portal.api import event_types as kinds
from portal.api import people, settling
from portal.api.event_schemas import EventIn, EventOut, HeldEventOut
from portal.api.models import ApiKey, IncomingEvent
from portal.api.problems_of_fields import field_errors
from portal.core.errors import Conflict, Invalid, KeyReused
from portal.core.ids import body_hash
from portal.core.reading import one

SLACK = timedelta(minutes=5)  # clocks of other systems go a little ahead
CREATED, HELD = 201, 202


@dataclass(frozen=True)
class Taken:
    """What was answered: `text` byte for byte with its status, and whether it was answered before."""

    text: str
    status: int
    replayed: bool

    @property
    def receipt(self) -> EventOut | HeldEventOut:
        """The answer, to be put into a larger one."""
        shape = EventOut if self.status == CREATED else HeldEventOut
        return shape.model_validate_json(self.text)


def take_event(*, told_with: ApiKey, body: EventIn, at: datetime) -> Taken:
    """Takes one event: writes it and keeps the answer, and publishes the house's fact when it waits for nothing.

    It waits for a member who is not here yet, for the sale that it gives back, or, when it comes too late, for somebody
    who looks at it. Idempotent by (source, key), for ever: the same body again is answered with the stored answer,
    another one raises KeyReused. Refusals keep the key free: Invalid (`unknown_type`, `unknown_member`, `too_late`,
    `in_future`, `unknown_order`, `more_than_paid`, fields in `errors`), Conflict (`order_known`). Whoever comes second
    at the same time waits and is answered as a repeat.
    """
    digests = _digests(body)
    if (before := _stored(body)) is not None:
        return _replay(before, digests)
    kind, payload = _payload(body)
    _check_time(body.occurred_at, at)
    named = people.find(body.member, body.source)
    try:
        with transaction.atomic():
            return _write(told_with, body, digests[0], kind, payload, named, at)
    except IntegrityError:
        if (before := _stored(body)) is not None:
            return _replay(before, digests)
        raise Conflict(_("This order was told before under another key."), code="order_known") from None


def _digests(body: EventIn) -> list[str]:
    """The body's hash as it is kept, and as it was kept under earlier keys and before names were hashed with one.

    An address is guessed from a plain hash by trying all that one knows, so a body that holds one gets a keyed hash.
    """
    plain = body_hash(body.model_dump(mode="json", exclude_unset=True))
    return [*people.hashes_of("body", plain), plain] if people.is_secret(body.member) else [plain]


def _stored(body: EventIn) -> IncomingEvent | None:
    return one(IncomingEvent.objects.filter(source=body.source, key=body.key))


def _replay(before: IncomingEvent, digests: list[str]) -> Taken:
    if before.body_hash not in digests:
        raise KeyReused
    return Taken(before.answer, before.status, replayed=True)


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


def _write(
    told_with: ApiKey, body: EventIn, digest: str, kind: kinds.Type, payload: kinds.Payload, named: people.Named,
    at: datetime,
) -> Taken:  # fmt: skip
    """The row, the fact and the answer."""
    told, thing = payload.model_dump(mode="json"), str(getattr(payload, kind.thing, ""))
    row = IncomingEvent(
        source=body.source, key=body.key, type=body.type, body_hash=digest, told_with=told_with, member=named.member,
        person=named.person, thing=thing, amount=told.get("amount", 0), data=told, occurred_at=body.occurred_at,
        received_at=at,
    )  # fmt: skip
    settling.advance(row)
    row.status, row.answer = _answer(row, test=told_with.is_test)
    row.save(force_insert=True)
    settling.after(row)
    return Taken(row.answer, row.status, replayed=False)


def _answer(row: IncomingEvent, *, test: bool) -> tuple[int, str]:
    same: dict[str, Any] = {
        "id": row.public_id, "source": row.source, "key": row.key, "type": row.type, "state": row.state,
        "occurred_at": row.occurred_at, "received_at": row.received_at, "test": test,
    }  # fmt: skip
    answer: EventOut | HeldEventOut
    waits_for: Any = row.waits_for or "review"
    if row.state == IncomingEvent.State.ACCEPTED:
        assert row.member is not None  # only what is known of whom it is becomes a fact
        status, answer = CREATED, EventOut(**same, member=row.member.public_id)
    else:
        status, answer = HELD, HeldEventOut(**same, waits_for=waits_for)
    return status, json.dumps(answer.model_dump(mode="json"), ensure_ascii=False)

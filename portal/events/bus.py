"""The bus: `publish` a fact inside a transaction, `@durable` to hear it exactly once. No magic.

A durable subscriber touches only the database: its effects, its "done" mark and any further events commit together.
Mail, push and HTTP become a task row written in the same transaction. What open pages see goes through
`portal.realtime.record`, called by the action itself.
"""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from portal.core.clock import now
from portal.core.writing import add, add_all
from portal.events import wake
from portal.events.models import Delivery, DomainEvent
from portal.events.types.base import Event, registry


@dataclass(frozen=True)
class Heard:
    """What a durable subscriber is given: the fact, and the row that keeps it."""

    event: Event
    id: int
    occurred_at: datetime


Handler = Callable[[Heard], None]
_handlers: dict[tuple[str, str], Handler] = {}
_ears: dict[str, list[str]] = defaultdict(list)


def durable(subscriber: str, *types: type[Event]) -> Callable[[Handler], Handler]:
    """Registers a handler that hears each event of `types` exactly once under the name `subscriber`.

    One subscriber may have a handler per event type; the pair must be unique. Raises TypeError otherwise.
    """

    def register(handler: Handler) -> Handler:
        for kind in types:
            if (subscriber, kind.name) in _handlers:
                raise TypeError(f"{subscriber} already hears {kind.name}")
            _handlers[subscriber, kind.name] = handler
            _ears[kind.name].append(subscriber)
        return handler

    return register


def handler_of(subscriber: str, name: str) -> Handler:
    """The handler for a delivery; raises LookupError when the subscriber no longer exists."""
    try:
        return _handlers[subscriber, name]
    except KeyError:
        raise LookupError(f"no subscriber {subscriber!r} for {name!r}") from None


def subscribers_of(name: str) -> list[str]:
    """The names of all durable subscribers of an event type."""
    return list(_ears.get(name, ()))


def heard_by(subscriber: str) -> list[str]:
    """The names of all event types that a durable subscriber hears."""
    return sorted(name for name, ears in _ears.items() if subscriber in ears)


def publish(event: Event, *, at: datetime, key: str | None = None) -> DomainEvent:
    """Writes the fact and one delivery per durable subscriber; wakes the relay after commit.

    Must run inside a transaction (raises TransactionManagementError otherwise), so that the fact and the change commit
    or vanish together. With `key`, a fact told before is not told again: the first row is returned.
    """
    if not transaction.get_connection().in_atomic_block:
        raise transaction.TransactionManagementError("publish() belongs inside the transaction of the change")
    if key is not None:
        row, created = DomainEvent.objects.get_or_create(
            key=key,
            defaults={"name": event.name, "actor_id": event.actor, "payload": event.payload(), "occurred_at": at},
        )
        if not created:
            return row
    else:
        row = add(DomainEvent(name=event.name, actor_id=event.actor, payload=event.payload(), occurred_at=at))
    due = min(at, now())  # a fact told ahead of this machine's clock is due at once
    add_all([Delivery(event=row, subscriber=s, due_at=due) for s in subscribers_of(event.name)])
    wake.announce()
    return row


def heard(row: DomainEvent) -> Heard:
    """The stored row as its subscribers know it."""
    event = registry[row.name].from_payload(row.payload, row.actor_id)
    return Heard(event=event, id=row.pk, occurred_at=row.occurred_at)

"""The relay: takes each due delivery to its subscriber, exactly once, and keeps what fails where it can be seen.

A batch is one transaction: effects, "done" marks and further events commit together, so a killed process leaves all
of it due again and nothing half done. Each handler has a savepoint; one that fails is put off with its error while
the others go on. A delivery that failed before, and every delivery of the first batch after a start, runs alone and
is put off *before* it runs: a handler that takes the whole process down is then found at its next attempt, and stands
in nobody's way. After twelve attempts (about two days) a delivery is set aside until an operator retries it.
"""

import logging
import threading
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db import OperationalError, connection, transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Least

from portal.core.clock import now
from portal.core.reading import one_reading
from portal.events import wake
from portal.events.bus import handler_of, heard, heard_by
from portal.events.models import Delivery, DomainEvent
from portal.jobs import heartbeat

logger = logging.getLogger(__name__)

LIMIT = 10  # about what fits into the budget: what is read and left lying is read again
BUDGET = 0.025  # seconds a batch may hold SQLite's one writer
ALONE_LIMIT, ALONE_BUDGET = 100, 1.0  # where nobody waits to write: tests, the demo, commands
ATTEMPTS = 12
LONGEST_WAIT = timedelta(hours=6)
SET_ASIDE = datetime(9999, 1, 1, tzinfo=UTC)
LOOK = 1.0  # seconds without news after which the relay looks by itself
BEAT = 10.0
INTERRUPTED = "The process ended while this was being handled."


@dataclass
class Counts:
    """How a run went."""

    done: int = 0
    failed: int = 0

    def __bool__(self) -> bool:
        return bool(self.done or self.failed)

    def __iadd__(self, other: "Counts") -> "Counts":
        self.done += other.done
        self.failed += other.failed
        return self


def due() -> QuerySet[Delivery]:
    """What waits to be delivered now, in the order it is due."""
    return Delivery.objects.filter(done_at=None, due_at__lte=now()).order_by("due_at", "id")


def has_due() -> bool:
    """A plain indexed read, so that an idle relay never takes SQLite's write lock."""
    return due().exists()


def back_off(attempts: int) -> timedelta:
    """The wait after the given number of failed attempts: 5 s, 20 s, 80 s … at most 6 hours."""
    return min(timedelta(seconds=5) * 4 ** min(attempts - 1, 10), LONGEST_WAIT)


def step(limit: int = LIMIT, budget: float = BUDGET) -> Counts:
    """One batch of deliveries that never failed, and one that did, alone. Empty counts: nothing was due.

    A deadlock or a lost connection takes the batch back, as if it had not begun; then its first delivery goes alone.
    """
    if limit <= 1:
        return _one(due())
    counts = Counts()
    fresh, failed_before = _waiting()
    if fresh:
        try:
            counts = _batch(limit, budget)
        except OperationalError:
            logger.warning("a batch was taken back; going on one by one", exc_info=True)
            if not connection.in_atomic_block:
                connection.close_if_unusable_or_obsolete()
            return _one(due())
    if failed_before:  # also while new ones never end
        counts += _one(due().filter(attempts__gt=0))
    return counts


def _waiting() -> tuple[bool, bool]:
    """Whether deliveries are due that never failed, and such that did. One query."""
    waits = due().order_by().values("pk")
    kinds = (Exists(waits.filter(attempts=0)), Exists(waits.filter(attempts__gt=0)))
    return DomainEvent.objects.order_by("pk").values_list(*kinds).first() or (False, False)


def _batch(limit: int, budget: float) -> Counts:
    counts, done = Counts(), []
    begun = time.monotonic()
    with transaction.atomic(), one_reading():
        rows = _locked(due().filter(attempts=0))[:limit]
        for delivery in rows:
            if counts and time.monotonic() - begun > budget:
                break
            try:
                with transaction.atomic():
                    _hand_over(delivery)
            except OperationalError:
                raise  # deadlock, lost connection: not this delivery's fault
            except Exception as error:
                _put_off(delivery, error)
                counts.failed += 1
            else:
                done.append(delivery.pk)
                counts.done += 1
        Delivery.objects.filter(pk__in=done).update(done_at=now(), error="")
    return counts


def _one(wanted: QuerySet[Delivery]) -> Counts:
    """The first of `wanted`, put off before it is tried, so that even a dying process leaves the attempt counted."""
    with transaction.atomic():
        delivery = _locked(wanted).first()
        if delivery is None:
            return Counts()
        _put_off(delivery, None)
    try:
        with transaction.atomic():
            delivery = _locked(Delivery.objects.filter(pk=delivery.pk, done_at=None)).first()
            if delivery is None:  # another relay, or an operator, was quicker
                return Counts(done=1)
            _hand_over(delivery)
            # This attempt did not fail after all: the count stays that of failures.
            Delivery.objects.filter(pk=delivery.pk).update(done_at=now(), error="", attempts=F("attempts") - 1)
    except Exception as error:
        if delivery is not None:
            _report(delivery, error)
            Delivery.objects.filter(pk=delivery.pk).update(error=_words(error))
        return Counts(failed=1)
    return Counts(done=1)


def _locked(rows: QuerySet[Delivery]) -> QuerySet[Delivery]:
    return rows.select_for_update(skip_locked=True, of=("self",)).select_related("event")


def _hand_over(delivery: Delivery) -> None:
    handler_of(delivery.subscriber, delivery.event.name)(heard(delivery.event))


def _put_off(delivery: Delivery, error: Exception | None) -> None:
    """Counts the attempt and sets the next one; without an error the attempt is about to begin."""
    attempts = delivery.attempts + 1
    again = now() + back_off(attempts) if attempts < ATTEMPTS else SET_ASIDE
    if error is not None:
        _report(delivery, error)
    Delivery.objects.filter(pk=delivery.pk).update(
        attempts=attempts, due_at=again, error=INTERRUPTED if error is None else _words(error)
    )


def _report(delivery: Delivery, error: Exception) -> None:
    logger.error(
        "delivery failed", exc_info=error, extra={"event_id": delivery.event_id, "subscriber": delivery.subscriber}
    )


def _words(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"[:2000].replace("\x00", "")


def drain(limit: int | None = None) -> Counts:
    """Delivers here and now until nothing is due (or `limit` deliveries were tried); for tests, the demo and commands.

    Raises nothing: handlers that fail are counted, logged and put off as in service.
    """
    counts = Counts()
    while limit is None or counts.done + counts.failed < limit:
        rest = ALONE_LIMIT if limit is None else min(ALONE_LIMIT, limit - counts.done - counts.failed)
        tried = step(rest, ALONE_BUDGET)
        if not tried:
            break
        counts += tried
    return counts


def run(ended: threading.Event) -> None:
    """Delivers until `ended` is set: woken by commits, and once a second by itself. Begins with a careful batch."""
    woken = threading.Event()
    forget = wake.listen(wake.EVENTS, lambda payload: woken.set())
    careful, beaten = LIMIT, 0.0
    try:
        while not ended.is_set():
            woken.clear()
            try:
                if time.monotonic() - beaten > BEAT:
                    heartbeat.beat("relay")
                    beaten = time.monotonic()
                while not ended.is_set() and has_due() and (tried := step(1 if careful > 0 else LIMIT)):
                    careful -= tried.done + tried.failed
                careful = 0
            except Exception:
                logger.exception("the relay stumbled; trying again")
                connection.close()
                ended.wait(LOOK)
            woken.wait(LOOK)
    finally:
        forget()
        connection.close()


class RelayThread(threading.Thread):
    """The relay inside the embedded web process, so that its pushes reach the sockets without a detour."""

    def __init__(self) -> None:
        super().__init__(name="trian-relay", daemon=True)
        self.ended = threading.Event()

    def run(self) -> None:
        run(self.ended)

    def stop(self) -> None:
        """Ends after the present batch."""
        self.ended.set()


def failures() -> QuerySet[Delivery]:
    """Deliveries that were tried in vain and are not done, the oldest first."""
    return Delivery.objects.filter(done_at=None, attempts__gt=0).select_related("event").order_by("id")


def retry(wanted: QuerySet[Delivery]) -> int:
    """Makes failed deliveries due now with a fresh count of attempts; returns how many."""
    count = wanted.filter(done_at=None).update(attempts=0, due_at=now())
    with transaction.atomic():
        wake.announce()
    return count


def replay(subscriber: str, names: list[str] | None = None, since: datetime | None = None) -> int:
    """Makes one subscriber hear stored events (again), in the order they happened; returns how many are due.

    Events it has never heard (it is new) get a delivery; those it has heard are due once more. Replaying is meant for
    subscribers whose effects carry keys of their own, as the ledger's do: these see the repeat and change nothing.
    Raises LookupError when the subscriber hears none of these events.
    """
    known = heard_by(subscriber)
    wanted = [name for name in known if names is None or name in names]
    if not wanted:
        raise LookupError(f"{subscriber!r} hears none of these events; it hears: {', '.join(known) or 'nothing'}")
    events = DomainEvent.objects.filter(name__in=wanted)
    if since is not None:
        events = events.filter(occurred_at__gte=since)
    at = now()
    with transaction.atomic():
        missing = events.filter(~Q(deliveries__subscriber=subscriber)).order_by("id")
        Delivery.objects.bulk_create(
            [Delivery(event_id=pk, subscriber=subscriber, due_at=at) for pk in missing.values_list("id", flat=True)],
            batch_size=1000,
            ignore_conflicts=True,
        )
        happened = DomainEvent.objects.filter(pk=OuterRef("event_id")).values("occurred_at")
        count = Delivery.objects.filter(subscriber=subscriber, event__in=events).update(
            done_at=None, attempts=0, error="", due_at=Least(Subquery(happened), Value(at))
        )
        wake.announce()
    return count

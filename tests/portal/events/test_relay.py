"""The relay: each delivery exactly once, failures visible and put off, the poisoned one in nobody's way."""

import threading
import time
from datetime import UTC, datetime, timedelta

import pytest
from django.db import OperationalError, transaction

from portal.accounts.models import Consent
from portal.core.clock import now
from portal.events import relay
from portal.events.bus import publish
from portal.events.models import Delivery, DomainEvent
from portal.events.types.accounts import MemberSanctioned, StandingChanged
from tests.helpers.races import run_parallel

AT = datetime(2026, 5, 4, 3, 2, 1, tzinfo=UTC)


def tell(member: int = 1, at: datetime = AT, key: str | None = None) -> DomainEvent:
    with transaction.atomic():
        return publish(StandingChanged(member=member, tier="silver"), at=at, key=key)


def effect(member):
    """A handler with an effect that shows doubles: a row without a unique key."""

    def handle(heard):
        Consent.objects.create(member=member, purpose="news", given=True, text_version="", way=f"e{heard.id}", at=AT)

    return handle


def effects() -> list[str]:
    return sorted(Consent.objects.filter(way__startswith="e").values_list("way", flat=True))


@pytest.fixture
def later(monkeypatch):
    """`later(minutes=5)` moves the relay's clock."""
    shift = timedelta()

    def move(**span):
        nonlocal shift
        shift += timedelta(**span)

    monkeypatch.setattr(relay, "now", lambda: now() + shift)
    return move


@pytest.mark.django_db
def test_each_subscriber_hears_each_event_once(subscriber):
    heard = []
    subscriber("first", lambda h: heard.append(("first", h.event.member, h.occurred_at)))
    subscriber("second", lambda h: heard.append(("second", h.event.member, h.occurred_at)))
    tell(5)
    tell(6)

    assert relay.drain() == relay.Counts(done=4)
    assert heard == [("first", 5, AT), ("second", 5, AT), ("first", 6, AT), ("second", 6, AT)]
    assert relay.drain() == relay.Counts()
    assert not relay.has_due()


@pytest.mark.django_db(transaction=True)
def test_a_rolled_back_publish_leaves_nothing(subscriber):
    subscriber("one", lambda h: None)
    with transaction.atomic():
        publish(StandingChanged(member=1, tier="gold"), at=AT)
        transaction.set_rollback(True)
    assert not DomainEvent.objects.filter(name="standing_changed").exists()
    assert not Delivery.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_publish_outside_a_transaction_is_an_error(subscriber):
    with pytest.raises(transaction.TransactionManagementError):
        publish(StandingChanged(member=1, tier="gold"), at=AT)


@pytest.mark.django_db
def test_a_fact_with_a_key_is_told_once(subscriber):
    subscriber("one", lambda h: None)
    assert tell(key="k") == tell(key="k")
    assert Delivery.objects.count() == 1


@pytest.mark.django_db
def test_a_fact_told_ahead_of_the_clock_is_due_at_once(subscriber):
    heard = []
    subscriber("one", heard.append)
    tell(at=now() + timedelta(days=400))
    relay.drain()
    assert len(heard) == 1


@pytest.mark.django_db
def test_a_handler_that_fails_leaves_no_effect_and_does_not_stop_the_others(subscriber, alice):
    def poisoned(heard):
        effect(alice)(heard)
        raise ValueError("no such cup")

    subscriber("good", effect(alice))
    subscriber("poisoned", poisoned)
    events = [tell(), tell()]

    assert relay.drain() == relay.Counts(done=2, failed=2)
    assert effects() == sorted(f"e{event.pk}" for event in events)
    for delivery in relay.failures():
        assert (delivery.subscriber, delivery.attempts, delivery.done_at) == ("poisoned", 1, None)
        assert delivery.error == "ValueError: no such cup"
        assert delivery.due_at > now()


@pytest.mark.django_db
def test_a_failing_handler_is_tried_again_with_back_off_until_it_works(subscriber, later):
    tries = []

    def shaky(heard):
        tries.append(1)
        if len(tries) < 4:
            raise RuntimeError("not yet")

    subscriber("shaky", shaky)
    tell()
    assert [relay.back_off(n).total_seconds() for n in (1, 2, 3, 9, 50)] == [5, 20, 80, 21600, 21600]
    for attempts, seconds in ((1, 5), (2, 20), (3, 80)):
        relay.drain()
        assert relay.drain() == relay.Counts()  # not before its time
        assert (len(tries), Delivery.objects.get().attempts) == (attempts, attempts)
        later(seconds=seconds + 1)
    assert relay.drain() == relay.Counts(done=1)
    row = Delivery.objects.get()
    assert (len(tries), row.attempts, row.error) == (4, 3, "")
    assert row.done_at is not None


@pytest.mark.django_db
def test_after_twelve_attempts_a_delivery_is_set_aside_until_an_operator_retries_it(subscriber, later):
    broken = [True]

    def handler(heard):
        if broken:
            raise RuntimeError("still broken")

    subscriber("one", handler)
    tell()
    for _ in range(20):
        relay.drain()
        later(hours=7)
    row = Delivery.objects.get()
    assert (row.attempts, row.due_at) == (relay.ATTEMPTS, relay.SET_ASIDE)
    broken.clear()
    assert relay.retry(relay.failures()) == 1
    assert relay.drain() == relay.Counts(done=1)
    assert not relay.failures().exists()


@pytest.mark.django_db
def test_a_subscriber_that_no_longer_exists_is_a_visible_failure(subscriber, monkeypatch):
    subscriber("gone", lambda h: None)
    tell()
    monkeypatch.setattr("portal.events.bus._handlers", {})
    assert relay.drain() == relay.Counts(failed=1)
    assert "gone" in relay.failures().get().error


@pytest.mark.django_db
def test_failed_deliveries_are_tried_even_while_new_ones_never_end(subscriber, later):
    heard = []

    def handler(h):
        heard.append(h.event.member)
        if heard == [1]:
            raise RuntimeError
        if len(heard) < 20:
            tell(member=len(heard) + 100)

    subscriber("one", handler)
    tell(member=1)
    relay.step()
    tell(member=2)
    later(seconds=6)
    for _ in range(3):
        relay.step(budget=0)
    assert heard.count(1) == 2


@pytest.mark.django_db
def test_a_batch_ends_when_its_time_is_used_up(subscriber):
    subscriber("slow", lambda h: time.sleep(0.01))
    for _ in range(12):
        tell()
    assert 1 <= relay.step(budget=0.025).done < 5
    assert relay.drain(limit=2).done == 2


@pytest.mark.django_db(transaction=True)
def test_a_deadlock_takes_the_batch_back_and_loses_nothing(subscriber, alice):
    first = [True]

    def handler(heard):
        effect(alice)(heard)
        if heard.event.member == 2 and first:
            first.clear()
            raise OperationalError("deadlock detected")

    subscriber("one", handler)
    events = [tell(member) for member in (1, 2, 3)]
    assert relay.drain() == relay.Counts(done=3)
    assert effects() == sorted(f"e{event.pk}" for event in events)


@pytest.mark.both_databases
@pytest.mark.django_db(transaction=True)
def test_four_relays_at_once_deliver_each_event_once(subscriber, alice):
    subscriber("one", effect(alice))
    subscriber("two", effect(alice))
    events = [tell() for _ in range(60)]
    race = run_parallel(lambda n: relay.drain(), 4)
    relay.drain()
    assert race.errors == {}
    assert effects() == sorted(f"e{event.pk}" for event in events for _ in range(2))


@pytest.mark.django_db
def test_an_idle_relay_only_reads(subscriber, django_assert_num_queries):
    with django_assert_num_queries(1) as captured:
        relay.has_due()
    assert captured.captured_queries[0]["sql"].startswith("SELECT")


# ── replay ──
@pytest.mark.django_db
def test_replay_tells_one_subscriber_old_events_in_the_order_they_happened(subscriber):
    heard, other = [], []
    subscriber("other", other.append)
    tell(2, at=AT + timedelta(days=1))
    tell(1, at=AT)
    relay.drain()
    subscriber("new", lambda h: heard.append(h.event.member))

    assert relay.replay("new") == 2
    relay.drain()
    assert heard == [1, 2]
    assert relay.replay("new", since=AT + timedelta(hours=1)) == 1
    relay.drain()
    assert heard == [1, 2, 2]
    assert len(other) == 2


@pytest.mark.django_db
def test_replay_can_be_narrowed_to_event_types_and_names_what_is_unknown(subscriber):
    heard = []
    subscriber("one", lambda h: heard.append(h.event.name), StandingChanged, MemberSanctioned)
    tell()
    with transaction.atomic():
        publish(MemberSanctioned(member=1, kind="mute"), at=AT)
    relay.drain()
    heard.clear()
    assert relay.replay("one", names=["member_sanctioned"]) == 1
    relay.drain()
    assert heard == ["member_sanctioned"]
    with pytest.raises(LookupError, match="hears: nothing"):
        relay.replay("nobody")
    with pytest.raises(LookupError, match="standing_changed"):
        relay.replay("one", names=["purchase_recorded"])


# ── the thread ──
@pytest.mark.both_databases
@pytest.mark.django_db(transaction=True)
def test_the_relay_thread_hears_of_a_commit_within_a_fifth_of_a_second(subscriber, alice):
    times: list[float] = []
    subscriber("one", lambda h: times.append(time.monotonic()))
    thread = relay.RelayThread()
    thread.start()
    try:
        delays = []
        for _ in range(5):
            time.sleep(0.1)
            tell()
            begun = time.monotonic()
            while len(times) <= len(delays) and time.monotonic() < begun + 3:
                time.sleep(0.002)
            delays.append(times[-1] - begun)
    finally:
        thread.stop()
        thread.join(5)
    assert len(times) == 5
    assert sorted(delays)[2] < 0.2, delays
    assert not thread.is_alive()


@pytest.mark.django_db(transaction=True)
def test_a_stumbling_relay_goes_on(subscriber, monkeypatch):
    heard = threading.Event()
    subscriber("one", lambda h: heard.set())
    stumbles = [OperationalError("the database went away")]
    honest = relay.has_due

    def has_due():
        if stumbles:
            raise stumbles.pop()
        return honest()

    monkeypatch.setattr(relay, "has_due", has_due)
    monkeypatch.setattr(relay, "LOOK", 0.05)
    tell()
    thread = relay.RelayThread()
    thread.start()
    try:
        assert heard.wait(5)
    finally:
        thread.stop()
        thread.join(5)

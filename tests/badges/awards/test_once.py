"""Behaviour 9: one grant, one notification, one word to open pages, however many acts qualify at once."""

from __future__ import annotations

import pytest
from django.db import transaction

from badges.awards.models import Award, AwardMove, Fact
from portal.core import clock
from portal.events import bus, relay
from portal.events.models import Delivery, DomainEvent
from portal.notifications.models import Notification
from portal.realtime.models import StreamEntry
from tests.badges.awards.house import hear, publish, reacted, replied
from tests.factories.portal import make_member, make_members
from tests.helpers.races import run_parallel

pytestmark = [pytest.mark.both_databases, pytest.mark.django_db(transaction=True), pytest.mark.timeout(300)]


def _all(code: str, member) -> dict[str, int]:
    """Everything that one grant leaves behind, counted."""
    award = Award.objects.get(badge__code=code, member=member)
    subject = f"award:{award.pk}"
    entries = StreamEntry.objects.filter(kind="badge", stream__key=f"member:{member.pk}")
    return {
        "moves": AwardMove.objects.filter(award=award).count(),
        "events": DomainEvent.objects.filter(name="badge_granted", payload__award=award.pk).count(),
        "notifications": Notification.objects.filter(member=member, subject=subject).count(),
        "told": sum(n.count for n in Notification.objects.filter(member=member, subject=subject)),
        "entries": sum(1 for entry in entries if entry.ref.get("award") == award.pk),
    }


def test_behaviour_09_a_hundred_qualifying_events_at_once_give_one_badge_one_notification_one_entry(transactional_db):
    alice, hosts, at = make_member(), make_members(5), clock.now()
    heard = [publish(replied(alice, n, hosts[n % 5]), at) for n in range(100)]
    race = run_parallel(lambda n: hear(heard[n]), 100)
    assert race.errors == {}
    assert Fact.objects.filter(member=alice, metric="reply_posted").count() == 100
    assert Award.objects.filter(member=alice, badge__code="first-words").count() == 1
    assert _all("first-words", alice) == {"moves": 1, "events": 1, "notifications": 1, "told": 1, "entries": 1}


def test_the_last_two_steps_at_the_same_moment_are_both_seen(transactional_db):
    """Each alone is one short: without the shelf's lock neither transaction would see the other's fact."""
    alice, at = make_member(), clock.now()
    for post in range(10):
        givers = make_members(5)
        for giver in givers[:3]:
            hear(publish(reacted(giver, alice, post), at))
        last = [publish(reacted(giver, alice, post), at) for giver in givers[3:]]
        assert run_parallel(lambda n, last=last: hear(last[n]), 2).errors == {}
    assert Award.objects.filter(member=alice, badge__code="kept-words").count() == 10


def test_one_event_delivered_by_several_relays_is_counted_once(transactional_db):
    alice, host, at = make_member(), make_member(), clock.now()
    heard = publish(replied(alice, 1, host), at)
    assert run_parallel(lambda n: hear(heard), 12).errors == {}
    assert Fact.objects.filter(event_id=heard.id).count() == 2
    assert _all("first-words", alice)["told"] == 1


def test_people_who_thank_each_other_at_once_do_not_lock_each_other_out(transactional_db):
    members, at = make_members(4), clock.now()
    heard = [
        publish(reacted(giver, author, 100 + author.pk), at)
        for giver in members
        for author in members
        if giver != author
    ]
    race = run_parallel(lambda n: hear(heard[n]), len(heard))
    assert race.errors == {}
    assert Award.objects.filter(badge__code="first-cup").count() == 4


def test_a_handler_that_fails_leaves_nothing_half_done_and_is_repeated(transactional_db, monkeypatch):
    alice, host, at = make_member(), make_member(), clock.now()
    relay.drain()
    from badges.awards import actions

    def broken(*args, **kwargs):
        raise RuntimeError("the lamp went out")

    with monkeypatch.context() as patch:
        patch.setattr(actions, "notify", broken)
        with transaction.atomic():
            event = bus.publish(replied(alice, 1, host), at=at)
        relay.drain()
    assert not Fact.objects.filter(event=event).exists()
    assert not Award.objects.filter(member=alice, badge__code="first-words").exists()
    relay.retry(Delivery.objects.filter(event=event, subscriber="awards"))
    relay.drain()
    assert _all("first-words", alice)["told"] == 1

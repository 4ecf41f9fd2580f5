"""Backfill is replay: the log heard again from nothing gives the same holders as life did, and tells nobody."""

from __future__ import annotations

import random
from datetime import timedelta

import pytest

from badges.awards.models import Award, AwardMove, Fact, Sight
from portal.core import clock
from portal.events import relay
from portal.events.models import Delivery
from portal.notifications.models import Notification
from tests.badges.awards.house import hide, react, read, reply, restore, talk, topic, unreact
from tests.factories.portal import make_members

pytestmark = pytest.mark.django_db


def _live(seed: int) -> None:
    """Some weeks of a house with all that happens in one, long enough for most badges."""
    chance = random.Random(seed)
    members, at = make_members(7), clock.now() - timedelta(days=120)
    _only_badges_hear()
    topics, posts, reactions = [], [], []
    for _ in range(180):
        at += timedelta(minutes=chance.randint(5, 400))
        who = chance.choice(members)
        what = chance.random()
        if what < 0.15 or not topics:
            topics.append((topic(who, at), who))
            posts.append((topics[-1][0], who))
        elif what < 0.4:
            number, host = chance.choice(topics)
            posts.append((reply(who, number, host, at), who))
        elif what < 0.7:
            post, author = chance.choice(posts[-2:])
            reactions.append((who, author, post, react(who, author, post, at)))
        elif what < 0.74 and reactions:
            giver, author, post, reaction = reactions.pop(chance.randrange(len(reactions)))
            unreact(giver, author, post, reaction, at)
        elif what < 0.77:
            hide(posts[-1][1], posts[-1][0], at)
        elif what < 0.8:
            restore(posts[-1][1], posts[-1][0], at)
        elif what < 0.83:
            talk(who, at)
        else:
            read(who, f"story-{chance.randint(1, 6)}", at)


def _only_badges_hear() -> None:
    """The forum of these tests has no posts for the others to find."""
    Delivery.objects.exclude(subscriber="awards").delete()
    relay.drain()
    Delivery.objects.update(done_at=clock.now())


def _holders() -> set[tuple]:
    return set(Award.objects.filter(revoked_at=None).values_list("badge__code", "member_id", "target", "at"))


@pytest.mark.parametrize("seed", [1])
def test_the_log_replayed_from_nothing_gives_the_same_holders_as_life(seed):
    _live(seed)
    _only_badges_hear()
    lived = _holders()
    assert len(lived) > 20
    assert len({code for code, *_rest in lived}) >= 6
    Notification.objects.filter(kind="badge").delete()
    for table in (AwardMove, Award, Fact, Sight):
        table.objects.all().delete()
    relay.replay("awards")
    assert relay.drain().failed == 0
    assert _holders() == lived
    assert not Notification.objects.filter(kind="badge").exists()


def test_a_replay_over_what_is_there_changes_nothing():
    _live(3)
    _only_badges_hear()
    before = (_holders(), Fact.objects.count(), AwardMove.objects.count(), Notification.objects.count())
    relay.replay("awards")
    assert relay.drain().failed == 0
    assert (_holders(), Fact.objects.count(), AwardMove.objects.count(), Notification.objects.count()) == before

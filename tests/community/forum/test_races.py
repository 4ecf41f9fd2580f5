"""Many at once: the numbers stay exact, on both databases."""

from __future__ import annotations

import pytest

from community.forum import actions, counters
from community.forum.models import Post, Reaction, Topic
from portal.accounts.models import Member
from portal.events.models import DomainEvent
from portal.realtime.models import StreamEntry
from tests.community.forum.conftest import AT, first, react, reply, start
from tests.factories.portal import make_members
from tests.helpers.races import run_parallel

pytestmark = [pytest.mark.both_databases, pytest.mark.django_db(transaction=True)]


def gapless(topic: Topic) -> bool:
    numbers = StreamEntry.objects.filter(stream__key=f"topic:{topic.pk}").values_list("number", flat=True)
    return sorted(numbers) == list(range(1, len(numbers) + 1))


def test_50_replies_at_once(topic: Topic, bob: Member, charlie: Member) -> None:
    race = run_parallel(lambda n: reply((bob, charlie)[n % 2], topic, f"Lời thứ {n}").number, 50)
    assert race.error_types() == {}
    assert sorted(race.values) == list(range(2, 52))
    topic.refresh_from_db()
    assert (topic.reply_count, topic.people_count, topic.next_number) == (50, 3, 52)
    assert counters.drift() == []
    assert gapless(topic)


def test_50_reactions_and_withdrawals_at_once(topic: Topic) -> None:
    members, post = make_members(10), first(topic)

    def click(n: int) -> object:
        actor, kind = members[n % 10], ("tea", "heart")[n % 2]
        if n % 3 == 2:
            return actions.unreact(actor=actor, post=post.public_id, kind=kind, at=AT, limited=False)
        return react(actor, post, kind).pk

    race = run_parallel(click, 50)
    assert race.error_types() == {}
    topic.refresh_from_db()
    assert topic.reaction_count == Reaction.objects.count()
    assert counters.drift() == []
    added = DomainEvent.objects.filter(name="reaction_added").count()
    removed = DomainEvent.objects.filter(name="reaction_removed").count()
    assert added - removed == Reaction.objects.count()
    assert gapless(topic)


def test_one_reaction_for_50_clicks_of_one_member(topic: Topic, bob: Member) -> None:
    race = run_parallel(lambda n: react(bob, first(topic)).pk, 50)
    assert race.error_types() == {}
    assert len(set(race.values)) == 1
    assert DomainEvent.objects.filter(name="reaction_added").count() == 1
    assert first(topic).reactions == {"tea": 1}


def test_one_reply_for_a_key_sent_50_times(topic: Topic, bob: Member) -> None:
    race = run_parallel(lambda n: reply(bob, topic, key="the-same").pk, 50)
    assert race.error_types() == {}
    assert len(set(race.values)) == 1
    assert Post.objects.filter(author=bob).count() == 1
    assert DomainEvent.objects.filter(name="reply_posted").count() == 1
    assert gapless(topic)


def test_one_topic_for_a_key_sent_20_times(space: object, alice: Member) -> None:
    race = run_parallel(lambda n: start(alice, key="the-same").pk, 20)
    assert race.error_types() == {}
    assert len(set(race.values)) == 1
    assert Topic.objects.count() == 1
    assert DomainEvent.objects.filter(name="topic_started").count() == 1
    assert counters.drift() == []


def test_hiding_restoring_replying_and_reacting_at_once(topic: Topic, alice: Member, bob: Member, mod: Member) -> None:
    post = reply(bob, topic)
    members = make_members(4)

    def deed(n: int) -> object:
        if n % 4 == 0:
            return actions.hide_post(actor=mod, post=post.public_id, reason="Thử cất đi", at=AT)
        if n % 4 == 1:
            return actions.restore_post(actor=mod, post=post.public_id, reason="Thử đưa về", at=AT)
        if n % 4 == 2:
            return reply(members[n % 4], topic, f"Lời thứ {n}")
        return react(members[n % 4], first(topic), ("tea", "heart")[n % 2])

    race = run_parallel(deed, 40)
    assert race.error_types() == {}
    assert counters.drift() == []
    hidden = DomainEvent.objects.filter(name="post_hidden").count()
    restored = DomainEvent.objects.filter(name="post_restored").count()
    post.refresh_from_db()
    assert hidden - restored == (1 if post.hidden_at else 0)
    assert gapless(topic)


def test_two_windows_edit_at_once(topic: Topic, alice: Member) -> None:
    post = first(topic)
    race = run_parallel(
        lambda n: (
            actions.edit_post(
                actor=alice, post=post.public_id, body=f"Lời của cửa sổ {n}", revision=1, at=AT, limited=False
            ).source
        ),
        8,
    )
    assert race.error_types() == {"Conflict": 7}
    post.refresh_from_db()
    assert (post.source, post.revision) == (race.values[0], 2)

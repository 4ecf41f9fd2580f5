"""Many at once: the numbers stay exact, on both databases."""

from __future__ import annotations

import pytest

from community.forum import actions, counters
from community.forum.actions import polling
from community.forum.ballots import PollVote
from community.forum.models import Post, Reaction, Topic
from community.forum.writing import Acceptance, Draft
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


def test_behaviour_13_two_windows_edit_at_once(topic: Topic, alice: Member) -> None:
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


def test_behaviour_23_50_choices_of_two_answers_at_once_leave_one(space: object, alice: Member, bob: Member) -> None:
    question = start(alice, kind="question")
    answers = [reply(bob, question), reply(bob, question, "Xay thô hơn một nấc.")]

    def choose(n: int) -> object:
        if n % 5 == 4:
            return actions.unaccept_answer(actor=alice, topic=question.public_id, at=AT, limited=False).pk
        return actions.accept_answer(actor=alice, post=answers[n % 2].public_id, at=AT, limited=False).pk

    race = run_parallel(choose, 50)
    assert race.error_types() == {}
    question.refresh_from_db()
    standing = list(Acceptance.objects.filter(topic=question, withdrawn_at=None).values_list("post", flat=True))
    assert standing == ([question.answer_id] if question.answer_id else [])
    chosen = DomainEvent.objects.filter(name="answer_accepted").count()
    assert chosen - DomainEvent.objects.filter(name="answer_unaccepted").count() == len(standing)
    assert gapless(question)


def test_60_votes_and_changes_at_once_add_up(space: object, alice: Member) -> None:
    for multiple in (False, True):
        topic = start(
            alice, poll=polling.wanted("Pha mấy lượt mỗi sáng?", "Một lượt\nHai lượt\nBa lượt", multiple=multiple)
        )
        options = list(topic.poll.options.values_list("pk", flat=True))
        members = make_members(6)

        def choose(n: int, topic=topic, options=options, members=members, multiple=multiple) -> object:
            chosen = [options[n % 3], options[(n + 1) % 3]][: 1 + multiple]
            return actions.vote(
                actor=members[n % 6], topic=topic.public_id, options=[] if n % 7 == 6 else chosen, at=AT, limited=False
            ).pk

        race = run_parallel(choose, 60)
        assert race.error_types() == {}
        topic.poll.refresh_from_db()
        rows = PollVote.objects.filter(poll=topic.poll)
        counted = [rows.filter(option=option).count() for option in options]
        assert list(topic.poll.options.values_list("votes", flat=True)) == counted
        assert topic.poll.voter_count == rows.values("member").distinct().count()
        assert multiple or rows.count() == topic.poll.voter_count
        assert gapless(topic)


def test_behaviour_14_30_saves_of_one_draft_at_once_leave_the_newest(bob: Member) -> None:
    race = run_parallel(
        lambda n: actions.save_draft(actor=bob, key="new-phin", body=f"Lời {n}", sequence=n + 1, at=AT).kept, 30
    )
    assert race.error_types() == {}
    assert Draft.objects.get().body == "Lời 29"

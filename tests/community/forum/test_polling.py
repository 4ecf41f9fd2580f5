"""Polls: one vote or several, changed until the close, numbers that add up and are shown when they may be."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from community.forum import actions, around
from community.forum.actions import polling
from community.forum.ballots import Poll, PollOption, PollVote
from community.forum.models import Topic
from portal.accounts.models import Member
from portal.core.clock import now
from portal.core.errors import Forbidden, Invalid, NotFound, SignInRequired
from portal.privacy import actions as privacy
from tests.community.forum.conftest import AT, make_space, new_key, start
from tests.factories.portal import make_members

pytestmark = pytest.mark.django_db
OPTIONS = "Một lượt\nHai lượt\nBa lượt"


def asked(actor: Member, **more: Any) -> Topic:
    at = more.pop("at", AT)
    return start(actor, poll=polling.wanted("Pha mấy lượt mỗi sáng?", OPTIONS, **more), at=at)


def ids(topic: Topic) -> list[int]:
    return list(PollOption.objects.filter(poll__topic=topic).values_list("pk", flat=True))


def vote(actor: Member, topic: Topic, *which: int, at: Any = AT) -> Poll:
    return actions.vote(
        actor=actor, topic=topic.public_id, options=[ids(topic)[n] for n in which], at=at, limited=False
    )


def numbers(topic: Topic) -> tuple[list[int], int]:
    poll = Poll.objects.get(topic=topic)
    return list(poll.options.values_list("votes", flat=True)), poll.voter_count


def test_a_vote_counts_once_and_may_be_changed_and_taken_back(space: object, alice: Member, bob: Member) -> None:
    topic = asked(alice)
    for _again in range(3):
        vote(bob, topic, 0)
    assert numbers(topic) == ([1, 0, 0], 1)
    vote(bob, topic, 2)
    assert numbers(topic) == ([0, 0, 1], 1)
    vote(bob, topic)
    assert numbers(topic) == ([0, 0, 0], 0)


def test_one_choice_means_one_and_several_mean_several(space: object, alice: Member, bob: Member) -> None:
    with pytest.raises(Invalid) as refusal:
        vote(bob, asked(alice), 0, 1)
    assert refusal.value.code == "one_choice"
    topic = asked(alice, multiple=True)
    vote(bob, topic, 0, 2)
    assert numbers(topic) == ([1, 0, 1], 1)


def test_a_vote_after_closing_says_why_by_the_servers_clock(
    signed_in, space: object, alice: Member, bob: Member
) -> None:
    topic = asked(alice, days=1)
    vote(bob, topic, 0, at=AT + timedelta(days=1) - timedelta(seconds=1))
    with pytest.raises(Forbidden) as refusal:
        vote(bob, topic, 1, at=AT + timedelta(days=1))
    assert refusal.value.code == "poll_closed"
    Poll.objects.update(closes_at=now() - timedelta(seconds=1))
    page = signed_in(bob).post(f"/vi/community/topics/{topic.public_id}/poll/", {"option": ids(topic)[1]})
    assert page.status_code == 403
    assert "đã khép lại" in page.content.decode()
    assert numbers(topic) == ([1, 0, 0], 1)


@pytest.mark.parametrize(
    ("results", "days", "voted", "later", "shown"),
    [
        ("always", 0, False, 0, True),
        ("voted", 0, False, 0, False),
        ("voted", 0, True, 0, True),
        ("voted", 3, False, 4, True),
        ("closed", 3, True, 0, False),
        ("closed", 3, False, 4, True),
    ],
)
def test_numbers_are_shown_when_they_may_be(
    space: object,
    alice: Member,
    bob: Member,
    charlie: Member,
    results: str,
    days: int,
    voted: bool,
    later: int,
    shown: bool,
) -> None:
    topic = asked(alice, results=results, days=days)
    vote(charlie, topic, 1)
    if voted:
        vote(bob, topic, 0)
    card = around.poll_card(topic, bob, at=AT + timedelta(days=later))
    assert card is not None
    assert all((choice.votes is not None) == shown for choice in card.choices)
    visitor = around.poll_card(topic, None, at=AT + timedelta(days=later))
    assert visitor is not None
    assert visitor.numbers == (results == "always" or later > 0)


def test_secret_votes_name_nobody_and_public_ones_do(client: Client, space: object, alice: Member, bob: Member) -> None:
    for secret in (True, False):
        topic = asked(alice, secret=secret)
        vote(bob, topic, 0)
        assert ("Vũ Tiến Bob" in client.get(topic.get_absolute_url()).content.decode()) is not secret


@pytest.mark.parametrize(
    ("question", "options", "more", "field"),
    [
        ("Ngắn", OPTIONS, {}, "poll_question"),
        ("", OPTIONS, {}, "poll_question"),
        ("Pha mấy lượt mỗi sáng?", "Một", {}, "poll_options"),
        ("Pha mấy lượt mỗi sáng?", "Một\nmột", {}, "poll_options"),
        ("Pha mấy lượt mỗi sáng?", "\n".join(f"Lượt {n}" for n in range(11)), {}, "poll_options"),
        ("Pha mấy lượt mỗi sáng?", "Một\n" + "a" * 101, {}, "poll_options"),
        ("Pha mấy lượt mỗi sáng?", OPTIONS, {"results": "closed"}, "poll_days"),
        ("Pha mấy lượt mỗi sáng?", OPTIONS, {"days": "-1"}, "poll_days"),
    ],
)
def test_a_poll_that_makes_no_sense_is_refused_with_its_field(
    question: str, options: str, more: dict, field: str
) -> None:
    with pytest.raises(Invalid) as refusal:
        polling.wanted(question, options, **more)
    assert refusal.value.details["field"] == field


def test_who_may_not_read_or_write_votes_nowhere(space: object, alice: Member, bob: Member, charlie: Member) -> None:
    topic = asked(alice)
    with pytest.raises(SignInRequired):
        actions.vote(actor=None, topic=topic.public_id, options=[], at=AT)  # type: ignore[arg-type]
    bob.muted_until = AT + timedelta(days=1)
    with pytest.raises(Forbidden):
        vote(bob, topic, 0)
    with pytest.raises(Invalid):
        actions.vote(actor=charlie, topic=topic.public_id, options=[ids(asked(alice))[0]], at=AT, limited=False)
    make_space("bac", read_from_rank=1)
    Topic.objects.filter(pk=topic.pk).update(space=make_space("vang", read_from_rank=2))
    with pytest.raises(NotFound):
        vote(charlie, topic, 0)


def test_a_poll_is_made_and_answered_without_scripts(signed_in, space: object, alice: Member, bob: Member) -> None:
    form = {
        "title": "Hỏi ý cả nhà một chút", "body": "Mọi người pha thế nào?", "key": new_key(), "kind": "talk",
        "poll_question": "Pha mấy lượt mỗi sáng?", "poll_options": OPTIONS, "poll_days": "7", "poll_results": "voted",
    }  # fmt: skip
    assert signed_in(alice).post("/vi/community/spaces/phin/new/", form).status_code == 302
    topic = Topic.objects.get()
    assert topic.poll.results == "voted"
    browser = signed_in(bob)
    page = browser.get(topic.get_absolute_url()).content.decode()
    assert "Chọn xong bạn sẽ thấy con số." in page
    led = browser.post(f"/vi/community/topics/{topic.public_id}/poll/", {"option": ids(topic)[1]})
    assert led.status_code == 302
    assert "1 · 100%" in browser.get(topic.get_absolute_url()).content.decode()


def test_why_a_visitor_may_not_answer_is_no_alarm_in_the_poll(client: Client, space: object, alice: Member) -> None:
    page = client.get(asked(alice, at=now()).get_absolute_url()).content.decode()
    assert 'class="poll"' in page
    assert 'role="alert"' not in page


def test_a_refused_poll_keeps_what_was_typed(signed_in, space: object, alice: Member) -> None:
    form = {
        "title": "Hỏi ý cả nhà một chút",
        "body": "Mọi người pha thế nào?",
        "key": new_key(),
        "poll_question": "Ngắn",
    }
    page = signed_in(alice).post("/vi/community/spaces/phin/new/", form)
    assert page.status_code == 422
    assert "Hỏi ý cả nhà một chút" in page.content.decode()
    assert Topic.objects.count() == 0


def test_the_poll_costs_the_same_for_one_vote_and_for_many(
    space: object, alice: Member, bob: Member, django_assert_max_num_queries
) -> None:
    topic = asked(alice, secret=False)
    for member in make_members(12):
        vote(member, topic, 0)
        with django_assert_max_num_queries(4):
            around.poll_card(topic, bob, at=AT)


def test_erasing_a_member_takes_her_vote_out_of_the_numbers(space: object, alice: Member, bob: Member) -> None:
    topic = asked(alice)
    vote(bob, topic, 0)
    privacy.erase(actor=None, member_id=bob.pk, at=AT)
    assert numbers(topic) == ([0, 0, 0], 0)
    assert PollVote.objects.count() == 0

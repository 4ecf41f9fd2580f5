"""Criterion 21, its end: points from a giver who traded them are taken back, and whoever had them is told why."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import transaction

from badges.earning import actions
from badges.earning.models import BarredGiver, Evaluation, PendingEarning
from badges.earning.statement import lines_of
from badges.earning.tasks import sweep_barred
from badges.ledger.models import Transaction
from badges.ledger.verify import verify
from community.moderation import actions as moderation
from portal.accounts.models import Member
from portal.core.errors import Invalid
from portal.events import bus
from portal.events.models import DomainEvent
from portal.events.types.community import ReactionAdded, TradingCleared, TradingFound
from portal.notifications.models import Notification
from portal.notifications.registry import kind_of
from tests.badges.earning.conftest import MORNING, Forum, tell
from tests.factories.portal import make_members

pytestmark = pytest.mark.django_db
Purse = Callable[..., int]


@pytest.fixture(autouse=True)
def ledger_is_sound() -> object:
    """Whatever a test did, the books balance afterwards."""
    yield
    assert verify() == []


def five_thanks(forum: Forum, alice: Member) -> tuple[int, list[Member]]:
    """Alice is thanked by five members, so that all of it is hers to spend; the first is the one who traded."""
    givers = make_members(5)
    post = forum.topic(alice)
    for giver in givers:
        forum.react(giver, alice, post)
    return post, givers


@pytest.mark.both_databases
def test_points_from_a_giver_later_banned_for_collusion_are_reversed(alice: Member, forum: Forum, purse: Purse) -> None:
    _post, givers = five_thanks(forum, alice)
    before = purse(alice)
    tell(TradingFound(actor=None, member=givers[0].pk))
    assert purse(alice) == before - 2
    [taken] = Transaction.objects.filter(kind="reverse", member=alice)
    assert taken.reason == "giver_barred"


def test_the_receiver_is_told_why_without_a_name(alice: Member, forum: Forum) -> None:
    _post, givers = five_thanks(forum, alice)
    tell(TradingFound(actor=None, member=givers[0].pk))
    [item] = Notification.objects.filter(kind="points_taken")
    assert (item.member_id, item.args["lines"]) == (alice.pk, 1)
    sentence = kind_of("points_taken").sentence(item)
    reversed_line = Transaction.objects.get(kind="reverse", member=alice)
    lines = lines_of([reversed_line, reversed_line.reverses])
    told = [sentence, *(line.why["text"] for line in lines), *(line.title for line in lines)]
    assert all("đổi điểm" in text for text in (told[0], told[1], told[2]))
    assert lines[1].state == "reversed"
    assert not [text for text in told if givers[0].name in text]


def test_what_others_gave_stays_and_so_does_what_the_giver_earned(alice: Member, forum: Forum, purse: Purse) -> None:
    _post, givers = five_thanks(forum, alice)
    own = forum.topic(givers[0])
    forum.react(alice, givers[0], own)
    forum.react(givers[1], givers[0], own)
    had = purse(givers[0])
    tell(TradingFound(actor=None, member=givers[0].pk))
    assert purse(givers[0]) == had
    assert Transaction.objects.filter(kind="reverse").count() == 1


def test_what_still_waits_is_taken_too_and_an_answer_of_hers_confirms_nothing(
    alice: Member, bob: Member, charlie: Member, forum: Forum, purse: Purse
) -> None:
    post = forum.topic(alice)
    forum.react(bob, alice, post)
    tell(TradingFound(actor=None, member=bob.pk))
    assert PendingEarning.objects.get(waits_for="givers").state == "reversed"
    forum.react(charlie, alice, post)  # one honest answer of two: the first one counts no more
    topic = PendingEarning.objects.get(waits_for="responders", member=alice)
    assert (topic.state, len(topic.responders)) == ("open", 2)
    [dana] = make_members(1)
    forum.react(dana, alice, post)
    topic.refresh_from_db()
    assert topic.state == "activated"


def test_a_thank_that_arrives_late_pays_nothing_and_says_why(alice: Member, bob: Member, forum: Forum) -> None:
    post = forum.topic(alice)
    tell(TradingFound(actor=None, member=bob.pk))
    forum.react(bob, alice, post)
    assert not Transaction.objects.filter(event__actor=bob, member=alice).exists()
    outcomes = Evaluation.objects.filter(member=alice).latest("id").outcomes
    assert outcomes[0]["data"] == {"why": "barred"}


def test_what_another_relay_had_in_hand_is_swept_up(alice: Member, bob: Member, forum: Forum, purse: Purse) -> None:
    post = forum.topic(alice)
    with transaction.atomic():
        event = bus.publish(TradingFound(actor=None, member=bob.pk), at=MORNING)
    forum.react(bob, alice, post)  # judged first: the relay took the other one aside
    BarredGiver.objects.all().delete()
    late = ReactionAdded(actor=bob.pk, reaction=99, kind="tea", topic=1, post=post, author=alice.pk, first_post=True,
                         title="Phin")  # fmt: skip
    tell(late)
    BarredGiver.objects.create(giver=bob, event=DomainEvent.objects.get(pk=event.pk), since=MORNING)
    assert sweep_barred(MORNING) == 1
    assert sweep_barred(MORNING) == 0
    assert (purse(alice), purse(alice, role="pending")) == (0, 5)


def test_heard_twice_it_takes_once(alice: Member, forum: Forum, purse: Purse) -> None:
    _post, givers = five_thanks(forum, alice)
    number = tell(TradingFound(actor=None, member=givers[0].pk))
    had = purse(alice)
    with transaction.atomic():
        actions.bar_giver(bus.heard(DomainEvent.objects.get(pk=number)), giver_id=givers[0].pk)
    assert purse(alice) == had


def test_a_decision_that_is_lifted_gives_it_again_once(alice: Member, forum: Forum, purse: Purse) -> None:
    _post, givers = five_thanks(forum, alice)
    had = purse(alice)
    tell(TradingFound(actor=None, member=givers[0].pk))
    for _twice in range(2):
        tell(TradingCleared(actor=None, member=givers[0].pk))
    assert purse(alice) == had
    assert not Notification.objects.filter(kind="points_taken", rescinded_at=None).exists()
    line = lines_of([Transaction.objects.get(kind="restore")])[0]
    assert line.title == "Trả lại: quyết định đã được gỡ"


def test_barred_again_takes_again_what_was_given_again(alice: Member, forum: Forum, purse: Purse) -> None:
    _post, givers = five_thanks(forum, alice)
    had = purse(alice)
    for event in (TradingFound, TradingCleared, TradingFound):
        tell(event(actor=None, member=givers[0].pk))
    assert purse(alice) == had - 2


def test_a_post_that_comes_back_brings_back_nothing_of_hers(alice: Member, forum: Forum, purse: Purse) -> None:
    post, givers = five_thanks(forum, alice)
    had = purse(alice)
    forum.hide(alice, post)
    tell(TradingFound(actor=None, member=givers[0].pk))
    forum.restore(alice, post)
    assert purse(alice) == had - 2


def test_what_is_cleared_while_its_post_is_hidden_stays_taken(alice: Member, forum: Forum, purse: Purse) -> None:
    post, givers = five_thanks(forum, alice)
    tell(TradingFound(actor=None, member=givers[0].pk))
    forum.hide(alice, post)
    had = purse(alice)
    tell(TradingCleared(actor=None, member=givers[0].pk))
    assert purse(alice) == had


def test_only_a_suspension_says_that_points_were_traded(mod: Member, bob: Member) -> None:
    words = {"actor": mod, "member": bob.public_id, "template": "other", "reason": "Đổi lời cảm ơn lấy điểm"}
    with pytest.raises(Invalid) as refusal:
        moderation.sanction(kind="silence", hours=24, traded=True, at=MORNING, **words)
    assert refusal.value.details["field"] == "traded"
    made = moderation.sanction(kind="suspend", hours=24, traded=True, at=MORNING, **words)
    assert DomainEvent.objects.get(name="trading_found").payload == {"member": bob.pk}
    moderation.lift(actor=mod, sanction=made.public_id, reason="Nhầm người", at=MORNING)
    assert DomainEvent.objects.get(name="trading_cleared").payload == {"member": bob.pk}


def test_a_suspension_for_something_else_takes_no_points(mod: Member, bob: Member) -> None:
    made = moderation.sanction(
        actor=mod, member=bob.public_id, kind="suspend", template="rude", reason="Nặng lời", hours=1, at=MORNING
    )
    moderation.lift(actor=mod, sanction=made.public_id, reason="Đã nguôi", at=MORNING)
    assert not DomainEvent.objects.filter(name__startswith="trading_").exists()

"""Behaviour 23, solved: one accepted answer, by whoever asked or a moderator; what it pays goes when it goes."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from badges.ledger.selectors import balances
from community.forum import actions
from community.forum.models import Post, Topic
from community.forum.writing import Acceptance
from portal.accounts.models import Member
from portal.core.errors import Forbidden, NotFound, SignInRequired
from portal.events import relay
from portal.events.models import Delivery, DomainEvent
from portal.notifications.models import Notification
from tests.community.forum.conftest import AT, first, reply, start

pytestmark = pytest.mark.django_db


@pytest.fixture
def question(space: object, alice: Member) -> Topic:
    return start(alice, kind="question")


def accept(actor: Member, post: Post, **more: Any) -> Topic:
    return actions.accept_answer(actor=actor, post=post.public_id, **({"at": AT, "limited": False} | more))


def let_go(actor: Member, topic: Topic) -> Topic:
    return actions.unaccept_answer(actor=actor, topic=topic.public_id, at=AT, limited=False)


def purse(member: Member) -> tuple[int, int]:
    """Spend points that a chosen answer brought: (available, waiting), without those for joining and replying."""
    relay.drain()
    has = balances(member.pk).get("rep", {})
    return has.get("available", 0), has.get("pending", 0)


def told(member: Member, kind: str) -> int:
    relay.drain()
    return Notification.objects.filter(member=member, kind=kind, rescinded_at=None).count()


def test_behaviour_23_one_answer_stands_and_another_takes_its_place(
    question: Topic, alice: Member, bob: Member, mod: Member
) -> None:
    one, two = reply(bob, question), reply(mod, question, "Xay thô hơn một nấc.")
    accept(alice, one)
    accept(alice, one)
    question.refresh_from_db()
    assert question.answer_id == one.pk
    assert DomainEvent.objects.filter(name="answer_accepted").count() == 1
    accept(mod, two)
    question.refresh_from_db()
    assert question.answer_id == two.pk
    assert Acceptance.objects.filter(topic=question, withdrawn_at=None).count() == 1
    gone = DomainEvent.objects.get(name="answer_unaccepted").payload
    assert (gone["post"], gone["why"]) == (one.pk, "replaced")


def test_only_who_asked_and_moderators_choose(question: Topic, alice: Member, bob: Member, charlie: Member) -> None:
    post = reply(bob, question)
    for stranger in (bob, charlie):
        with pytest.raises(Forbidden) as refusal:
            accept(stranger, post)
        assert refusal.value.code == "not_asker"
        with pytest.raises(Forbidden):
            let_go(stranger, question)
    with pytest.raises(SignInRequired):
        actions.accept_answer(actor=None, post=post.public_id, at=AT)  # type: ignore[arg-type]


def test_a_talk_the_question_itself_and_hidden_words_are_no_answers(
    question: Topic, topic: Topic, alice: Member, bob: Member
) -> None:
    with pytest.raises(Forbidden) as refusal:
        accept(alice, reply(bob, topic))
    assert refusal.value.code == "no_question"
    with pytest.raises(Forbidden) as refusal:
        accept(alice, first(question))
    assert refusal.value.code == "the_question"
    own = reply(alice, question)
    actions.hide_post(actor=alice, post=own.public_id, at=AT)
    with pytest.raises(Forbidden) as refusal:
        accept(alice, own)
    assert refusal.value.code == "hidden"
    gone = reply(bob, question)
    actions.hide_post(actor=bob, post=gone.public_id, at=AT)
    with pytest.raises(NotFound):
        accept(alice, gone)


def test_behaviour_23_a_chosen_answer_pays_after_a_day_and_a_change_of_mind_moves_the_points(
    question: Topic, alice: Member, bob: Member, charlie: Member
) -> None:
    one, two = reply(bob, question), reply(charlie, question, "Ngâm bột lâu hơn thử xem.")
    before = purse(bob), purse(charlie)
    accept(alice, one)
    assert purse(bob) == (before[0][0], before[0][1] + 10)
    accept(alice, two)
    assert (purse(bob), purse(charlie)) == (before[0], (before[1][0], before[1][1] + 10))
    let_go(alice, question)
    assert (purse(bob), purse(charlie)) == before
    assert question.__class__.objects.get(pk=question.pk).answer_id is None


def test_choosing_and_letting_go_again_and_again_earns_nothing(question: Topic, alice: Member, bob: Member) -> None:
    post = reply(bob, question)
    before = purse(bob)
    for _turn in range(7):
        accept(alice, post)
        let_go(alice, question)
    assert purse(bob) == before


def test_behaviour_23_ones_own_answer_is_allowed_and_earns_nothing_whoever_chooses_it(
    question: Topic, alice: Member, mod: Member
) -> None:
    post = reply(alice, question, "Tự tìm ra rồi: xay thô hơn.")
    before = purse(alice)
    for actor in (alice, mod):
        accept(actor, post)
        assert purse(alice) == before
        let_go(actor, question)


def hide(mod: Member, post: Post) -> None:
    actions.hide_post(actor=mod, post=post.public_id, reason="Quảng cáo", at=AT)


def restore(mod: Member, post: Post) -> None:
    actions.restore_post(actor=mod, post=post.public_id, reason="Nhầm", at=AT + timedelta(minutes=1))


def test_behaviour_23_a_hidden_answer_unsolves_the_question_and_is_chosen_again_when_it_is_back(
    question: Topic, alice: Member, bob: Member, mod: Member
) -> None:
    post = reply(bob, question)
    accept(alice, post)
    chosen = purse(bob)
    assert told(bob, "answer_chosen") == 1
    hide(mod, post)
    question.refresh_from_db()
    assert question.answer_id is None
    assert (told(bob, "answer_chosen"), told(alice, "answer_gone")) == (0, 1)
    restore(mod, post)
    question.refresh_from_db()
    assert (question.answer_id, Acceptance.objects.get(withdrawn_at=None).by) == (post.pk, alice)
    assert purse(bob) == chosen
    assert (told(bob, "answer_chosen"), told(alice, "answer_gone")) == (1, 0)
    names = list(DomainEvent.objects.order_by("pk").values_list("name", flat=True))
    assert [name for name in names if name.startswith(("answer_", "post_"))] == [
        "answer_accepted", "answer_unaccepted", "post_hidden", "post_restored", "answer_accepted",
    ]  # fmt: skip


def test_behaviour_08_what_being_chosen_paid_leaves_once_and_returns_once(
    question: Topic, alice: Member, bob: Member, mod: Member
) -> None:
    post = reply(bob, question)
    unchosen = purse(bob)
    accept(alice, post)
    chosen = purse(bob)
    assert chosen > unchosen
    for _turn in range(3):
        hide(mod, post)
        hide(mod, post)
        gone = purse(bob)
        restore(mod, post)
        restore(mod, post)
        assert (gone < chosen, purse(bob)) == (True, chosen)
    let_go(alice, question)
    assert purse(bob) == unchosen


def test_behaviour_08_whichever_fact_of_a_hidden_answer_is_heard_first(
    question: Topic, alice: Member, bob: Member, mod: Member
) -> None:
    post = reply(bob, question)
    unchosen = purse(bob)
    accept(alice, post)
    chosen = purse(bob)
    hide(mod, post)
    # The fact that the choice ended is heard late, as when its first delivery failed.
    late = Delivery.objects.filter(event__name="answer_unaccepted", subscriber="earning")
    due = late.get().due_at
    late.update(due_at=due + timedelta(days=3650))
    relay.drain()
    late.update(due_at=due)
    assert purse(bob) < unchosen
    restore(mod, post)
    assert purse(bob) == chosen
    let_go(alice, question)
    assert purse(bob) == unchosen


def test_another_answer_chosen_meanwhile_stays_chosen(
    question: Topic, alice: Member, bob: Member, charlie: Member, mod: Member
) -> None:
    post, better = reply(bob, question), reply(charlie, question)
    unchosen = purse(bob)
    accept(alice, post)
    hide(mod, post)
    accept(alice, better)
    restore(mod, post)
    question.refresh_from_db()
    assert question.answer_id == better.pk
    assert purse(bob) == unchosen


def test_who_hid_the_chosen_answer_herself_hears_nothing_of_it(question: Topic, alice: Member) -> None:
    post = reply(alice, question)
    accept(alice, post)
    actions.hide_post(actor=alice, post=post.public_id, at=AT)
    assert told(alice, "answer_gone") == 0

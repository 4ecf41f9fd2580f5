"""Criterion 22, its end: what waits is listed with who is behind it, and somebody may decide it by hand."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from badges.earning.models import PendingEarning
from badges.earning.statement import lines_of
from badges.ledger.models import Transaction
from badges.ledger.selectors import balances
from badges.ledger.verify import verify
from badges.programme import actions, held
from portal.accounts.models import Member
from portal.core.errors import Conflict, Forbidden, Invalid, NotFound
from portal.events.types.community import TradingFound
from portal.notifications.models import Notification
from tests.badges.earning.conftest import Forum, tell
from tests.badges.programme.conftest import NOON
from tests.factories.portal import make_members
from tests.helpers.queries import assert_num_queries_constant

pytestmark = pytest.mark.django_db
WHY = "Hai bạn này quen nhau ngoài đời"


@pytest.fixture(autouse=True)
def ledger_is_sound() -> object:
    """Whatever a test did, the books balance afterwards."""
    yield
    assert verify() == []


@pytest.fixture
def traded(alice: Member, bob: Member, forum: Forum) -> Member:
    """Alice, whom bob alone has thanked three times."""
    for _ in range(3):
        forum.react(bob, alice, forum.topic(alice))
    return alice


def heap(kind: str = "givers") -> held.Heap:
    [one] = held.heaps_of(held.open_heaps(kind)[:10], kind, "vi")
    return one


def spend(member: Member) -> tuple[int, int]:
    of = balances(member.pk)["spend"]
    return of.get("available", 0), of.get("pending", 0)


def test_criterion_22_what_few_people_gave_is_listed_with_who_they_are_and_how_many_it_takes(
    traded: Member, bob: Member
) -> None:
    one = heap()
    assert (one.owner.member_id, one.count, one.people, one.needed, one.acts) == (traded.pk, 3, 1, 5, 3)
    assert [(giver.chip.member_id, giver.times) for giver in one.givers] == [(bob.pk, 3)]
    assert one.points["spend"] == 6


def test_a_manager_confirms_a_heap_and_her_hand_stands_on_every_line(traded: Member, manager: Member) -> None:
    before = spend(traded)
    assert actions.decide_waiting(actor=manager, key=heap().key, yes=True, note=WHY, at=NOON) == 3
    assert spend(traded) == (before[0] + 6, before[1] - 6)
    rows = PendingEarning.objects.filter(waits_for="givers")
    assert {(r.state, r.decided_by_id, r.note, r.settled_at) for r in rows} == {("activated", manager.pk, WHY, NOON)}
    [line] = lines_of([rows[0].transaction])
    assert WHY in line.why["text"]


def test_a_manager_takes_a_heap_back_and_the_member_reads_why(traded: Member, manager: Member) -> None:
    before = spend(traded)
    actions.decide_waiting(actor=manager, key=heap().key, yes=False, note=WHY, at=NOON)
    assert spend(traded) == (before[0], before[1] - 6)
    taken = Transaction.objects.filter(kind="reverse", member=traded)
    assert {(t.reason, t.actor_id) for t in taken} == {("refused_by_hand", manager.pk)}
    lines = lines_of([taken[0], taken[0].reverses])
    assert lines[0].title == "Thu lại: nhà không xác nhận"
    assert WHY in lines[1].why["text"]
    assert Notification.objects.filter(kind="points_taken", member=traded).count() == 3


def test_what_changed_since_it_was_read_is_a_conflict_and_nothing_is_written(
    traded: Member, manager: Member, charlie: Member, forum: Forum
) -> None:
    post = PendingEarning.objects.filter(waits_for="responders", member=traded).first().subject.split(":")[1]
    key = heap("responders").key
    forum.react(charlie, traded, int(post))  # the second answer frees one of the lines
    with pytest.raises(Conflict):
        actions.decide_waiting(actor=manager, key=key, yes=False, note=WHY, at=NOON)
    assert not PendingEarning.objects.filter(decided_by__isnull=False).exists()
    givers = heap().key
    actions.decide_waiting(actor=manager, key=givers, yes=True, note=WHY, at=NOON)
    with pytest.raises(Conflict):
        actions.decide_waiting(actor=manager, key=givers, yes=True, note=WHY, at=NOON)


def test_an_answer_that_frees_nothing_yet_still_makes_the_reading_old(
    alice: Member, bob: Member, manager: Member, forum: Forum
) -> None:
    post = forum.topic(alice)
    key = heap("responders").key
    forum.react(bob, alice, post)
    with pytest.raises(Conflict):
        actions.decide_waiting(actor=manager, key=key, yes=True, note=WHY, at=NOON)


def test_nobody_decides_without_the_right_about_herself_or_without_a_word(
    traded: Member, manager: Member, mod: Member, approver: Member, forum: Forum
) -> None:
    key = heap().key
    for other in (mod, approver, traded):
        with pytest.raises(Forbidden):
            actions.decide_waiting(actor=other, key=key, yes=True, note=WHY, at=NOON)
    with pytest.raises(Invalid) as refusal:
        actions.decide_waiting(actor=manager, key=key, yes=True, note=" ", at=NOON)
    assert refusal.value.details["field"] == "note"
    forum.topic(manager)
    own = PendingEarning.objects.get(member=manager)
    with pytest.raises(Forbidden):
        actions.decide_waiting(actor=manager, key=f"{own.pk}:{own.version}", yes=True, note=WHY, at=NOON)
    for odd in ("", "1", "x:1", "999999:1", f"{'9' * 30}:1"):
        with pytest.raises(NotFound):
            actions.decide_waiting(actor=manager, key=odd, yes=True, note=WHY, at=NOON)


def test_moderators_and_approvers_read_the_list_and_managers_alone_are_offered_to_decide(
    signed_in: Callable[..., Client], traded: Member, bob: Member, mod: Member, approver: Member, manager: Member
) -> None:
    for who, decides in ((mod, False), (approver, False), (manager, True)):
        text = signed_in(who).get(reverse("programme_waiting")).content.decode()
        assert traded.standing.known_as in text
        assert bob.standing.known_as in text
        assert ('name="rows"' in text) is decides
    refused = signed_in(mod).post(
        reverse("programme_decide_waiting"), {"rows": heap().key, "step": "release", "note": WHY}
    )
    assert refused.status_code == 403
    assert heap().count == 3


def test_the_page_decides_refuses_and_shows_how_it_stands_after_a_conflict(
    signed_in: Callable[..., Client], traded: Member, manager: Member
) -> None:
    client = signed_in(manager)
    sent = {"rows": heap().key, "step": "release", "note": "", "kind": "givers"}
    address = reverse("programme_decide_waiting")
    assert client.post(address, sent).status_code == 422
    assert client.post(address, sent | {"note": WHY}).status_code == 302
    old = client.post(address, sent | {"note": WHY})
    assert old.status_code == 409
    assert "Không có điểm nào chờ thêm người" in old.content.decode()
    settled = client.get(reverse("programme_waiting"), {"kind": "settled", "how": "activated"}).content.decode()
    assert WHY in settled
    assert str(manager) in settled


def test_releases_and_reversals_are_listed_with_their_reason(
    signed_in: Callable[..., Client], alice: Member, bob: Member, mod: Member, forum: Forum
) -> None:
    post = forum.topic(alice)
    forum.react(bob, alice, post)
    tell(TradingFound(actor=None, member=bob.pk))
    client = signed_in(mod)
    text = client.get(reverse("programme_waiting"), {"kind": "settled", "how": "reversed"}).content.decode()
    assert "người tặng đã đổi điểm" in text
    assert bob.standing.known_as in text
    forum.hide(alice, post)
    text = client.get(reverse("programme_waiting"), {"kind": "settled"}).content.decode()
    assert "bài viết đã bị ẩn" in text
    empty = client.get(reverse("programme_waiting"), {"kind": "settled", "how": "lapsed"}).content.decode()
    assert "Chưa có dòng nào kết thúc" in empty


def test_the_list_costs_the_same_for_one_heap_and_for_many(
    signed_in: Callable[..., Client], traded: Member, bob: Member, manager: Member, forum: Forum
) -> None:
    client = signed_in(manager)

    def more() -> None:
        for member in make_members(6):
            forum.react(bob, member, forum.topic(member))
            forum.react(traded, member, forum.topic(member))

    for kind in ("givers", "responders", "settled"):
        address = f"{reverse('programme_waiting')}?kind={kind}"
        assert client.get(address).status_code == 200
        assert_num_queries_constant(lambda a=address: client.get(a), more)

"""Corrections by hand, and members' books: who may, what is read, what is written down."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from badges.earning.statement import lines_of
from badges.ledger.models import Transaction
from badges.ledger.selectors import balances
from badges.ledger.verify import verify
from badges.programme import actions
from badges.programme.models import Adjustment, Glance
from portal.accounts.models import Member, Standing
from portal.core.errors import Conflict, Forbidden, Invalid, KeyReused
from portal.events import relay
from tests.badges.earning.conftest import MORNING
from tests.badges.programme.conftest import NOON
from tests.factories.portal import make_staff

pytestmark = pytest.mark.django_db


def correct(actor: Member, member: Member, amount: int = 50, **changes: Any) -> Adjustment:
    fields: dict[str, Any] = {
        "point_type": "spend", "reason": "goodwill", "note": "Đợi lâu ở quầy", "key": f"form-{amount}", "at": NOON,
    } | changes  # fmt: skip
    return actions.adjust_points(actor=actor, member_id=member.pk, amount=amount, **fields)


def spend(member: Member) -> int:
    relay.drain()
    return balances(member.pk)["spend"]["available"]


def test_a_small_correction_is_posted_and_she_reads_reason_and_note(manager: Member, alice: Member) -> None:
    before = spend(alice)
    made = correct(manager, alice)
    assert (made.state, spend(alice) - before) == ("done", 50)
    [line] = lines_of([Transaction.objects.get(pk=made.transaction_id)])
    assert line.title == "Lời cảm ơn của nhà: Đợi lâu ở quầy"
    assert verify() == []


def test_a_large_one_waits_for_a_second_person(manager: Member, approver: Member, alice: Member) -> None:
    before = spend(alice)
    made = correct(manager, alice, 501)
    assert (made.state, spend(alice)) == ("waiting", before)
    with pytest.raises(Forbidden):
        actions.decide_adjustment(actor=manager, adjustment_id=made.public_id, yes=True, at=NOON)
    actions.decide_adjustment(actor=approver, adjustment_id=made.public_id, yes=True, at=NOON)
    assert spend(alice) == before + 501
    with pytest.raises(Conflict):
        actions.decide_adjustment(actor=approver, adjustment_id=made.public_id, yes=True, at=NOON)
    assert spend(alice) == before + 501


def test_who_wrote_it_does_not_decide_it_administrators_included(alice: Member) -> None:
    admin = make_staff("Quản Trị", email="quan@thu.example", is_superuser=True)
    made = correct(admin, alice, 9000)
    with pytest.raises(Forbidden):
        actions.decide_adjustment(actor=admin, adjustment_id=made.public_id, yes=True, at=NOON)


def test_a_refused_one_posts_nothing_and_says_why(manager: Member, approver: Member, alice: Member) -> None:
    before, made = spend(alice), correct(manager, alice, 501)
    actions.decide_adjustment(actor=approver, adjustment_id=made.public_id, yes=False, at=NOON, answer="Quá nhiều")
    made.refresh_from_db()
    assert (made.state, made.answer, spend(alice)) == ("refused", "Quá nhiều", before)


@pytest.mark.parametrize("group", ["Moderators", "Store staff", "Care", "Analysts", "Programme approvers", ""])
def test_nobody_but_managers_corrects_points(alice: Member, group: str) -> None:
    somebody = make_staff("Ai Đó", email="ai@thu.example", group=group)
    with pytest.raises(Forbidden):
        correct(somebody, alice)
    assert not Adjustment.objects.exists()


def test_nobody_corrects_her_own_points(manager: Member) -> None:
    with pytest.raises(Forbidden):
        correct(manager, manager)


def test_the_same_form_sent_twice_is_one_correction_and_another_body_is_refused(manager: Member, alice: Member) -> None:
    before = spend(alice)
    assert correct(manager, alice).pk == correct(manager, alice).pk
    with pytest.raises(KeyReused):
        correct(manager, alice, 60, key="form-50")
    assert spend(alice) == before + 50


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"amount": 0}, "amount"), ({"amount": 100_001}, "amount"), ({"reason": "why"}, "reason"),
        ({"note": " "}, "note"), ({"point_type": "gold"}, "point_type"), ({"amount": -9000}, ""),
    ],
)  # fmt: skip
def test_what_says_too_little_or_takes_too_much_is_refused(
    manager: Member, alice: Member, changes: dict[str, Any], field: str
) -> None:
    if field:
        with pytest.raises(Invalid) as refused:
            correct(manager, alice, **changes)
        assert refused.value.details["field"] == field
    else:
        with pytest.raises(Invalid):
            correct(manager, alice, -400)
    assert not Adjustment.objects.exists()


def test_tier_points_by_hand_lift_the_tier(manager: Member, alice: Member) -> None:
    relay.drain()
    correct(manager, alice, 140, point_type="status")
    assert Standing.objects.get(member=alice).tier_code == "silver"


# ── Books ───────────────────────────────────────────────────────────────────────────────────────────────────────
def test_opening_a_book_is_written_down_before_it_is_shown(
    care: Member, alice: Member, signed_in: Callable[..., Client]
) -> None:
    page = signed_in(care).get(f"/vi/books/{alice.public_id}/")
    assert page.status_code == 200
    glance = Glance.objects.get()
    assert (glance.member, glance.by) == (alice, care)
    assert "Ai đã xem sổ này" in page.content.decode()


def test_who_took_her_own_statement_along_is_told_from_who_looked_in(
    care: Member, alice: Member, signed_in: Callable[..., Client]
) -> None:
    Glance.objects.create(member=alice, by=alice, at=NOON)
    page = signed_in(care).get(f"/en/books/{alice.public_id}/").content.decode()
    looked = page.split('id="glances"')[1].split("</section>")[0]
    assert (looked.count("took a statement along"), looked.count("<li>")) == (1, 2)


def test_a_book_holds_no_private_word_and_no_address(
    care: Member, alice: Member, signed_in: Callable[..., Client]
) -> None:
    Member.objects.filter(pk=alice.pk).update(phone="+84900111222", born_year=1990)
    page = signed_in(care).get(f"/vi/books/{alice.public_id}/").content.decode()
    for word in (alice.email or "", "900111222", "1990"):
        assert word not in page


@pytest.mark.parametrize("group", ["Moderators", "Store staff", "Analysts", "Programme approvers"])
def test_for_everybody_else_there_are_no_books(
    alice: Member, bob: Member, signed_in: Callable[..., Client], group: str
) -> None:
    somebody = make_staff("Ai Đó", email="ai@thu.example", group=group)
    for browser in (signed_in(somebody), signed_in(bob)):
        for path in ("/vi/books/", f"/vi/books/{alice.public_id}/"):
            assert browser.get(path).status_code == 404
        assert browser.post(f"/vi/books/{alice.public_id}/correct/", {}).status_code == 404
    assert not Glance.objects.exists()


def test_care_reads_and_does_not_correct_a_manager_does(
    care: Member, manager: Member, alice: Member, signed_in: Callable[..., Client]
) -> None:
    form = {"point_type": "spend", "amount": "50", "reason": "missed", "note": "Hóa đơn hôm qua", "key": "k1"}
    address = f"/vi/books/{alice.public_id}/correct/"
    refused = signed_in(care).post(address, form)
    assert (refused.status_code, Adjustment.objects.count()) == (403, 0)
    assert signed_in(manager).post(address, form | {"reason": ""}).status_code == 422
    assert signed_in(manager).post(address, form).status_code == 302
    assert Adjustment.objects.get().author == manager


def test_a_member_is_found_by_name_without_marks_and_by_a_whole_number_only(
    care: Member, alice: Member, signed_in: Callable[..., Client]
) -> None:
    Member.objects.filter(pk=alice.pk).update(phone="+84900111222")
    browser = signed_in(care)

    def found(asked: str) -> bool:
        return alice.public_id in browser.get("/vi/books/", {"q": asked}).content.decode()

    assert [found(q) for q in ("ngoc alice", "0900 111 222", "0900111", alice.email or "", "@thu.example")] == [
        True, True, False, True, False,
    ]  # fmt: skip


def test_a_long_book_costs_as_many_queries_as_a_short_one(manager: Member, alice: Member) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from badges.programme.books import book_of

    def cost() -> int:
        with CaptureQueriesContext(
            connection,
        ) as asked:
            book_of(alice, viewer_id=alice.pk, at=NOON, locale="vi")
        return len(asked)

    relay.drain()
    correct(manager, alice, 1)
    short = cost()
    for n in range(2, 12):
        correct(manager, alice, n)
    assert cost() == short
    assert MORNING < NOON

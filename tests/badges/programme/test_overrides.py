"""Tiers set by hand: by two people, never one's own, for a time, with a reason, and no longer than their day."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import translation

from badges.ledger.verify import verify
from badges.programme import actions
from badges.tiers import verify as tier_verify
from badges.tiers.models import TierMove, TierOverride, TierStatus, TierWarning
from badges.tiers.reckoning import last_day
from badges.tiers.selectors import moves_of
from badges.tiers.tasks import end_tiers, warn_of_ends
from portal.accounts.models import Member
from portal.core.clock import now, programme_day
from portal.core.errors import Conflict, Forbidden, Invalid, KeyReused
from portal.events import relay
from portal.events.types.accounts import AccountsMerged
from portal.notifications.registry import kind_of
from portal.notifications.selectors import inbox
from tests.badges.earning.test_replay import tell
from tests.badges.programme.conftest import NOON
from tests.badges.tiers.test_life import noon, shown, take_back
from tests.badges.tiers.test_tiers import give
from tests.factories.portal import make_member, make_staff
from tests.helpers.races import run_parallel

pytestmark = pytest.mark.django_db
JULY = date(2026, 7, 31)


def ask(actor: Member, member: Member, **changes: Any) -> TierOverride:
    fields: dict[str, Any] = {
        "tier": "gold", "until": JULY, "reason": "Khách mời của mùa trà", "key": "form", "at": NOON,
    } | changes  # fmt: skip
    return actions.override_tier(actor=actor, member_id=member.pk, **fields)


def given(manager: Member, approver: Member, member: Member, at: datetime = NOON, **changes: Any) -> TierOverride:
    """One in force."""
    row = ask(manager, member, at=at, **changes)
    return actions.decide_override(actor=approver, override_id=row.public_id, yes=True, at=at)


def sentences(member: Member, kind: str) -> list[str]:
    with translation.override(member.language):
        return [kind_of(kind).sentence(item) for item in inbox(member.pk).filter(kind=kind)]


def agrees(monkeypatch: pytest.MonkeyPatch, at: datetime) -> bool:
    monkeypatch.setattr(tier_verify, "now", lambda: at)
    return verify(["I11"]) == []


def test_it_waits_for_a_second_person_and_is_then_shown_and_told(
    manager: Member, approver: Member, alice: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    relay.drain()
    row = ask(manager, alice)
    assert (row.state, shown(alice)[0]) == ("waiting", "member")
    with pytest.raises(Forbidden):
        actions.decide_override(actor=manager, override_id=row.public_id, yes=True, at=NOON)
    actions.decide_override(actor=approver, override_id=row.public_id, yes=True, at=NOON)
    assert shown(alice) == ("gold", JULY)
    move = TierMove.objects.filter(member=alice).latest("id")
    assert (move.cause, move.override) == ("set", row)
    assert next((m.until, m.reason) for m in moves_of(alice.pk, "vi")) == (JULY, "Khách mời của mùa trà")
    assert sentences(alice, "tier") == ["Nhà đặt bạn ở hạng Vàng đến hết 31 tháng 7, 2026: Khách mời của mùa trà"]
    assert agrees(monkeypatch, NOON)
    with pytest.raises(Conflict):
        actions.decide_override(actor=approver, override_id=row.public_id, yes=True, at=NOON)


def test_nobody_sets_or_approves_her_own_administrators_included(manager: Member, alice: Member) -> None:
    admin = make_staff("Quản Trị", email="quan@thu.example", is_superuser=True)
    with pytest.raises(Forbidden):
        ask(admin, admin)
    own = ask(admin, alice)
    about = ask(manager, admin, key="two")
    for row in (own, about):
        with pytest.raises(Forbidden):
            actions.decide_override(actor=admin, override_id=row.public_id, yes=True, at=NOON)
    with pytest.raises(IntegrityError), transaction.atomic():
        TierOverride.objects.filter(pk=own.pk).update(state="approved", since=NOON, decided_by=admin)


def test_who_may_neither_write_nor_decide_does_neither(manager: Member, care: Member, alice: Member) -> None:
    with pytest.raises(Forbidden):
        ask(care, alice)
    row = ask(manager, alice)
    with pytest.raises(Forbidden):
        actions.decide_override(actor=care, override_id=row.public_id, yes=True, at=NOON)
    with pytest.raises(Forbidden):
        actions.end_override(actor=care, override_id=row.public_id, at=NOON)


def test_it_ends_by_the_job_and_she_falls_to_what_her_points_give(
    manager: Member, approver: Member, alice: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    relay.drain()
    give(alice, 140)  # silver of her own
    given(manager, approver, alice, tier="diamond")
    assert end_tiers(noon(JULY)) == 0
    assert shown(alice) == ("diamond", JULY)
    assert end_tiers(noon(JULY + timedelta(days=1))) == 1
    assert shown(alice) == ("silver", date(2028, 1, 30))
    assert TierMove.objects.filter(member=alice).latest("id").cause == "set_ended"
    assert sentences(alice, "tier_down") == ["Hạng Kim cương do nhà đặt đã hết. Nay bạn ở hạng Bạc."]
    assert agrees(monkeypatch, noon(JULY + timedelta(days=1)))


def test_it_lifts_and_never_lowers_and_points_go_beyond_it(manager: Member, approver: Member, alice: Member) -> None:
    relay.drain()
    given(manager, approver, alice, tier="silver")
    posting = give(alice, 1000)
    assert shown(alice) == ("gold", date(2028, 1, 30))
    take_back(posting, NOON + timedelta(days=1), amount=1000)
    assert shown(alice) == ("silver", JULY)
    assert TierMove.objects.filter(member=alice).latest("id").cause == "taken_back"


def test_it_keeps_a_tier_for_longer_and_that_is_a_line_of_the_log(
    manager: Member, approver: Member, alice: Member
) -> None:
    relay.drain()
    give(alice, 140)
    at = noon(date(2028, 1, 20))
    until = date(2028, 6, 30)
    given(manager, approver, alice, at=at, tier="silver", until=until)
    assert shown(alice) == ("silver", until)
    move = TierMove.objects.filter(member=alice).latest("id")
    assert (move.old.code, move.new.code, move.cause) == ("silver", "silver", "set")


def test_one_is_ended_early_by_somebody_else_and_once(manager: Member, approver: Member, alice: Member) -> None:
    relay.drain()
    row = given(manager, approver, alice)
    later = NOON + timedelta(days=3)
    with pytest.raises(Forbidden):
        actions.end_override(actor=alice, override_id=row.public_id, at=later)
    own = given(make_staff("Quản Lý Hai", group="Brand managers"), approver, manager, key="two")
    with pytest.raises(Forbidden):
        actions.end_override(actor=manager, override_id=own.public_id, at=later)
    actions.end_override(actor=manager, override_id=row.public_id, at=later)
    assert shown(alice)[0] == "member"
    assert TierMove.objects.filter(member=alice).latest("id").cause == "set_ended"
    with pytest.raises(Conflict):
        actions.end_override(actor=manager, override_id=row.public_id, at=later)


def test_i11_names_a_tier_that_neither_points_nor_house_give(
    manager: Member, approver: Member, alice: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    relay.drain()
    row = given(manager, approver, alice)
    assert agrees(monkeypatch, NOON)
    TierOverride.objects.filter(pk=row.pk).update(ended_at=NOON)
    assert not agrees(monkeypatch, NOON)
    TierOverride.objects.filter(pk=row.pk).update(ended_at=None)
    TierStatus.objects.filter(member=alice).update(valid_until=JULY + timedelta(days=9))
    assert not agrees(monkeypatch, NOON)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"tier": "member"}, "tier"), ({"tier": "platinum"}, "tier"), ({"until": date(2026, 5, 3)}, "until"),
        ({"until": date(2028, 1, 31)}, "until"), ({"reason": "  "}, "reason"), ({"reason": "x" * 201}, "reason"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_beside_its_field(
    manager: Member, alice: Member, changes: dict[str, Any], field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        ask(manager, alice, **changes)
    assert refused.value.details["field"] == field
    assert not TierOverride.objects.exists()


def test_what_would_give_her_nothing_is_refused(manager: Member, alice: Member) -> None:
    relay.drain()
    give(alice, 1000)
    for changes, field in (({"tier": "silver"}, "tier"), ({"tier": "gold"}, "until")):
        with pytest.raises(Invalid) as refused:
            ask(manager, alice, **changes)
        assert refused.value.details["field"] == field


def test_the_same_form_twice_is_one_and_another_body_is_refused(manager: Member, alice: Member) -> None:
    assert ask(manager, alice).pk == ask(manager, alice).pk
    with pytest.raises(KeyReused):
        ask(manager, alice, tier="diamond")


def test_a_refused_one_and_one_whose_day_is_over_change_nothing(
    manager: Member, approver: Member, alice: Member
) -> None:
    relay.drain()
    row = ask(manager, alice)
    with pytest.raises(Invalid):
        actions.decide_override(actor=approver, override_id=row.public_id, yes=True, at=noon(JULY + timedelta(days=1)))
    actions.decide_override(actor=approver, override_id=row.public_id, yes=False, at=NOON, answer="Chưa rõ")
    row.refresh_from_db()
    assert (row.state, row.answer, shown(alice)[0]) == ("refused", "Chưa rõ", "member")


def test_it_goes_with_the_person_when_two_accounts_become_one(
    manager: Member, approver: Member, alice: Member, bob: Member
) -> None:
    relay.drain()
    given(manager, approver, alice)
    tell(AccountsMerged(actor=bob.pk, kept=bob.pk, closed=alice.pk), NOON + timedelta(days=1))
    assert shown(bob) == ("gold", JULY)


def test_who_was_given_a_tier_for_days_is_not_warned_on_the_first_of_them(
    manager: Member, approver: Member, alice: Member
) -> None:
    relay.drain()
    given(manager, approver, alice, until=date(2026, 5, 20))
    for day in range(4, 21):
        warn_of_ends(noon(date(2026, 5, day)))
    assert [w.days for w in TierWarning.objects.filter(member=alice)] == [7]


def test_the_pages_ask_for_it_decide_it_and_tell_it(
    manager: Member, approver: Member, alice: Member, signed_in: Callable[..., Client]
) -> None:
    relay.drain()
    until = last_day(programme_day(now()).year)
    address = f"/en/books/{alice.public_id}/tier/"
    form = {"tier": "gold", "until": until.isoformat(), "reason": "Guest of the season", "key": "k1"}
    browser = signed_in(manager)
    refused = browser.post(address, form | {"until": "2020-01-01"})
    assert refused.status_code == 422
    assert "A day from today on" in refused.content.decode()
    assert browser.post(address, form).status_code == 302
    row = TierOverride.objects.get()
    desk = signed_in(approver)
    page = desk.get(reverse("programme_corrections"))
    assert "Guest of the season" in page.content.decode()
    answer = desk.post(reverse("programme_override", args=[row.public_id]), {"step": "approve"})
    assert answer.status_code == 302
    assert shown(alice) == ("gold", until)
    assert "Set by the house: Guest of the season" in signed_in(alice).get("/en/my/tier/").content.decode()
    book = signed_in(manager).get(f"/en/books/{alice.public_id}/").content.decode()
    assert "set by the house until" in book
    signed_in(manager).post(reverse("programme_override", args=[row.public_id]), {"step": "end"})
    assert shown(alice)[0] == "member"


@pytest.mark.parametrize("group", ["Moderators", "Store staff", "Analysts", "Care"])
def test_nobody_else_sets_a_tier(alice: Member, signed_in: Callable[..., Client], group: str) -> None:
    somebody = make_staff("Ai Đó", email="ai@thu.example", group=group)
    answer = signed_in(somebody).post(f"/en/books/{alice.public_id}/tier/", {})
    assert answer.status_code == (403 if group == "Care" else 404)
    assert not TierOverride.objects.exists()


@pytest.mark.both_databases
@pytest.mark.django_db(transaction=True)
def test_four_who_approve_at_once_bring_it_into_force_once(transactional_db: None) -> None:
    manager, member = make_staff("Quản Lý", group="Brand managers"), make_member()
    approvers = [make_staff(f"Duyệt {n}", group="Programme approvers") for n in range(4)]
    row = ask(manager, member)
    race = run_parallel(
        lambda n: actions.decide_override(actor=approvers[n], override_id=row.public_id, yes=True, at=NOON), 4
    )
    assert race.error_types() == {"Conflict": 3}
    assert (shown(member), TierMove.objects.filter(member=member, cause="set").count()) == (("gold", JULY), 1)

"""What another system tells under a name of its own, from the form of its rule to the member's line."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from badges import api as badges
from badges.backtest.replay import Log, replay
from badges.backtest.rulebook import Drafted
from badges.earning.definitions import parse
from badges.earning.models import Evaluation
from badges.ledger.verify import verify
from badges.programme import actions, wording
from badges.programme.models import Draft
from badges.programme.previews import preview_of
from portal.accounts.models import Member
from portal.core.clock import now
from portal.events import relay
from portal.events.models import DomainEvent
from tests.badges.earning.conftest import points
from tests.badges.programme.conftest import approver
from tests.portal.api.test_events import URL, purchase, send, till

__all__ = ["approver", "till"]
pytestmark = [pytest.mark.both_databases, pytest.mark.django_db]
FORM = {
    "event": "custom.", "custom": "tasting", "beneficiary": "member", "spend": "5", "cap1_scope": "rule",
    "cap1_limit": "3", "cap1_metric": "times", "cap1_window": "day", "cap1_on_exceed": "reject",
    "when1_field": "cups", "when1_is": "at_least", "when1_value": "3",
    "when2_field": "roast", "when2_is": "one_of", "when2_value": "light, dark",
    "when3_field": "alone", "when3_is": "equals", "when3_value": "false",
    "name_vi": "Buổi thử trà", "name_en": "Tasting", "explanation_vi": "Thử từ ba chén.",
    "explanation_en": "Three cups or more.", "note": "Thử",
}  # fmt: skip
GOOD = {"cups": 3, "roast": "light", "alone": False, "said": "Cô Lan ở Đà Lạt khen"}


@pytest.fixture
def draft(signed_in: Callable[..., Client], manager: Member) -> Draft:
    """The rule, as a manager writes it in the form."""
    answer = signed_in(manager).post(reverse("programme_begin", args=["rules", "new"]), FORM)
    assert answer.status_code == 302, answer.content.decode()
    return Draft.objects.get()


@pytest.fixture
def in_force(draft: Draft, manager: Member, approver: Member) -> Draft:
    """The rule since an hour."""
    at = now() - timedelta(hours=1)
    draft = actions.hand_in_draft(actor=manager, draft_id=draft.pk, version=draft.version, at=at)
    return actions.approve_draft(actor=approver, draft_id=draft.pk, version=draft.version, at=at)


def tasting(member: Member, key: str, **changes: Any) -> dict[str, Any]:
    return purchase(member, key, type="custom.tasting", data=GOOD | changes)


def test_the_form_keeps_conditions_with_their_types_and_shows_them_again(
    draft: Draft, signed_in: Callable[..., Client], manager: Member
) -> None:
    assert (draft.content["event"], draft.content["definition"]["when"]) == (
        "custom.tasting",
        [
            {"field": "cups", "is": "at_least", "value": 3},
            {"field": "roast", "is": "one_of", "value": ["light", "dark"]},
            {"field": "alone", "is": "equals", "value": False},
        ],
    )
    page = signed_in(manager).get(reverse("programme_draft", args=[draft.pk])).content.decode()
    for value in ("tasting", "cups", "light, dark", "false"):
        assert f'value="{value}"' in page
    with translation.override("en"):
        lines = dict(wording.lines_of("rule", draft.content))
    assert lines["When a member"] == "does what another system calls “tasting”"
    assert lines["Condition 2"] == "“roast” is “light” or “dark”"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"custom": "Tasting!"}, "custom"),
        ({"custom": ""}, "custom"),
        ({"when2_value": "Rang Nhạt"}, "when2_value"),
        ({"when3_field": ""}, "when3_field"),
        ({"when1_value": "ba"}, "when1_value"),
        ({"when3_field": "cups", "when3_value": "2"}, "when1_field"),
        ({"event": "story_read"}, "when1_field"),
    ],
)
def test_what_could_never_match_is_refused_beside_its_field(
    signed_in: Callable[..., Client], manager: Member, changes: dict[str, str], field: str
) -> None:
    answer = signed_in(manager).post(reverse("programme_begin", args=["rules", "new"]), FORM | changes)
    assert answer.status_code == 422
    assert [name for name, _errors in answer.context["form"].errors.items()] == [field]
    assert not Draft.objects.exists()


def test_it_pays_what_meets_all_conditions_and_says_why_in_both_languages(
    till: Client, alice: Member, in_force: Draft
) -> None:
    for key, changes in (("1", {}), ("2", {"cups": 2}), ("3", {"roast": "medium"}), ("4", {"alone": True})):
        assert send(till, tasting(alice, key, **changes)).status_code == 201
    assert send(till, purchase(alice, "5", type="custom.other", data=GOOD)).status_code == 201
    assert points(alice) == 5
    with translation.override("en"):
        [line] = [line for line in badges.statement(alice.pk)[0] if line.amount == 5]
        told = [fact["value"] for fact in line.why["facts"] if fact["label"] == "Counts because"]
        assert (line.title, told[0]) == ("Tasting", "“cups” is at least 3")
        assert [one.why for one in badges.missed(alice.pk)] == [
            "It counts only when “alone” is no.", "It counts only when “roast” is “light” or “dark”.",
            "It counts only when “cups” is at least 3.",
        ]  # fmt: skip
    with translation.override("vi"):
        [line] = [line for line in badges.statement(alice.pk)[0] if line.amount == 5]
        assert line.title == "Buổi thử trà"
        assert badges.missed(alice.pk)[2].why == "Chỉ tính khi “cups” từ 3 trở lên."
    other = DomainEvent.objects.filter(name="custom_told").latest("pk")
    assert not Evaluation.objects.filter(event=other).exists()
    assert verify() == []


def test_the_programs_of_the_house_read_which_condition_was_not_met(
    till: Client, alice: Member, in_force: Draft
) -> None:
    receipt = send(till, tasting(alice, "1", cups=1)).json()
    relay.drain()
    [told] = till.get(f"{URL}/{receipt['id']}").json()["rules"]
    assert (told["outcome"], told["granted"]) == ("no_match", {})


def test_the_log_keeps_nothing_that_somebody_wrote(till: Client, alice: Member) -> None:
    send(till, tasting(alice, "1"))
    assert DomainEvent.objects.get(name="custom_told").payload["values"] == {
        "cups": 3, "roast": "light", "alone": False,
    }  # fmt: skip


def test_i13_finds_a_condition_that_was_read_wrongly(till: Client, alice: Member, in_force: Draft) -> None:
    send(till, tasting(alice, "1"))
    send(till, tasting(alice, "2", cups=2))
    relay.drain()
    assert verify() == []
    rows = list(Evaluation.objects.filter(event__name="custom_told").order_by("pk"))
    for row, said in zip(rows, ("no_match", "excluded"), strict=True):
        before = row.outcomes
        row.outcomes = [{**before[0], "outcome": said}]
        row.save()
        assert any("read its conditions wrongly" in finding.message for finding in verify())
        row.outcomes = before
        row.save()


def test_a_draft_is_tried_and_rehearsed_on_what_was_told(till: Client, alice: Member, draft: Draft) -> None:
    """Nothing is in force yet: the same reckoning says what it would have paid."""
    for number, cups in enumerate((1, 3, 4)):
        send(till, tasting(alice, str(number), cups=cups))
    send(till, purchase(alice, "5", type="custom.other", data=GOOD))
    relay.drain()
    trial = preview_of(draft, at=now())["rule"]
    assert (trial.events, trial.draft.paid, trial.draft.total["spend"]) == (3, 2, 10)
    drafted = Drafted("custom.tasting", parse(draft.content["definition"]))
    until = now() + timedelta(seconds=1)
    world = replay(Log.up_to(until), drafts={"tasting": drafted}, since=now() - timedelta(days=1)).draft
    assert {outcome: n for (rule, outcome), n in world.outcomes.items() if rule == "tasting"} == {
        "paid": 2, "no_match": 1,
    }  # fmt: skip

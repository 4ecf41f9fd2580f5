"""Campaigns at the desk: written in a form, refused beside the field, approved by a second person, told to members."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from badges.campaigns.models import Budget, CampaignInForce
from badges.campaigns.selectors import running as shown
from badges.earning.models import EarningRule, RuleInForce
from badges.ledger.verify import verify
from badges.programme import actions
from badges.programme.models import Draft
from badges.programme.tasks import begin_drafts, tell_emptied
from portal.accounts.models import Member
from portal.core.clock import now
from portal.core.errors import Forbidden, Invalid
from portal.events import relay
from portal.events.models import DomainEvent
from portal.notifications.models import Notification
from portal.scopes.models import Scope
from tests.badges.campaigns.conftest import Talk, granted, running, terms
from tests.badges.programme.conftest import NOON, approved, handed_in, rule_texts, written
from tests.factories.portal import make_members
from tests.helpers.queries import assert_num_queries_constant

pytestmark = pytest.mark.django_db
SignIn = Callable[..., Client]
FORM: dict[str, Any] = {
    "lifts": ["rule:reply", "event:topic_started"], "types": ["spend", "status"], "times": "1,5", "tier_gold": "2",
    "scopes": ["may-tra"], "mode": "best_of", "group": "tet", "budget_limit": "5000", "budget_type": "spend",
    "budget_on_exceed": "trim", "effective_from": "2030-02-01T00:00", "until": "2030-02-08T00:00",
    "name_vi": "Gấp đôi tuần Tết", "name_en": "Double in Tết week", "explanation_vi": "Lời đáp ở Mây Trà.",
    "explanation_en": "Replies at Mây Trà.",
}  # fmt: skip


@pytest.fixture(autouse=True)
def tea(db: None) -> Scope:
    """The house of tea."""
    brand = Scope.objects.create(code="may", kind="brand", name="Mây")
    return Scope.objects.create(code="may-tra", kind="sub_brand", parent=brand, name="Mây Trà")


def sent(browser: Client, **changes: Any) -> Any:
    return browser.post(reverse("programme_begin", args=["campaigns", "new"]), FORM | changes)


def test_what_the_form_says_is_kept_shown_again_and_told_in_words(signed_in: SignIn, manager: Member) -> None:
    browser = signed_in(manager)
    assert sent(browser).status_code == 302
    draft = Draft.objects.get()
    assert (draft.kind, draft.subject) == ("campaign", "double-in-tet-week")
    assert draft.content["definition"] == {
        "rules": ["reply"], "events": ["topic_started"], "types": ["spend", "status"], "times": "3/2",
        "tiers": {"gold": "2"}, "scopes": ["may-tra"], "segments": [], "beyond_caps": False, "group": "tet",
        "mode": "best_of", "budget": {"type": "spend", "limit": 5000, "on_exceed": "trim"},
    }  # fmt: skip
    page = browser.get(reverse("programme_draft", args=[draft.pk])).content.decode()
    for words in ("Mây Trà", "5.000 Hạt", 'value="3/2"', "Gấp đôi tuần Tết", "3 → <b>4</b>", "3 → <b>6</b>"):
        assert words in page, words
    again = {**FORM, "times": "2", "version": str(draft.version)}
    assert browser.post(reverse("programme_draft", args=[draft.pk]), again).status_code == 302
    assert Draft.objects.get().content["definition"]["times"] == "2"
    for address in (reverse("programme_list", args=["campaigns"]), reverse("programme_home")):
        assert "Gấp đôi tuần Tết" in browser.get(address).content.decode()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"until": "2030-01-31T00:00"}, "until"),
        ({"until": "2030-02-01T00:00"}, "until"),
        ({"times": "1"}, "times"),
        ({"times": "1/2"}, "times"),
        ({"times": "11"}, "times"),
        ({"times": "1.001"}, "times"),
        ({"times": "3/0"}, "times"),
        ({"times": "zwei"}, "times"),
        ({"times": "", "tier_gold": ""}, "times"),
        ({"times": "5/4", "tier_gold": ""}, "budget_limit"),
        ({"tier_gold": "0.5"}, "tier_gold"),
        ({"budget_limit": "4"}, "budget_limit"),
        ({"budget_limit": "-1"}, "budget_limit"),
        ({"budget_type": "rep"}, "budget_type"),
        ({"scopes": ["nowhere"]}, "scopes"),
        ({"lifts": ["rule:story-read"]}, "scopes"),
        ({"lifts": []}, "lifts"),
        ({"lifts": ["rule:nothing"]}, "lifts"),
        ({"types": []}, "types"),
        ({"lifts": ["rule:story-read"], "scopes": [], "types": ["rep"], "budget_limit": ""}, "lifts"),
        ({"lifts": ["rule:reply"], "types": ["rep"], "times": "3/2", "tier_gold": "", "budget_limit": ""}, "times"),
        ({"group": "Tết!"}, "group"),
        ({"name_vi": ""}, "name_vi"),
    ],
)  # fmt: skip
def test_what_could_not_run_is_refused_beside_its_field(
    signed_in: SignIn, manager: Member, changes: dict[str, Any], field: str
) -> None:
    if field == "budget_limit" and "times" in changes:
        changes = changes | {"budget_limit": "0"}
    answer = sent(signed_in(manager), **changes)
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field]
    assert not Draft.objects.exists()


def test_what_no_form_would_send_is_refused_too(manager: Member) -> None:
    for wrong in (
        {"code": "x"}, {"times": 2}, {"times": "9999"}, {"scopes": "tea"}, {"segments": ["nobody"]}, {"mode": "worst"},
        {"tiers": {"emperor": "2"}}, {"budget": {"type": "spend", "limit": 2.5, "on_exceed": "trim"}},
        {"budget": {"type": "spend", "limit": True, "on_exceed": "trim"}}, {"budget": {"limit": 9}},
    ):  # fmt: skip
        with pytest.raises(Invalid):
            campaign(manager, **wrong)


def campaign(manager: Member, subject: str = "tet", at: Any = NOON, **changes: Any) -> Draft:
    return written(
        manager, kind="campaign", subject=subject, content={"definition": terms(**changes)}, texts=rule_texts("Tết"),
        at=at,
    )  # fmt: skip


def test_a_rule_that_pays_no_more_by_then_can_be_lifted_by_nothing(manager: Member) -> None:
    RuleInForce.objects.create(rule=EarningRule.objects.get(code="reply"), number=9, since=NOON, definition={})
    with pytest.raises(Invalid) as refused:
        campaign(manager)
    assert refused.value.details["field"] == "lifts"


def test_all_of_a_group_share_its_mode(manager: Member) -> None:
    running("first", group="tet", mode="best_of", since=NOON, until=NOON + timedelta(days=2))
    campaign(manager, group="tet", mode="best_of")
    with pytest.raises(Invalid) as refused:
        campaign(manager, subject="other", group="tet", mode="stack")
    assert refused.value.details["field"] == "mode"


def test_a_budget_counts_the_same_points_for_ever_and_a_raised_limit_opens_it(
    manager: Member, approver: Member
) -> None:
    limit = {"type": "spend", "limit": 9, "on_exceed": "trim"}
    fields = {"kind": "campaign", "subject": "tet", "texts": rule_texts("Tết")}
    approved(manager, approver, content={"definition": terms(budget=limit)}, **fields)
    Budget.objects.update(used=9, emptied_at=NOON, told_at=NOON)
    with pytest.raises(Invalid) as refused:
        campaign(manager, types=["status"], budget=limit | {"type": "status"})
    assert refused.value.details["field"] == "budget_type"
    approved(manager, approver, content={"definition": terms(budget=limit | {"limit": 20})}, **fields)
    assert (Budget.objects.get().used, Budget.objects.get().emptied_at) == (9, None)


def test_a_second_person_approves_and_it_runs_its_time(
    manager: Member, approver: Member, alice: Member, signed_in: SignIn
) -> None:
    relay.drain()
    at, day = now(), timedelta(days=1)
    # What happened stays what it was; what comes is lifted while it runs.
    draft = handed_in(
        manager, kind="campaign", subject="tet", content={"definition": terms(scopes=["may-tra"])},
        texts=rule_texts("Tuần Tết"), at=at, effective_from=at + timedelta(minutes=1), until=at + 3 * day,
    )  # fmt: skip
    with pytest.raises(Forbidden):
        actions.approve_draft(actor=manager, draft_id=draft.pk, version=draft.version, at=at)
    actions.approve_draft(actor=approver, draft_id=draft.pk, version=draft.version, at=at)
    home, tier = reverse("my:home"), reverse("badges:tier")
    assert [row.definition == {} for row in CampaignInForce.objects.order_by("number")] == [False, True]
    assert begin_drafts(at) == 0
    assert shown("vi", at=at) == []
    assert begin_drafts(at + timedelta(minutes=2)) == 1
    told = DomainEvent.objects.get(name="programme_changed")
    assert (told.payload["kind"], told.payload["subject"], told.payload["number"]) == ("campaign", "tet", 1)
    [one] = shown("vi", at=at + day)
    assert (one.name, one.until) == ("Tuần Tết", at + 3 * day)
    talk = Talk()
    for when, scope in ((at, "may-tra"), (at + day, "may-tra"), (at + day, "may"), (at + 3 * day, "may-tra")):
        talk.reply(alice, when, scope=scope)
    assert granted(alice) == [3, 6, 3, 3]
    assert verify() == []
    CampaignInForce.objects.filter(number=1).update(since=at - day)
    for address in (home, tier):
        assert "Tuần Tết" in signed_in(alice).get(address).content.decode(), address


def test_the_desk_is_told_once_when_a_budget_is_used_up(manager: Member, approver: Member, alice: Member) -> None:
    relay.drain()
    running(since=NOON, budget={"type": "spend", "limit": 3, "on_exceed": "trim"}, until=None)
    assert tell_emptied(NOON) == 0
    Talk().reply(alice, NOON)
    assert [tell_emptied(NOON), tell_emptied(NOON)] == [1, 0]
    [told] = Notification.objects.filter(kind="budget_emptied")
    assert told.member_id == manager.pk
    assert shown("vi", at=NOON) == []


def test_lists_and_pages_cost_the_same_for_one_campaign_and_for_many(
    manager: Member, alice: Member, signed_in: SignIn
) -> None:
    relay.drain()
    start = now() - timedelta(days=1)
    running("c0", since=start, until=None, budget={"type": "spend", "limit": 300, "on_exceed": "trim"})
    Talk().reply(alice, start)
    people = [(signed_in(manager), reverse("programme_list", args=["campaigns"]))]
    people += [(signed_in(alice), reverse(name)) for name in ("my:home", "badges:tier")]

    def more() -> None:
        for n in range(more.made, more.made + 5):  # type: ignore[attr-defined]
            running(f"c{n}", since=start, until=None, budget={"type": "spend", "limit": 300, "on_exceed": "trim"})
            Talk().reply(make_members(1)[0], start)
        more.made += 5  # type: ignore[attr-defined]

    more.made = 1  # type: ignore[attr-defined]
    for browser, address in people:
        assert_num_queries_constant(lambda b=browser, a=address: b.get(a), more)  # type: ignore[misc]

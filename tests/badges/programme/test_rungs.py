"""One tier more on top, or the top one taken away: who rises, who keeps, what stands in the way."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from badges.awards.models import Badge, BadgeInForce
from badges.programme import actions, rungs
from badges.programme.models import Draft
from badges.programme.previews import preview_of
from badges.programme.tasks import begin_drafts
from badges.tiers.actions import reassess
from badges.tiers.models import LadderInForce, Tier, TierMove, TierStatus
from badges.tiers.selectors import ladder, ladders_at, meter_of
from portal.accounts.models import Member, Standing
from portal.cards.models import Card
from portal.core.errors import Conflict, Invalid
from portal.events import relay
from portal.ui import tiers as ground
from tests.badges.programme.conftest import NOON, approved, badge, badge_texts, handed_in, written
from tests.badges.programme.test_drafts import STEPS, ladder_texts
from tests.badges.tiers.test_tiers import give
from tests.community.chat.conftest import make_room
from tests.community.forum.conftest import make_space

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
HEIGHTS = {"name": "Đỉnh mây", "perks": ["Một mùa ở nương"]}
CODES = ["member", "silver", "gold", "diamond"]


@pytest.fixture(autouse=True)
def at_noon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages read the ladder of the day after next."""
    monkeypatch.setattr("badges.tiers.selectors.now", lambda: NOON + 3 * DAY)


def with_summit(code: str = "summit", threshold: int = 5000, mark: str = "cloud", **more: Any) -> dict[str, Any]:
    """A draft that adds a tier above the four."""
    step = {"code": code, "threshold": threshold, "percent": 175}
    texts = ladder_texts()
    texts = {locale: {**words, code: HEIGHTS} for locale, words in texts.items()}
    content = {"steps": [*STEPS, step], "adds": {"code": code, "mark": mark}}
    return {"kind": "ladder", "subject": "ladder", "content": content, "texts": texts, **more}


def without(code: str = "diamond", steps: list[dict[str, Any]] | None = None, **more: Any) -> dict[str, Any]:
    """A draft that takes a tier away."""
    content = {"steps": [step for step in steps or STEPS if step["code"] != code], "takes": code}
    return {"kind": "ladder", "subject": "ladder", "content": content, "texts": ladder_texts(), **more}


FIVE = [*STEPS, {"code": "summit", "threshold": 5000, "percent": 175}]


def without_summit(**more: Any) -> dict[str, Any]:
    return without("summit", FIVE, **more)


def later(author: Member, approver: Member, at: datetime, **changes: Any) -> Draft:
    """A draft that is written, handed in and approved on a later day."""
    draft = written(author, at=at, **changes)
    draft = actions.hand_in_draft(actor=author, draft_id=draft.pk, version=draft.version, at=at)
    return actions.approve_draft(actor=approver, draft_id=draft.pk, version=draft.version, at=at)


def refusal(actor: Member, **changes: Any) -> Invalid:
    with pytest.raises(Invalid) as refused:
        written(actor, **changes)
    return refused.value


def codes() -> list[str]:
    return [tier.code for tier in ladder("vi")]


# ── One more ────────────────────────────────────────────────────────────────────────────────────────────────────
def test_a_tier_on_top_begins_with_the_approval_and_lifts_who_has_the_points(
    manager: Member, approver: Member, alice: Member, bob: Member
) -> None:
    relay.drain()
    give(alice, 6000)
    give(bob, 3000)
    draft = handed_in(manager, **with_summit())
    assert (codes(), Tier.objects.count()) == (CODES, 4)  # a draft is no tier
    actions.approve_draft(actor=approver, draft_id=draft.pk, version=draft.version, at=NOON)
    relay.drain()
    top = ladder("vi")[-1]
    assert (top.code, top.rank, top.threshold, top.percent, top.name, top.mark, top.perks) == (
        "summit", 4, 5000, 175, "Đỉnh mây", "cloud", ["Một mùa ở nương"],
    )  # fmt: skip
    chips = {m: Standing.objects.get(member=m) for m in (alice, bob)}
    assert [(c.tier_code, c.tier_rank, c.tier_name) for c in chips.values()] == [
        ("summit", 4, "Đỉnh mây"), ("diamond", 3, "Kim cương"),
    ]  # fmt: skip
    assert [(m.old.code, m.new.code) for m in TierMove.objects.filter(member=alice)][-1] == ("diamond", "summit")
    assert alice.notifications.filter(kind="tier", subject="tier:summit").count() == 1
    assert LadderInForce.objects.get(number=2).steps == {"steps": FIVE}


def test_a_planned_tier_is_nobodys_before_its_moment(manager: Member, approver: Member, alice: Member) -> None:
    relay.drain()
    give(alice, 6000)
    approved(manager, approver, **with_summit(effective_from=NOON + 4 * DAY))
    relay.drain()
    reassess(member_id=alice.pk, at=NOON + 4 * DAY - timedelta(seconds=1))
    assert (codes(), Standing.objects.get(member=alice).tier_code) == (CODES, "diamond")
    assert "summit" not in [name for _rank, name in ground.doors()]
    assert begin_drafts(NOON + 4 * DAY) == 1
    relay.drain()
    assert Standing.objects.get(member=alice).tier_code == "summit"
    assert [rung.code for rung in ladders_at(NOON + 4 * DAY)[-1].rungs] == [*CODES, "summit"]


def test_the_preview_says_who_would_get_the_new_tier(manager: Member, alice: Member, bob: Member) -> None:
    relay.drain()
    give(alice, 6000)
    give(bob, 3000)
    trial = preview_of(written(manager, **with_summit()), at=NOON)["ladder"]
    assert [(c.member_id, old.code, new.code, new.name, new.fresh) for c, old, new in trial.up] == [
        (alice.pk, "diamond", "summit", "Đỉnh mây", True)
    ]
    assert trial.ups == 1
    assert [(one.code, now, then) for one, now, then in trial.counts][-2:] == [("diamond", 2, 1), ("summit", 0, 1)]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"code": "Đỉnh"}, "code:Đỉnh"), ({"code": "brand"}, "code:brand"), ({"code": "gold"}, "code:gold"),
        ({"code": ""}, "code:"), ({"code": "x" * 21}, "code:" + "x" * 21), ({"mark": "ridge"}, "mark:summit"),
        ({"mark": "cup"}, "mark:summit"), ({"threshold": 3000}, "threshold:summit"),
    ],
)  # fmt: skip
def test_a_tier_that_could_not_stand_on_top_is_refused_beside_its_field(
    manager: Member, changes: dict[str, Any], field: str
) -> None:
    assert refusal(manager, **with_summit(**changes)).details["field"] == field


def test_a_tier_in_the_middle_or_one_that_nobody_named_is_refused(manager: Member) -> None:
    made = with_summit()
    middle = {**made["content"], "steps": [*STEPS[:2], {**FIVE[-1], "threshold": 500}, *STEPS[2:]]}
    assert refusal(manager, **{**made, "content": middle}).details["field"] == "steps"
    silent = {"steps": FIVE}
    assert refusal(manager, **{**made, "content": silent}).details["field"] == "steps"
    assert refusal(manager, **{**made, "content": {"steps": STEPS[:3]}}).details["field"] == "steps"
    assert refusal(manager, **without("gold")).details["field"] == "takes"
    assert refusal(manager, **{**made, "content": {**made["content"], "takes": "diamond"}}).details["field"] == "takes"


def test_a_new_tier_speaks_both_languages(manager: Member) -> None:
    made = with_summit()
    made["texts"]["en"] = {**made["texts"]["en"], "summit": {"name": "", "perks": []}}
    assert refusal(manager, **made).details["field"] == "name_en:summit"


def test_a_code_is_never_used_twice(manager: Member, approver: Member) -> None:
    approved(manager, approver, **with_summit())
    later(manager, approver, NOON + DAY, **without_summit())
    assert codes() == CODES
    assert refusal(manager, at=NOON + 2 * DAY, **with_summit()).details["field"] == "code:summit"
    later(manager, approver, NOON + 2 * DAY, **with_summit("grove"))  # its mark is free again
    assert codes() == [*CODES, "grove"]
    assert list(Tier.objects.filter(rank=4).values_list("code", flat=True)) == ["summit", "grove"]


def test_the_ladder_has_an_end(manager: Member, approver: Member) -> None:
    assert len(rungs.MARKS) == rungs.MOST == len(ground.LOOKS)
    for n in range(3):
        Tier.objects.create(code=f"top-{n}", rank=4 + n, mark=list(rungs.MARKS)[4 + n])
    many = [*STEPS, *({"code": f"top-{n}", "threshold": 5000 + n, "percent": 200} for n in range(3))]
    LadderInForce.objects.create(number=2, since=NOON - DAY, steps={"steps": many})
    made = with_summit()
    made["content"] = {"steps": [*many, {**FIVE[-1], "threshold": 9000}], "adds": {"code": "summit", "mark": "cloud"}}
    assert refusal(manager, **made).details["field"] == "adds"


# ── One less ────────────────────────────────────────────────────────────────────────────────────────────────────
def test_the_top_tier_goes_and_what_it_was_still_reads_right(manager: Member, approver: Member, alice: Member) -> None:
    relay.drain()
    give(alice, 2000)
    approved(manager, approver, **without())
    relay.drain()
    assert (codes(), Tier.objects.count()) == (CODES[:3], 4)
    assert [len(one.rungs) for one in ladders_at(NOON + DAY)] == [4, 3]
    assert meter_of(alice.pk, day=date(2026, 5, 5), locale="vi").next is None
    give(alice, 5000, at=NOON + DAY, key="more")
    assert Standing.objects.get(member=alice).tier_code == "gold"


@pytest.mark.parametrize("when", ["save", "approval"])
def test_a_tier_that_somebody_holds_does_not_go(manager: Member, approver: Member, alice: Member, when: str) -> None:
    relay.drain()
    draft = handed_in(manager, **without()) if when == "approval" else None
    give(alice, 3000)
    if draft is None:
        refused = refusal(manager, **without())
    else:
        with pytest.raises(Invalid) as error:
            actions.approve_draft(actor=approver, draft_id=draft.pk, version=draft.version, at=NOON)
        refused = error.value
    assert refused.details["field"] == "takes"
    assert re.search(r"\b1\b", str(refused))
    assert codes() == CODES


def test_an_earlier_promise_and_points_that_nobody_looked_at_count_as_holding(
    manager: Member, approver: Member, alice: Member, bob: Member
) -> None:
    relay.drain()
    give(alice, 3000)
    texts = ladder_texts()
    higher = {"steps": [*STEPS[:3], {**STEPS[3], "threshold": 4000}]}
    approved(manager, approver, kind="ladder", subject="ladder", content=higher, texts=texts)
    relay.drain()
    now = NOON + DAY
    assert rungs.holders_of("diamond", now) == {alice.pk}
    TierStatus.objects.filter(member=alice).update(tier=Tier.objects.get(code="member"))
    assert rungs.holders_of("diamond", now) == {alice.pk}  # by the promise alone
    TierStatus.objects.all().delete()
    give(bob, 1)
    assert rungs.holders_of("diamond", now) == {alice.pk}


def test_what_asks_for_the_tier_is_named_with_its_address(manager: Member, approver: Member) -> None:
    make_space("kim", read_from_rank=3)
    make_space("viet", write_from_rank=3)
    make_space("vang", read_from_rank=2)
    make_room("phong-kim", name="Phòng Kim", from_rank=3, live=False)
    Card.objects.create(kind="story", ref="1", locale="vi", title="Chuyện kín", url="/vi/x/", visible_from_rank=3)
    approved(
        manager, approver, kind="badge", subject="stone", texts=badge_texts("Đá"),
        content=badge(criteria={"all": [{"metrics": ["tier_reached"], "count": "times", "at_least": 1,
                                         "targets": ["tier:diamond"]}]}),
    )  # fmt: skip
    refused = refusal(manager, **without())
    assert [(p.kind, p.name, p.url) for p in refused.details["places"]] == [
        ("space", "Góc kim", "/admin/forum/spaces/kim/"), ("writing", "Góc viet", "/admin/forum/spaces/viet/"),
        ("room", "Phòng Kim", "/admin/chat/rooms/phong-kim/"), ("card", "Chuyện kín", "/vi/x/"),
        ("badge", "Đá", "/admin/programme/badges/stone/"),
    ]  # fmt: skip
    assert "Phòng Kim" in str(refused)


def test_a_door_that_was_given_the_tier_since_the_draft_stops_the_approval(manager: Member, approver: Member) -> None:
    draft = handed_in(manager, **without())
    make_space("kim", read_from_rank=3)
    with pytest.raises(Invalid) as refused:
        actions.approve_draft(actor=approver, draft_id=draft.pk, version=draft.version, at=NOON)
    assert [place.name for place in refused.value.details["places"]] == ["Góc kim"]
    assert Draft.objects.get(pk=draft.pk).state == "waiting"
    assert LadderInForce.objects.count() == 1


def test_the_last_two_tiers_stay(manager: Member, approver: Member) -> None:
    approved(manager, approver, **without())
    three = STEPS[:3]
    later(manager, approver, NOON + DAY, **without("gold", three))
    assert codes() == ["member", "silver"]
    refused = refusal(manager, at=NOON + 2 * DAY, **without("silver", three[:2]))
    assert refused.details["field"] == "takes"
    assert rungs.in_the_way(["member", "silver"], NOON + 2 * DAY).few


def test_a_badge_that_counts_a_tier_of_the_past_is_refused(manager: Member, approver: Member) -> None:
    approved(manager, approver, **without())
    asks = {"all": [{"metrics": ["tier_reached"], "count": "times", "at_least": 1, "targets": ["tier:diamond"]}]}
    made = {"kind": "badge", "subject": "stone", "texts": badge_texts(), "at": NOON + DAY}
    assert refusal(manager, content=badge(criteria=asks), **made).details["field"] == "targets"
    assert not Badge.objects.filter(code="stone").exists()
    assert not BadgeInForce.objects.filter(badge__code="stone").exists()


def test_who_rises_between_approval_and_a_planned_end_keeps_it_until_her_last_day(
    manager: Member, approver: Member, alice: Member
) -> None:
    relay.drain()
    approved(manager, approver, **without(effective_from=NOON + 2 * DAY))
    give(alice, 3500, at=NOON + DAY)
    begin_drafts(NOON + 2 * DAY)
    relay.drain()
    status = TierStatus.objects.get(member=alice)
    assert (status.tier.code, status.valid_until) == ("diamond", date(2028, 1, 30))
    meter = meter_of(alice.pk, day=date(2026, 5, 7), locale="vi")
    assert (meter.current.code, meter.current.given, meter.current.name, meter.next) == (
        "diamond", False, "Diamond", None,
    )  # fmt: skip
    # Another tier on the same step later lowers nobody either, and the drafts' page reads both.
    later(manager, approver, NOON + 3 * DAY, **_three_and("grove"))
    relay.drain()
    assert Standing.objects.get(member=alice).tier_code == "diamond"
    give(alice, 2000, at=NOON + 4 * DAY, key="more")
    assert Standing.objects.get(member=alice).tier_code == "grove"


def _three_and(code: str, **more: Any) -> dict[str, Any]:
    made = with_summit(code, **more)
    made["content"]["steps"] = [*STEPS[:3], made["content"]["steps"][-1]]
    return made


# ── Plans and stale drafts ──────────────────────────────────────────────────────────────────────────────────────
def test_a_ladder_that_does_not_fit_with_the_planned_one_waits_for_it(manager: Member, approver: Member) -> None:
    approved(manager, approver, **with_summit(effective_from=NOON + 2 * DAY))
    assert refusal(manager, **with_summit("grove", mark="tree")).details["field"] == "adds"
    assert refusal(manager, **without()).details["field"] == "takes"
    plain = {"kind": "ladder", "subject": "ladder", "texts": ladder_texts()}
    approved(manager, approver, content={"steps": [*STEPS[:3], {**STEPS[3], "threshold": 2500}]}, **plain)
    begin_drafts(NOON + 2 * DAY)
    assert codes() == [*CODES, "summit"]


def test_a_stale_draft_of_the_ladder_is_a_conflict_and_takes_nothing_away_unasked(
    manager: Member, approver: Member
) -> None:
    plain = {"kind": "ladder", "subject": "ladder", "texts": ladder_texts()}
    stale = handed_in(manager, content={"steps": STEPS}, **plain)
    approved(manager, approver, **with_summit())
    with pytest.raises(Conflict):
        actions.approve_draft(actor=approver, draft_id=stale.pk, version=stale.version, at=NOON + DAY)
    assert refusal(manager, at=NOON + DAY, content={"steps": STEPS}, **plain).details["field"] == "steps"


def test_a_draft_dated_after_a_planned_ladder_says_how_many_tiers_its_day_has(
    manager: Member, approver: Member
) -> None:
    plain = {"kind": "ladder", "subject": "ladder", "texts": ladder_texts()}
    approved(manager, approver, **with_summit(effective_from=NOON + 2 * DAY))
    late = refusal(manager, content={"steps": STEPS}, effective_from=NOON + 3 * DAY, **plain)
    assert late.details["field"] == "steps"
    assert {"4", "5"} <= set(str(late).split())
    ill = refusal(manager, content={"steps": STEPS[1:]}, effective_from=NOON + 3 * DAY, **plain)
    assert str(ill) != str(late)

"""Segments: the one query is what a slow reading gives, the history says who was in it when, and rules go by it."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation
from wagtail.models import ModelLogEntry

from badges import api as badges
from badges.awards.models import Award, BadgeInForce, Fact
from badges.backtest.replay import Log, replay
from badges.backtest.rulebook import Drafted
from badges.earning.definitions import parse as parse_rule
from badges.earning.models import EarningRule, Evaluation, RuleInForce
from badges.ledger import actions as ledger
from badges.ledger.models import Lot
from badges.ledger.verify import verify
from badges.programme.previews import preview_of
from badges.segments import actions, selectors
from badges.segments.definitions import parse
from badges.segments.models import Segment, Stay
from badges.segments.reckoning import members_of
from badges.tiers.models import Tier, TierStatus
from portal.accounts.models import Consent, Member, Profile
from portal.core.clock import now, programme_day
from portal.core.errors import Conflict, Invalid
from portal.events import relay
from portal.events.models import DomainEvent
from portal.events.types.brand import StoryRead
from tests.badges.earning.conftest import points, tell
from tests.badges.programme.conftest import rule as drafted_rule
from tests.badges.programme.conftest import rule_texts, written
from tests.badges.segments.reference import slow
from tests.factories.portal import make_member
from tests.helpers.queries import assert_num_queries_constant, count_queries

pytestmark = [pytest.mark.both_databases, pytest.mark.django_db]
VIETNAMESE = {"mode": "all", "parts": [{"what": "language", "value": "vi"}]}


@pytest.fixture
def crowd(db: None) -> list[Member]:
    """Fourteen members who differ in everything that can be asked, some of them not here."""
    dice, at, people = random.Random(7), now(), []
    badge = BadgeInForce.objects.select_related("badge").first()
    assert badge is not None
    tiers = list(Tier.objects.all())
    for n in range(14):
        member = make_member(at=at - timedelta(days=dice.choice((1, 20, 90, 400))), language=dice.choice(("vi", "en")))
        people.append(member)
        Profile.objects.update_or_create(member=member, defaults={"birth_month": dice.choice((None, 5, 6))})
        for days in dice.sample((9, 5, 1), dice.randrange(4)):
            Consent.objects.create(
                member=member, purpose="news", given=dice.random() < 0.6, text_version="1", way="x",
                at=at - timedelta(days=days),
            )  # fmt: skip
        for k in range(dice.randrange(9)):
            happened = at - timedelta(days=dice.randrange(60), hours=1)
            event = DomainEvent.objects.create(name="story_read", payload={}, occurred_at=happened)
            Fact.objects.create(
                event=event, metric=dice.choice(("story_read", "reply_posted", "reply_received")), member=member,
                target=str(k), day=happened.date(), hour=1, occurred_at=happened,
                withdrawn_at=at if dice.random() < 0.2 else None,
            )  # fmt: skip
        ledger.earn(
            member_id=member.pk, amounts={"spend": dice.choice((5, 50, 500)), "status": dice.choice((5, 200))},
            source="test", key=str(n), at=at - timedelta(days=dice.choice((1, 400))),
        )  # fmt: skip
        if dice.random() < 0.5:
            gone = at if dice.random() < 0.4 else None
            Award.objects.create(badge=badge.badge, revision=badge, member=member, at=at, revoked_at=gone)
    relay.drain()
    for member in people:
        TierStatus.objects.filter(member=member).update(tier=dice.choice(tiers))
    Lot.objects.filter(member=people[0]).update(expires_on=programme_day(at) - timedelta(days=1))
    Member.objects.filter(pk=people[1].pk).update(left_at=at)
    Member.objects.filter(pk=people[2].pk).update(is_active=False)
    return people


def _questions() -> list[dict[str, Any]]:
    badge = BadgeInForce.objects.select_related("badge").first()
    assert badge is not None
    year = programme_day(now() - timedelta(days=50)).isoformat()
    return [
        {"what": "joined_since", "value": year}, {"what": "joined_within", "days": 30},
        {"what": "language", "value": "en"}, {"what": "birth_month", "number": 5}, {"what": "consent", "value": "news"},
        {"what": "tier", "value": "silver"}, {"what": "badge", "value": badge.badge.code},
        {"what": "active_days", "number": 2, "days": 30}, {"what": "did", "value": "reply_received", "number": 2,
        "days": 60}, {"what": "seen", "days": 7}, {"what": "status", "number": 100}, {"what": "spend", "number": 60},
    ]  # fmt: skip


def test_the_query_is_what_a_slow_reading_of_each_member_gives(crowd: list[Member]) -> None:
    at, dice, questions = now(), random.Random(11), _questions()
    sizes = set()
    for question in questions:
        for negated in (False, True):
            group = parse({"mode": "all", "parts": [question | ({"not": True} if negated else {})]})
            found = set(members_of(group, at).values_list("pk", flat=True))
            assert found == slow(group, at), question
            assert found, question
            sizes.add(len(found))
    assert len(sizes) > 5
    for _round in range(25):
        parts = dice.sample(questions, 4)
        parts = [part | {"not": True} if dice.random() < 0.4 else part for part in parts]
        inner = {"mode": dice.choice(("all", "any")), "parts": parts[2:]}
        group = parse({"mode": dice.choice(("all", "any")), "parts": [*parts[:2], inner]})
        assert set(members_of(group, at).values_list("pk", flat=True)) == slow(group, at)


@pytest.mark.parametrize(
    "definition",
    [
        {}, {"mode": "none", "parts": []}, {"mode": "all", "parts": []}, {"mode": "all", "parts": [{"what": "moon"}]},
        {"mode": "all", "parts": [{"what": "seen", "days": 0}]}, {"mode": "all", "parts": [{"what": "seen"}]},
        {"mode": "all", "parts": [{"what": "seen", "days": True}]},
        {"mode": "all", "parts": [{"what": "seen", "days": 5, "sql": "1=1"}]},
        {"mode": "all", "parts": [{"what": "birth_month", "number": 13}]},
        {"mode": "all", "parts": [{"what": "tier", "value": "platinum"}]},
        {"mode": "all", "parts": [{"what": "badge", "value": "nothing"}]},
        {"mode": "all", "parts": [{"what": "joined_since", "value": "yesterday"}]},
        {"mode": "all", "parts": [{"what": "did", "value": "hacked", "number": 1, "days": 1}]},
        {"mode": "all", "parts": [{"what": "seen", "days": n} for n in range(1, 10)]},
        {"mode": "all", "parts": [{"mode": "any", "parts": [VIETNAMESE]}]},
        # nobody could ever be in these
        {"mode": "all", "parts": [{"what": "active_days", "number": 8, "days": 7}]},
        {"mode": "all", "parts": [{"what": "language", "value": "vi"}, {"what": "language", "value": "en"}]},
        {"mode": "all", "parts": [{"what": "seen", "days": 7}, {"what": "seen", "days": 7, "not": True}]},
        {"mode": "any", "parts": [{"mode": "all", "parts": [
            {"what": "tier", "value": "gold"}, {"what": "tier", "value": "silver"}]}]},
    ],
)  # fmt: skip
def test_what_nobody_reads_or_nobody_could_meet_is_refused(manager: Member, definition: dict[str, Any]) -> None:
    with pytest.raises(Invalid) as refused:
        actions.write_segment(actor=manager, code="x", name="X", definition=definition, at=now())
    assert refused.value.details["field"] == "parts"
    assert not Segment.objects.exists()


def test_any_of_what_excludes_each_other_is_fine() -> None:
    parse({"mode": "any", "parts": [{"what": "language", "value": "vi"}, {"what": "language", "value": "en"}]})


# ── History ─────────────────────────────────────────────────────────────────────────────────────────────────────
@pytest.fixture
def segment(manager: Member) -> Segment:
    """Whoever reads Vietnamese."""
    return actions.write_segment(actor=manager, code="tieng-viet", name="Tiếng Việt", definition=VIETNAMESE, at=now())


def test_the_history_says_who_was_in_it_when_and_is_never_rewritten(segment: Segment, alice: Member) -> None:
    at, settles = now(), selectors.SETTLES
    minute, codes = timedelta(minutes=1), [segment.code]
    assert actions.rebuild(at) >= 1
    assert actions.rebuild(at) == 0
    assert not selectors.was_in(alice.pk, codes, at + settles - minute)
    assert selectors.was_in(alice.pk, codes, at + settles)
    Member.objects.filter(pk=alice.pk).update(language="en")
    assert actions.rebuild(at - minute) == 0  # an older moment than the history knows changes nothing
    later = at + timedelta(hours=1)
    assert actions.rebuild(later) == 1
    Member.objects.filter(pk=alice.pk).update(language="vi")
    again = at + timedelta(hours=2)
    assert actions.rebuild(again) == 1
    stays = list(Stay.objects.filter(member=alice).order_by("pk").values_list("entered_at", "left_at"))
    assert stays == [(at + settles, later + settles), (again + settles, None)]
    history = selectors.History()
    for when in (at, at + settles, later + settles - minute, later + settles, again + settles, again + 2 * settles):
        expected = any(begin <= when and (end is None or when < end) for begin, end in stays)
        assert selectors.was_in(alice.pk, codes, when) is history.was_in(alice.pk, codes, when) is expected
    entered, left = selectors.lately(segment)
    assert [stay.entered_at for stay in entered if stay.member_id == alice.pk] == [again + settles, at + settles]
    assert [stay.member_id for stay in left] == [alice.pk]


def test_who_leaves_the_house_leaves_the_segment(segment: Segment, alice: Member) -> None:
    actions.rebuild(now())
    Member.objects.filter(pk=alice.pk).update(left_at=now())
    assert actions.rebuild(now() + timedelta(hours=1)) == 1
    assert Stay.objects.get(member=alice).left_at is not None


def test_counting_and_rebuilding_cost_the_same_for_few_and_for_many(segment: Segment) -> None:
    moment = [now()]

    def again() -> None:
        moment[0] += timedelta(hours=1)
        actions.rebuild(moment[0])

    def grow() -> None:
        for _ in range(12):
            make_member(language="vi")
        again()

    assert_num_queries_constant(lambda: selectors.count_and_sample(selectors.group_of(segment), now()), grow)
    make_member(language="vi")
    few, _queries = count_queries(again)
    for _ in range(9):
        make_member(language="vi")
    assert count_queries(again)[0] == few


def test_the_list_and_the_page_cost_the_same_for_one_and_for_many(
    segment: Segment, manager: Member, signed_in: Callable[..., Client]
) -> None:
    client = signed_in(manager)
    actions.rebuild(now())

    def grow() -> None:
        for n in range(5):
            make_member(language="vi")
            actions.write_segment(actor=manager, code=f"g{n}", name=f"G{n}", definition=VIETNAMESE, at=now())
        actions.rebuild(now() + timedelta(hours=1))

    assert_num_queries_constant(lambda: client.get(reverse("programme_segments")), grow)
    assert_num_queries_constant(lambda: client.get(reverse("programme_segment", args=[segment.code])), lambda: (
        [make_member(language="vi") for _ in range(4)], actions.rebuild(now() + timedelta(hours=3)),
    ))  # fmt: skip


def test_an_older_version_is_a_conflict_and_each_writing_leaves_a_line(segment: Segment, manager: Member) -> None:
    given = {"actor": manager, "code": segment.code, "name": "Khác", "definition": VIETNAMESE, "at": now()}
    for version in (None, 0, 2):
        with pytest.raises(Conflict):
            actions.write_segment(**given, version=version)
    assert actions.write_segment(**given, version=1).version == 2
    lines = ModelLogEntry.objects.filter(action=actions.WRITTEN).order_by("pk")
    assert [(line.user, line.data["definition"]) for line in lines] == [(manager, VIETNAMESE)] * 2


# ── Rules ───────────────────────────────────────────────────────────────────────────────────────────────────────
def test_a_rule_goes_by_who_was_in_it_when_it_happened(segment: Segment, alice: Member, manager: Member) -> None:
    at = now() - timedelta(hours=10)
    actions.rebuild(at)
    Member.objects.filter(pk=alice.pk).update(language="en")
    actions.rebuild(at + timedelta(hours=2))
    definition = {"beneficiary": "member", "points": {"spend": 7}, "segments": [segment.code]}
    made = EarningRule.objects.create(code="circle", event_name="story_read", position=90)
    RuleInForce.objects.create(rule=made, number=1, since=at - timedelta(days=1), definition=definition)
    RuleInForce.objects.create(
        rule=EarningRule.objects.exclude(code="circle").get(event_name="story_read"),
        number=99,
        since=at - timedelta(days=1),
        definition={},
    )
    moments = [at, at + timedelta(hours=1), at + timedelta(hours=3)]
    for story, when in enumerate(moments):
        tell(StoryRead(actor=alice.pk, member=alice.pk, story=story, title="Phin"), when)
    assert points(alice) == 7
    outcomes = [row.outcomes[0] for row in Evaluation.objects.filter(event__name="story_read").order_by("pk")]
    assert [one["outcome"] for one in outcomes] == ["no_match", "paid", "no_match"]
    with translation.override("en"):
        why = [one.why for one in badges.missed(alice.pk)]
    assert why == ["It was for a circle of members that you were not in at that moment."] * 2
    assert verify() == []
    # What the history says later of those moments stays the same, so trial, rehearsal and proof agree with the ledger.
    actions.rebuild(now())
    content = {"event": "story_read", "definition": definition}
    draft = written(manager, subject="circle", content=content, texts=rule_texts(), at=now())
    assert preview_of(draft, at=now())["rule"].draft.total["spend"] == 7
    drafts = {"other": Drafted("story_read", parse_rule(definition))}
    world = replay(Log.up_to(now()), drafts=drafts, since=at - timedelta(hours=1)).draft
    for code in ("circle", "other"):
        assert (world.outcomes[code, "paid"], world.outcomes[code, "no_match"]) == (1, 2)


def test_i13_finds_who_was_paid_from_outside(segment: Segment, alice: Member) -> None:
    definition = {"beneficiary": "member", "points": {"spend": 7}, "segments": [segment.code]}
    made = EarningRule.objects.create(code="circle", event_name="story_read", position=90)
    RuleInForce.objects.create(rule=made, number=1, since=now() - timedelta(days=1), definition=definition)
    actions.rebuild(now() - timedelta(hours=1))
    tell(StoryRead(actor=alice.pk, member=alice.pk, story=1, title="Phin"), now())
    assert verify() == []
    Stay.objects.filter(member=alice).update(entered_at=now() + timedelta(days=1))
    assert any("read its conditions wrongly" in finding.message for finding in verify())


def test_a_draft_that_names_no_segment_of_ours_is_refused(segment: Segment, manager: Member) -> None:
    written(manager, content=drafted_rule(segments=[segment.code]))
    for wrong in (["nobody"], "tieng-viet", [1], [""]):
        with pytest.raises(Invalid) as refused:
            written(manager, content=drafted_rule(segments=wrong))
        assert refused.value.details["field"] == "segments"


# ── The desk ────────────────────────────────────────────────────────────────────────────────────────────────────
FORM = {
    "name": "Khách quen", "mode": "all", "group_mode": "any", "c1_what": "language", "c1_word": "language:vi",
    "c2_what": "seen", "c2_days": "30", "c2_sign": "not", "c3_place": "group", "c3_what": "tier",
    "c3_word": "tier:member", "c4_place": "group", "c4_what": "joined_since", "c4_day": "2020-01-01",
}  # fmt: skip
KEPT = {
    "mode": "all",
    "parts": [
        {"what": "language", "value": "vi"}, {"what": "seen", "days": 30, "not": True},
        {"mode": "any", "parts": [
            {"what": "tier", "value": "member"}, {"what": "joined_since", "value": "2020-01-01"}]},
    ],
}  # fmt: skip


def test_the_form_counts_before_it_keeps_and_shows_what_it_kept(
    signed_in: Callable[..., Client], manager: Member, alice: Member
) -> None:
    client, url = signed_in(manager), reverse("programme_segment_write", args=["new"])
    counted = client.post(url, FORM | {"step": "count"})
    assert (counted.status_code, Segment.objects.count()) == (200, 0)
    assert counted.context["count"] == len(slow(parse(KEPT), now())) >= 1
    assert alice.pk in [chip.pk for chip in counted.context["sample"]]
    assert client.post(url, FORM | {"step": "keep"}).status_code == 302
    row = Segment.objects.get()
    assert (row.code, row.name, row.definition) == ("khach-quen", "Khách quen", KEPT)
    assert client.post(url, FORM | {"step": "keep"}).status_code == 409
    again = reverse("programme_segment_write", args=[row.code])
    form = client.get(again).context["form"]
    shown = {name: form[name].value() for name in form.fields}
    assert {name: str(shown[name]) for name in FORM} == FORM
    assert client.post(again, FORM | {"version": "7"}).status_code == 409
    assert client.post(again, FORM | {"version": "1", "name": "Khách mới"}).status_code == 302
    actions.rebuild(now())
    page = client.get(reverse("programme_segment", args=[row.code])).content.decode()
    assert "Khách mới" in page
    assert alice.name in page
    assert "Khách mới" in client.get(reverse("programme_segments")).content.decode()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": " "}, "name"),
        ({"c2_days": ""}, "c2_what"),
        ({"c1_word": "tier:member"}, "c1_what"),
        ({"c5_what": "language", "c5_word": "language:en"}, "__all__"),
    ],
)
def test_what_is_refused_stands_beside_its_row(
    signed_in: Callable[..., Client], manager: Member, changes: dict[str, str], field: str
) -> None:
    answer = signed_in(manager).post(reverse("programme_segment_write", args=["new"]), FORM | changes)
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field]
    assert not Segment.objects.exists()


def test_a_rule_is_drafted_for_a_segment_in_the_form(
    signed_in: Callable[..., Client], manager: Member, segment: Segment
) -> None:
    form = {
        "event": "story_read", "beneficiary": "member", "spend": "5", "segment": segment.code, "name_vi": "Riêng",
        "name_en": "For them", "explanation_vi": "Riêng cho họ.", "explanation_en": "For them alone.",
    }  # fmt: skip
    answer = signed_in(manager).post(reverse("programme_begin", args=["rules", "new"]), form, follow=True)
    assert answer.status_code == 200
    assert '<option value="tieng-viet" selected>' in answer.content.decode()


def test_a_segment_is_told_in_words_without_a_code(signed_in: Callable[..., Client], manager: Member, db: None) -> None:
    parts: list[dict[str, Any]] = [
        {"what": "joined_since", "value": "2026-05-01"}, {"what": "joined_within", "days": 1200},
        {"what": "language", "value": "en", "not": True}, {"what": "birth_month", "number": 5},
        {"what": "consent", "value": "news"}, {"what": "badge", "value": "first-words"},
        {"what": "active_days", "number": 2, "days": 14},
        {"mode": "any", "parts": [
            {"what": "did", "value": "reply_posted", "number": 3, "days": 30}, {"what": "tier", "value": "silver"},
            {"what": "status", "number": 1500}, {"what": "spend", "number": 5}, {"what": "seen", "days": 7},
        ]},
    ]  # fmt: skip
    whole = {"mode": "all", "parts": parts}
    actions.write_segment(actor=manager, code="tat-ca", name="Tất cả", definition=whole, at=now())
    page = signed_in(manager).get(reverse("programme_segment", args=["tat-ca"]))
    assert page.context["words"] == [
        "gia nhập từ 1 tháng 5, 2026 trở đi", "gia nhập trong 1.200 ngày qua", "không: đọc bằng English",
        "sinh nhật vào tháng 5", "đã đồng ý: Tin qua email", "giữ huy hiệu “Lời đầu tiên”",
        "hoạt động ít nhất 2 trong 14 ngày qua",
        "bất kỳ điều nào trong đây: trả lời ít nhất 3 lần trong 30 ngày qua; ở hạng Bạc; "
        "có ít nhất 1.500 điểm hạng trong năm nay; tiêu được ít nhất 5 điểm; có hoạt động trong 7 ngày qua",
    ]  # fmt: skip

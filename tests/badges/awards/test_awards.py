"""Badges as data, what is told and what is not, merging, choosing, personal data."""

from __future__ import annotations

from datetime import timedelta

import pytest

from badges.awards import actions, judging, selectors
from badges.awards.definitions import METRICS, parse
from badges.awards.models import Award, Badge, BadgeText, Fact, Shelf
from badges.medals.recipe import recipe_of
from portal.accounts.models import Member
from portal.core import clock, personal_data
from portal.core.errors import Invalid
from portal.events.models import DomainEvent
from portal.events.types.accounts import AccountsMerged
from portal.events.types.badges import ChallengeFinished
from portal.notifications.models import Notification
from portal.realtime.models import StreamEntry
from tests.badges.awards.house import (
    DAY,
    MORNING,
    has,
    held,
    moves,
    react,
    read,
    reply,
    talk,
    tell,
    tell_profile,
    topic,
)
from tests.factories.portal import make_member, make_members

pytestmark = pytest.mark.django_db


@pytest.fixture
def alice(db: None) -> Member:
    return make_member("Phạm Ngọc Alice")


@pytest.fixture
def bob(db: None) -> Member:
    return make_member("Vũ Tiến Bob")


def test_the_badges_of_a_new_site_are_whole_in_both_languages():
    for badge in Badge.objects.prefetch_related("texts", "versions"):
        criteria = parse(badge.versions.get().criteria, per_target=badge.per_target)
        recipe_of(badge.metal, badge.medal)
        texts = {text.locale: text for text in badge.texts.all()}
        assert set(texts) == {"vi", "en"}
        for text in texts.values():
            assert all((text.name, text.criterion, text.praise))
            assert bool(text.hint) == badge.secret
            assert len(text.progress) == len(criteria.all)
            for words, condition in zip(text.progress, criteria.all, strict=True):
                assert condition.at_least == 1 or ("{have}" in words and "{need}" in words)
    names = list(BadgeText.objects.values_list("locale", "name"))
    assert len(names) == len(set(names)) == 34
    medals = [(b.metal, str(sorted(b.medal.items()))) for b in Badge.objects.all()]
    assert len(set(medals)) == len(medals)


@pytest.mark.parametrize(
    ("raw", "field"),
    [
        ({}, "all"),
        ({"all": []}, "all"),
        ({"any": []}, "any"),
        ({"all": [{"metrics": ["nobody_counts"], "count": "times", "at_least": 1}]}, "metrics"),
        ({"all": [{"metrics": [], "count": "times", "at_least": 1}]}, "metrics"),
        ({"all": [{"metrics": ["joined"], "count": "often", "at_least": 1}]}, "count"),
        ({"all": [{"metrics": ["joined"], "count": "times"}]}, "at_least"),
        ({"all": [{"metrics": ["joined"], "count": "times", "at_least": 0}]}, "at_least"),
        ({"all": [{"metrics": ["joined"], "count": "times", "at_least": True}]}, "at_least"),
        ({"all": [{"metrics": ["joined"], "count": "times", "at_least": 10**9}]}, "at_least"),
        ({"all": [{"metrics": ["joined"], "count": "days", "at_least": 8, "within_days": 7}]}, "within_days"),
        ({"all": [{"metrics": ["joined"], "count": "times", "at_least": 1, "hours": [4, 4]}]}, "hours"),
        ({"all": [{"metrics": ["joined"], "count": "times", "at_least": 1, "hours": [22, 25]}]}, "hours"),
        ({"all": [{"metrics": ["joined"], "count": "times", "at_least": 1, "sql": "1=1"}]}, "sql"),
        ({"all": [{"metrics": ["joined"], "count": "times", "at_least": 1, "targets": [7]}]}, "targets"),
        ("all", ""),
    ],
)
def test_criteria_that_nobody_could_judge_are_refused_with_the_field(raw, field):
    with pytest.raises(Invalid) as refusal:
        parse(raw)
    assert refusal.value.details["field"] == field


def test_a_badge_per_target_counts_only_on_a_target():
    joined = {"all": [{"metrics": ["joined"], "count": "times", "at_least": 1}]}
    with pytest.raises(Invalid):
        parse(joined, per_target=True)
    with pytest.raises(Invalid):
        parse({"all": [{"metrics": ["story_read"], "count": "streak", "at_least": 1}]}, per_target=True)


def test_every_metric_is_fed_by_something(alice, bob):
    from tests.badges.awards import house
    from tests.badges.awards.test_boundaries import CASES

    for case in CASES.values():
        case.act(alice, [bob, bob], 0)
    house.tell(ChallengeFinished(member=alice.pk, challenge="any", finish=1))
    assert set(Fact.objects.values_list("metric", flat=True)) == set(METRICS)
    assert house.has(alice, "threshold") == 1


def test_a_loud_badge_is_told_in_the_inbox_and_to_open_pages_a_silent_one_is_not(alice):
    at = clock.now()
    Badge.objects.filter(code="first-page").update(loud=False)
    read(alice, "one", at)
    assert has(alice, "first-page") == 1
    assert not Notification.objects.filter(kind="badge").exists()
    talk(alice, at)
    tell_profile_at = Notification.objects.filter(kind="badge").count()
    assert tell_profile_at == 0
    for n in range(2, 6):
        read(alice, f"s{n}", at)
    award = Award.objects.get(member=alice, badge__code="last-line")
    assert Notification.objects.get(kind="badge").subject == f"award:{award.pk}"
    assert StreamEntry.objects.filter(kind="badge", stream__key=f"member:{alice.pk}").count() == 1
    event = DomainEvent.objects.get(name="badge_granted", payload__badge="last-line")
    assert event.payload == {
        "member": alice.pk, "badge": "last-line", "award": award.pk, "target": "", "again": False,
    }  # fmt: skip
    assert len(award.evidence) == 5


def test_what_happened_long_ago_is_found_on_the_shelf_and_not_told_as_news(alice):
    read(alice, "one", clock.now() - timedelta(days=4))
    assert has(alice, "first-page") == 1
    assert not Notification.objects.filter(kind="badge").exists()
    assert not StreamEntry.objects.filter(kind="badge").exists()


def test_two_accounts_that_become_one_count_together_and_double_nothing(alice, bob):
    hosts = make_members(10)
    read(alice, "shared")
    read(bob, "shared", MORNING - DAY)
    for n in range(2):
        read(alice, f"a{n}")
        read(bob, f"b{n}")
    for host in hosts[:5]:
        reply(alice, topic(host), host)
    for host in hosts[5:]:
        reply(bob, topic(host), host)
    react(alice, bob, 5)  # what the two did with each other
    react(hosts[0], bob, 5)
    assert (has(bob, "last-line"), has(bob, "bridge")) == (0, 0)
    Member.objects.filter(pk=alice.pk).update(merged_into=bob, is_active=False)
    merged = tell(AccountsMerged(actor=bob.pk, kept=bob.pk, closed=alice.pk), MORNING + DAY)
    assert held(alice) == []
    assert (has(bob, "first-page"), has(bob, "last-line"), has(bob, "bridge")) == (1, 1, 1)
    assert Award.objects.get(member=bob, badge__code="first-page").at == MORNING - DAY
    assert not Fact.objects.filter(member=alice).exists()
    assert not Fact.objects.filter(other=alice).exists()
    people = {row.other for row in judging.rows_of(bob.pk, ["reaction_received"])}
    assert people == {hosts[0].pk}
    before = (held(bob), Fact.objects.count())
    from tests.badges.awards.house import hear

    hear(merged)
    assert (held(bob), Fact.objects.count()) == before
    read(alice, "late")  # an event of the closed account that was still on its way
    assert Fact.objects.filter(member=bob, target="story:late").count() == 1


def test_a_badge_that_only_the_closed_account_held_moves_with_its_history(alice, bob):
    tell_profile(alice)
    Member.objects.filter(pk=alice.pk).update(merged_into=bob, is_active=False)
    tell(AccountsMerged(actor=bob.pk, kept=bob.pk, closed=alice.pk))
    assert has(bob, "name-and-face") == 1
    assert moves(bob, "name-and-face") == [("granted", "profile_completed"), ("moved", "accounts_merged")]


def test_she_chooses_what_stands_on_her_page(alice, bob):
    read(alice, "one")
    reply(alice, topic(bob), bob)
    tell_profile(alice)
    newest = [view.code for view in selectors.chosen(alice.pk, "vi", arranged=False, viewer_id=None)]
    assert set(newest) == {"first-page", "first-words", "name-and-face"}
    actions.arrange(actor=alice, codes=["first-words", "first-page"], at=MORNING)
    assert [v.code for v in selectors.chosen(alice.pk, "en", arranged=True, viewer_id=None)] == [
        "first-words",
        "first-page",
    ]
    assert Shelf.objects.get(pk=alice.pk).arranged
    actions.arrange(actor=alice, codes=[], at=MORNING)
    assert selectors.chosen(alice.pk, "vi", arranged=True, viewer_id=None) == []


@pytest.mark.parametrize("codes", [["bridge"], ["first-page", "first-page"], ["nonsense"], [f"c{n}" for n in range(9)]])
def test_a_badge_that_is_not_hers_cannot_be_shown(alice, codes):
    read(alice, "one")
    with pytest.raises(Invalid):
        actions.arrange(actor=alice, codes=codes, at=MORNING)


def test_progress_is_exact_and_a_streak_shows_what_still_goes_on(alice):
    def shown(code: str, at=MORNING):
        found = {one.badge.code: one for one in selectors.shelf_of(alice, at=at, locale="vi")}
        return found[code]

    def words(one: selectors.OnShelf) -> list[str]:
        return [step.words for step in one.progress]

    for n in range(3):
        read(alice, f"s{n}", MORNING + n * DAY)
    assert words(shown("last-line")) == ["3 trên 5 câu chuyện"]
    assert shown("last-line").percent == 60
    assert words(shown("seven-days", MORNING + 2 * DAY)) == ["3 trên 7 ngày liền"]
    assert words(shown("seven-days", MORNING + 3 * DAY)) == ["3 trên 7 ngày liền"]  # today is still young
    assert words(shown("seven-days", MORNING + 5 * DAY)) == ["0 trên 7 ngày liền"]
    assert shown("first-page").earned
    assert shown("late-lamp").hidden
    assert not shown("bridge").begun


def test_her_copy_holds_what_the_badges_know_and_leaving_for_good_takes_it(alice, bob):
    react(bob, alice, 5)
    kinds = {kind.name: kind for kind in personal_data.data_types()}
    rows = kinds["badges"].export(alice)
    assert {"first-cup", "threshold"} >= {row["badge__code"] for row in rows if "badge__code" in row} != set()
    assert [row["metric"] for row in kinds["badge_facts"].export(alice)].count("reaction_received") == 1
    for name in ("badges", "badge_facts"):
        erase = kinds[name].erase
        assert erase is not None
        erase(alice)
    assert not Award.objects.filter(member=alice).exists()
    assert not Fact.objects.filter(member=alice).exists()
    assert Fact.objects.filter(member=bob, other=alice).exists()
    Member.objects.filter(pk=alice.pk).update(is_active=False)
    read(alice, "later")
    assert not Fact.objects.filter(member=alice).exists()


def test_rarity_is_the_share_of_those_who_are_here_and_costs_two_counts(alice, bob, django_assert_num_queries):
    read(alice, "one")
    gone = make_member()
    read(gone, "one")
    Member.objects.filter(pk=gone.pk).update(left_at=MORNING)
    badge = Badge.objects.get(code="first-page")
    with django_assert_num_queries(2):
        rarity = selectors.rarity_of(badge.pk)
    with django_assert_num_queries(0):
        selectors.rarity_of(badge.pk)
    assert (rarity.holders, rarity.members, rarity.percent) == (1, 2, 50)


def test_latest_holders_are_only_those_who_let_it_be_seen(alice, bob):
    from portal.accounts import profiles

    for member in (alice, bob):
        read(member, "one")
    badge = Badge.objects.get(code="first-page")
    profiles.set_privacy(actor=alice, levels={"badges": "members"}, findable=False)
    seen = [chip.member_id for chip, _when in selectors.latest_holders(badge, None)]
    assert seen == [bob.pk]
    assert {chip.member_id for chip, _when in selectors.latest_holders(badge, bob)} == {alice.pk, bob.pk}
    profiles.set_privacy(actor=alice, levels={"badges": "me"}, findable=False)
    assert {chip.member_id for chip, _when in selectors.latest_holders(badge, bob)} == {bob.pk}

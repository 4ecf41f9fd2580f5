"""Behaviour 18: one active flag a member and target; weighted hiding; decisions restore or keep exactly."""

from __future__ import annotations

from typing import Any

import pytest

from community.forum import counters
from community.forum.models import Post, Topic
from community.logbook.models import ModerationEntry
from community.moderation import actions, scoring
from community.moderation.models import Case, Report
from portal.accounts.models import Member
from portal.core.errors import Conflict, Forbidden, Invalid, NotFound, TooMany
from tests.community.moderation.conftest import AT, case_of, inbox, make_room, report, reporters, say, settle
from tests.helpers.races import run_parallel

pytestmark = pytest.mark.django_db


def test_behaviour_18_one_active_report_a_member_and_target(post: Post, charlie: Member) -> None:
    first, again = report(charlie, post), report(charlie, post, "rude")
    assert (first.new, again.new, again.report.pk) == (True, False, first.report.pk)
    assert Report.objects.count() == 1
    assert case_of(post).score == first.report.weight == 1


def test_behaviour_18_reports_that_weigh_enough_hide_the_words_with_a_reason_for_the_author(
    topic: Topic, post: Post, bob: Member, charlie: Member, mod: Member, signed_in: Any
) -> None:
    for member in reporters(8):
        report(member, post)
    post.refresh_from_db()
    assert post.hidden_at is None
    report(charlie, post)
    post.refresh_from_db()
    assert (post.hidden_at, post.hidden_by) == (AT, None)
    topic.refresh_from_db()
    assert topic.reply_count == 0
    assert counters.drift() == []
    assert post.source.split()[0] not in signed_in(charlie).get(topic.get_absolute_url()).content.decode()
    own = signed_in(bob).get(topic.get_absolute_url()).content.decode()
    assert "Mua hàng ở chỗ tôi" in own
    assert "Nhiều thành viên đã báo" in own
    assert "Mua hàng ở chỗ tôi" in signed_in(mod).get(topic.get_absolute_url()).content.decode()
    assert inbox(bob) == ["words_hidden"]


def test_behaviour_18_disagreeing_restores_exactly_and_old_reports_do_not_hide_again(
    topic: Topic, post: Post, charlie: Member, mod: Member
) -> None:
    before = Post.objects.filter(pk=post.pk).values().get()
    for member in reporters(9):
        report(member, post)
    settle(mod, case_of(post), "disagreed")
    assert Post.objects.filter(pk=post.pk).values().get() == before
    report(charlie, post)
    post.refresh_from_db()
    assert post.hidden_at is None
    assert case_of(post).score == 1
    assert counters.drift() == []


@pytest.mark.parametrize(
    ("outcome", "hidden", "record"),
    [("agreed", True, (1, 0)), ("disagreed", False, (0, 1)), ("ignored", False, (0, 0))],
)
def test_behaviour_18_each_outcome_leaves_the_words_and_the_accuracy_as_it_says(
    post: Post, charlie: Member, mod: Member, outcome: str, hidden: bool, record: tuple[int, int]
) -> None:
    report(charlie, post)
    settle(mod, case_of(post), outcome)
    post.refresh_from_db()
    assert (post.hidden_at is not None) == hidden
    assert scoring.record_of(charlie) == record
    assert ModerationEntry.objects.count() == 1
    assert "report_settled" in inbox(charlie)


def test_what_its_author_hid_meanwhile_stays_hidden(post: Post, bob: Member, charlie: Member, mod: Member) -> None:
    from community.forum.actions import hide_post

    report(charlie, post)
    hide_post(actor=bob, post=post.public_id, at=AT)
    settle(mod, case_of(post), "disagreed")
    post.refresh_from_db()
    assert post.hidden_by == bob


@pytest.mark.parametrize(
    ("agreed", "disagreed", "bonus"),
    [(0, 0, 0), (5, 0, 0), (6, 0, 6.46), (0, 6, -6.46), (7, 3, 0), (0, 100, -16.61), (40, 0, 13.3)],
)
def test_the_accuracy_bonus_is_the_documented_formula(agreed: int, disagreed: int, bonus: float) -> None:
    assert scoring.accuracy_bonus(agreed, disagreed) == pytest.approx(bonus, abs=0.01)


def test_who_is_never_right_weighs_nothing(charlie: Member, post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scoring, "record_of", lambda member: (0, 50))
    assert report(charlie, post).report.weight == 0


def test_trusted_members_weigh_more_and_staff_alone_hides_nothing(post: Post, manager: Member) -> None:
    assert [report(m, post).report.weight for level in (1, 2, 4) for m in reporters(1, level)] == [2, 3, 5]
    Post.objects.filter(pk=post.pk).update(hidden_at=None)
    assert scoring.weight_of(manager) == 6 < scoring.HIDE_AT


def test_people_of_the_house_are_not_hidden_by_reports(topic: Topic, mod: Member) -> None:
    from tests.community.forum.conftest import reply

    words = reply(mod, topic, "Lời của người điều phối")
    for member in reporters(10):
        report(member, words)
    words.refresh_from_db()
    assert words.hidden_at is None


def test_reasons_are_checked_and_own_or_unseen_words_cannot_be_reported(
    post: Post, bob: Member, charlie: Member
) -> None:
    with pytest.raises(Forbidden):
        report(bob, post)
    for reason, words, field in (("filter", "", "reason"), ("nonsense", "", "reason"), ("other", " .", "words")):
        with pytest.raises(Invalid) as refused:
            report(charlie, post, reason, words=words)
        assert refused.value.details["field"] == field
    with pytest.raises(NotFound):
        actions.report(actor=charlie, kind="topic", public_id=post.public_id, reason="spam", at=AT)
    assert Case.objects.count() == 0


@pytest.mark.usefixtures("one_window")
def test_a_newcomer_reports_five_times_a_day(topic: Topic, bob: Member, charlie: Member) -> None:
    from tests.community.forum.conftest import reply

    posts = [reply(bob, topic, f"Lời thứ {n}") for n in range(6)]
    for words in posts[:5]:
        report(charlie, words)
    with pytest.raises(TooMany):
        report(charlie, posts[5])


def test_messages_and_profiles_are_reported_and_decided_too(
    alice: Member, bob: Member, charlie: Member, mod: Member
) -> None:
    room = make_room()
    message = say(bob, room, "Lời quảng cáo trong phòng")
    actions.report(actor=charlie, kind="message", public_id=message.public_id, reason="rude", at=AT)
    settle(mod, Case.objects.get(message=message), "agreed")
    message.refresh_from_db()
    assert (message.removed_by, message.removed_reason) == (mod, "Đã đọc kỹ")
    Member.objects.filter(pk=bob.pk).update(bio="Bán hàng giá rẻ")
    actions.report(actor=charlie, kind="member", public_id=bob.public_id, reason="spam", at=AT)
    settle(mod, Case.objects.get(subject=f"member:{bob.pk}"), "agreed")
    bob.refresh_from_db()
    assert bob.bio == ""
    assert list(ModerationEntry.objects.order_by("pk").values_list("act", flat=True)) == [
        "remove_message",
        "empty_profile",
    ]


def test_reports_on_a_message_that_weigh_enough_hide_it_and_disagreeing_brings_it_back(
    bob: Member, mod: Member
) -> None:
    room = make_room()
    message = say(bob, room)
    for member in reporters(9):
        actions.report(actor=member, kind="message", public_id=message.public_id, reason="rude", at=AT)
    message.refresh_from_db()
    assert (message.removed_at, message.removed_by) == (AT, None)
    settle(mod, Case.objects.get(message=message), "ignored", "")
    message.refresh_from_db()
    assert message.removed_at is None


def test_only_moderators_learn_who_reported(
    post: Post, bob: Member, charlie: Member, mod: Member, signed_in: Any
) -> None:
    report(charlie, post, words="Tôi thấy phiền")
    url = f"/vi/moderation/cases/{case_of(post).public_id}/"
    shown = signed_in(mod).get(url).content.decode()
    assert "Lê Charlie" in shown
    assert "Tôi thấy phiền" in shown
    for other in (bob, charlie):
        assert signed_in(other).get(url).status_code == 404
    assert "Charlie" not in signed_in(bob).get("/vi/moderation/mine/").content.decode()


# ── Claims, versions, races ─────────────────────────────────────────────────────────────────────────────────────
def test_behaviour_18_acting_on_a_stale_page_answers_409_with_how_it_stands_now(
    post: Post, charlie: Member, mod: Member, second_mod: Member, signed_in: Any
) -> None:
    report(charlie, post)
    case = case_of(post)
    settle(mod, case, "disagreed", "Lời này ổn")
    url = f"/vi/moderation/cases/{case.public_id}/decide/"
    late = signed_in(second_mod).post(url, {"outcome": "agreed", "reason": "Quảng cáo mà", "version": case.version})
    assert late.status_code == 409
    page = late.content.decode()
    assert "Đỗ Minh Mod" in page
    assert "Lời này ổn" in page
    post.refresh_from_db()
    assert post.hidden_at is None


def test_a_claimed_case_is_left_to_its_moderator_until_it_is_taken_over(
    post: Post, charlie: Member, mod: Member, second_mod: Member
) -> None:
    report(charlie, post)
    case = case_of(post)
    actions.claim(actor=mod, case=case.public_id, version=case.version, at=AT)
    with pytest.raises(Conflict) as stale:
        actions.claim(actor=second_mod, case=case.public_id, version=case.version, at=AT)
    assert stale.value.code == "stale"
    with pytest.raises(Conflict) as taken:
        settle(second_mod, case, "agreed")
    assert taken.value.code == "claimed"
    fresh = Case.objects.get(pk=case.pk)
    actions.claim(actor=second_mod, case=case.public_id, version=fresh.version, at=AT)
    assert settle(second_mod, case, "ignored").settled_by == second_mod


def test_a_further_report_makes_the_open_page_stale(post: Post, alice: Member, charlie: Member, mod: Member) -> None:
    report(charlie, post)
    seen = case_of(post).version
    report(alice, post)
    with pytest.raises(Conflict):
        settle(mod, case_of(post), "agreed", version=seen)


def test_nobody_decides_about_her_own_words(topic: Topic, charlie: Member, mod: Member) -> None:
    from tests.community.forum.conftest import reply

    words = reply(mod, topic, "Lời của người điều phối")
    report(charlie, words)
    with pytest.raises(Forbidden) as refused:
        settle(mod, case_of(words), "disagreed")
    assert refused.value.code == "own_case"


@pytest.mark.both_databases
@pytest.mark.django_db(transaction=True)
def test_behaviour_18_of_two_moderators_at_once_one_wins_and_the_other_gets_409(
    post: Post, charlie: Member, mod: Member, second_mod: Member
) -> None:
    report(charlie, post)
    case = case_of(post)

    def deed(n: int) -> str:
        outcome = ("agreed", "disagreed")[n % 2]
        who = (mod, second_mod)[n % 2]
        return settle(who, case, outcome, version=case.version).outcome

    race = run_parallel(deed, 6)
    assert race.error_types() == {"Conflict": 5}
    assert Case.objects.get(pk=case.pk).outcome == race.values[0]
    assert ModerationEntry.objects.count() == 1
    assert counters.drift() == []


@pytest.mark.both_databases
@pytest.mark.django_db(transaction=True)
def test_of_two_moderators_who_take_a_case_at_once_one_has_it(
    post: Post, charlie: Member, mod: Member, second_mod: Member
) -> None:
    report(charlie, post)
    case = case_of(post)
    race = run_parallel(
        lambda n: (
            actions.claim(
                actor=(mod, second_mod)[n % 2], case=case.public_id, version=case.version, at=AT
            ).claimed_by_id
        ),
        6,
    )
    assert race.error_types() == {"Conflict": 5}
    fresh = Case.objects.get(pk=case.pk)
    assert (fresh.claimed_by_id, fresh.version) == (race.values[0], case.version + 1)


@pytest.mark.both_databases
@pytest.mark.django_db(transaction=True)
def test_reports_at_once_make_one_case_and_hide_once(post: Post) -> None:
    members = reporters(10)
    race = run_parallel(lambda n: report(members[n % 10], post).new, 20)
    assert race.error_types() == {}
    assert sum(race.values) == 10
    assert Case.objects.count() == 1
    assert case_of(post).score == 10
    assert ModerationEntry.objects.filter(act="hide_post").count() == 1
    assert counters.drift() == []

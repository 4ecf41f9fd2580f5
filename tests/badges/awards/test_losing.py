"""Behaviour 9, second half: what is lost follows the badge's policy, leaves its reason, and comes back once."""

from __future__ import annotations

import pytest

from badges.awards import actions, selectors
from badges.awards.models import Award, Badge, Fact
from portal.accounts.models import Member
from portal.core import clock
from portal.events.models import DomainEvent
from portal.events.types.community import PostHidden, PostRestored
from portal.notifications.models import Notification
from tests.badges.awards.house import (
    DAY,
    MORNING,
    has,
    hear,
    hide,
    moves,
    publish,
    react,
    reacted,
    replied,
    reply,
    restore,
    tell,
    topic,
    unreact,
)
from tests.factories.portal import make_member, make_members

pytestmark = pytest.mark.django_db


@pytest.fixture
def alice(db: None) -> Member:
    return make_member("Phạm Ngọc Alice")


@pytest.fixture
def bob(db: None) -> Member:
    return make_member("Vũ Tiến Bob")


def test_a_hidden_post_takes_the_badge_that_stood_on_it_and_its_return_gives_it_again(alice, bob):
    post = reply(alice, topic(bob), bob)
    hide(alice, post, MORNING + DAY)
    assert has(alice, "first-words") == 0
    award = Award.objects.get(member=alice, badge__code="first-words")
    assert award.revoked_at == MORNING + DAY
    restore(alice, post, MORNING + 2 * DAY)
    assert has(alice, "first-words") == 1
    assert moves(alice, "first-words") == [
        ("granted", "reply_posted"),
        ("revoked", "post_hidden"),
        ("restored", "post_restored"),
    ]
    told = list(DomainEvent.objects.filter(name__in=["badge_granted", "badge_revoked"]).order_by("id"))
    mine = [e for e in told if e.payload["badge"] == "first-words"]
    assert [(e.name, e.payload.get("again"), e.payload.get("reason")) for e in mine] == [
        ("badge_granted", False, None),
        ("badge_revoked", None, "post_hidden"),
        ("badge_granted", True, None),
    ]
    award.refresh_from_db()
    assert (award.revoked_at, award.at) == (None, MORNING)


def test_a_badge_that_is_kept_stays_and_the_loss_of_its_ground_is_written_down_once(alice, bob):
    reaction = react(bob, alice, 5)
    unreact(bob, alice, 5, reaction)
    assert has(alice, "first-cup") == 1
    assert moves(alice, "first-cup") == [("granted", "reaction_added"), ("kept", "reaction_removed")]


def test_one_reaction_too_few_takes_the_badge_of_that_post_and_of_no_other(alice):
    givers = make_members(5)
    for post in (5, 6):
        reactions = [react(giver, alice, post) for giver in givers]
    assert has(alice, "kept-words") == 2
    unreact(givers[0], alice, 6, reactions[0])
    left = Award.objects.get(member=alice, badge__code="kept-words", revoked_at=None)
    assert left.target == "post:5"


def test_what_is_still_enough_is_lost_by_nobody(alice, bob):
    first, second = topic(bob), topic(bob)
    gone, _stays = reply(alice, first, bob), reply(alice, second, bob)
    hide(alice, gone)
    assert moves(alice, "first-words") == [("granted", "reply_posted")]


def test_a_post_hidden_before_its_reply_was_heard_counts_for_nobody(alice, bob):
    late = publish(replied(alice, topic(bob), bob, post=44))
    gone = publish(PostHidden(topic=1, post=44, author=alice.pk, reason="spam"), MORNING + DAY)
    hear(gone)
    hear(late)
    assert has(alice, "first-words") == 0
    assert Fact.objects.get(member=alice, metric="reply_posted").withdrawn_at is not None


def test_an_older_word_about_a_post_does_not_undo_a_newer_one(alice, bob):
    post = reply(alice, topic(bob), bob)
    gone = publish(PostHidden(topic=1, post=post, author=alice.pk, reason="spam"), MORNING + DAY)
    back = publish(PostRestored(topic=1, post=post, author=alice.pk), MORNING + 2 * DAY)
    hear(back)
    hear(gone)  # retried, late
    assert has(alice, "first-words") == 1


def test_a_reaction_that_was_taken_back_does_not_return_with_the_post(alice, bob):
    givers = make_members(5)
    reactions = [react(giver, alice, 5) for giver in givers]
    unreact(givers[0], alice, 5, reactions[0])
    hide(alice, 5)
    restore(alice, 5, MORNING + DAY)
    assert has(alice, "kept-words") == 0


def test_hearing_the_same_twice_changes_nothing(alice, bob):
    post = reply(alice, topic(bob), bob)
    gone = publish(PostHidden(topic=1, post=post, author=alice.pk, reason="spam"), MORNING + DAY)
    for _ in range(3):
        hear(gone)
    assert [kind for kind, _why in moves(alice, "first-words")] == ["granted", "revoked"]


def test_a_lost_badge_leaves_the_inbox_and_the_public_page(alice, bob):
    at = clock.now()
    post = reply(alice, topic(bob), bob, at)
    actions.arrange(actor=alice, codes=["first-words"], at=MORNING)
    assert [v.code for v in selectors.chosen(alice.pk, "vi", arranged=True, viewer_id=None)] == ["first-words"]
    assert Notification.objects.filter(member=alice, kind="badge", rescinded_at=None).count() == 1
    hide(alice, post, at)
    assert selectors.chosen(alice.pk, "vi", arranged=True, viewer_id=None) == []
    assert Notification.objects.filter(member=alice, kind="badge", rescinded_at=None).count() == 0
    restore(alice, post, at)
    assert Notification.objects.filter(member=alice, kind="badge", rescinded_at=None).count() == 1


def test_an_award_is_held_against_the_criteria_under_which_it_was_given(alice):
    givers = make_members(6)
    reactions = [react(giver, alice, 5) for giver in givers[:5]]
    badge = Badge.objects.get(code="kept-words")
    harder = {"all": [{"metrics": ["reaction_received"], "count": "people", "at_least": 6}]}
    badge.versions.create(number=2, since=MORNING + DAY, criteria=harder)
    react(givers[5], alice, 5, MORNING + 2 * DAY)
    unreact(givers[5], alice, 5, 1, MORNING + 2 * DAY)
    assert has(alice, "kept-words") == 1  # five of the old revision's five
    unreact(givers[0], alice, 5, reactions[0], MORNING + 2 * DAY)
    tell(reacted(givers[1], alice, 5), MORNING + 3 * DAY)
    assert Award.objects.get(badge=badge, member=alice).revision.number == 1


def test_a_late_event_is_judged_by_the_criteria_in_force_when_it_happened(alice, bob):
    badge = Badge.objects.get(code="first-words")
    badge.versions.create(number=2, since=MORNING + DAY, criteria={})  # retired
    reply(alice, topic(bob), bob, MORNING + 2 * DAY)
    assert has(alice, "first-words") == 0
    reply(alice, topic(bob), bob, MORNING)  # heard late
    assert has(alice, "first-words") == 1

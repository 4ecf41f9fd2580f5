"""Hot and best: the formulas by hand, and that a score never rises unless somebody does something."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from math import log10

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from community.forum import actions, ranking, tasks
from community.forum.models import Topic
from community.forum.ranking import Recent
from portal.accounts.models import Member
from tests.community.forum.conftest import AT, first, react, reply, start
from tests.factories.portal import make_member

START = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)
POSTS = st.lists(st.tuples(st.integers(0, 60 * 24 * 9), st.integers(1, 6), st.integers(0, 9)), max_size=25)


def recent(rows: list[tuple[int, int, int]]) -> list[Recent]:
    return [Recent(START + timedelta(minutes=minute), author, likes) for minute, author, likes in rows]


def test_hot_by_hand():
    posts = [Recent(START, 1, 2), Recent(START + timedelta(hours=1), 2, 0)]
    now = START + timedelta(hours=2)
    # 5 reactions, 4 hours old; three thanks and people since the first (2 + 2), one since the second.
    expected = 5 / 6**1.8 + max(4 / 4**1.8, 1 / 3**1.8)
    assert ranking.hot(likes=5, created=START - timedelta(hours=2), recent=posts, now=now) == pytest.approx(expected)


def test_likes_for_each_post_are_not_cut_to_whole_numbers():
    assert ranking.top(readers=10, first_likes=1, likes=3, posts=4) == pytest.approx(2 + 0.5 + 0.75 + log10(4))
    assert ranking.top(readers=100, first_likes=0, likes=99, posts=10) == pytest.approx(4 + 3 + 10 + 1)
    assert ranking.top(readers=1, first_likes=0, likes=0, posts=1) == 0
    assert ranking.top(readers=0, first_likes=0, likes=0, posts=0) == 0


@settings(max_examples=300, deadline=None)
@given(rows=POSTS, likes=st.integers(0, 200), waits=st.lists(st.integers(0, 60 * 24 * 4), min_size=1, max_size=6))
def test_a_score_never_rises_without_new_activity(
    rows: list[tuple[int, int, int]], likes: int, waits: list[int]
) -> None:
    now = START + timedelta(minutes=max([minute for minute, _a, _l in rows], default=0))
    scores = []
    for wait in waits:
        now += timedelta(minutes=wait)
        scores.append(ranking.hot(likes=likes, created=START, recent=recent(rows), now=now))
    assert all(later <= earlier + 1e-12 for earlier, later in pairwise(scores))


def test_the_window_of_the_plain_formula_would_rise_by_itself():
    """Why the beginning is chosen: with the oldest recent post as the only beginning, this topic jumps on day 7."""
    posts = recent([(0, 1, 0), (60 * 24 * 7 - 60, 2, 9)])
    before, after = START + timedelta(days=7), START + timedelta(days=7, minutes=1)

    def plain(now: datetime) -> float:
        inside = [post for post in posts if now - post.at <= ranking.RECENT]
        hours = (now - min(post.at for post in inside)).total_seconds() / 3600
        return (sum(p.likes for p in inside) + len({p.author for p in inside})) / (hours + 2) ** ranking.GRAVITY

    assert plain(after) > plain(before)
    ours = [ranking.hot(likes=0, created=START, recent=posts, now=now) for now in (before, after)]
    assert ours[1] <= ours[0]


# ── By the calendar ─────────────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.django_db
def test_scores_follow_what_happens_and_cool_when_nothing_does(topic: Topic, bob: Member, charlie: Member) -> None:
    reply(bob, topic)
    react(charlie, first(topic))
    assert tasks.rank_topics(AT + timedelta(minutes=5)) == 1
    topic.refresh_from_db()
    warm = topic.hot_score
    assert warm > 0
    assert topic.top_score > 0
    assert topic.reader_count == 2  # its author and who answered have read it
    tasks.rank_topics(AT + timedelta(hours=6))
    topic.refresh_from_db()
    assert 0 < topic.hot_score < warm
    tasks.rank_topics(AT + timedelta(days=300))
    topic.refresh_from_db()
    assert topic.hot_score == 0
    assert tasks.rank_topics(AT + timedelta(days=301)) == 0  # nothing is warm, nothing has changed


@pytest.mark.django_db
def test_what_is_hidden_and_who_is_silenced_make_nothing_hot(topic: Topic, alice: Member, bob: Member) -> None:
    post = reply(bob, topic)
    react(make_member(), post)
    loud = start(alice, title="Một chuyện ồn ào khác")
    Member.objects.filter(pk=bob.pk).update(muted_until=AT + timedelta(days=9))
    actions.hide_post(actor=bob, post=post.public_id, at=AT)
    actions.hide_post(actor=alice, post=first(loud).public_id, at=AT)
    tasks.rank_topics(AT + timedelta(minutes=5))
    topic.refresh_from_db()
    loud.refresh_from_db()
    assert (topic.hot_score, loud.hot_score, loud.top_score) == (0, 0, 0)


@pytest.mark.django_db
def test_a_silenced_members_words_and_thanks_do_not_count(topic: Topic, bob: Member, charlie: Member) -> None:
    reply(bob, topic)
    react(bob, first(topic))
    Member.objects.filter(pk=bob.pk).update(muted_until=AT + timedelta(days=9))
    tasks.rank_topics(AT + timedelta(minutes=5))
    topic.refresh_from_db()
    assert topic.hot_score == 0

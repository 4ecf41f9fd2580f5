"""What makes a topic hot, and what makes it one of the best: two formulas, pure, in floating point.

Both follow Discourse's public formulas (`top_topic.rb`, `topic_hot_score.rb`), with three deliberate differences. Every
division is one of floats (theirs cuts likes per post down to whole numbers). Where they count views, we count members
who opened the topic: reading a page writes nothing here, so there is no view to count. And of the recent posts we take
the beginning that gives most: with theirs a score can rise by itself when an old post leaves the window.

A score never rises unless somebody does something: every term falls with time, and the set of beginnings only shrinks.
Hidden words, members who left, and members who are silenced count for nothing (`selectors/ranks.py`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import log10

# How fast warmth leaves: hours to this power.
GRAVITY = 1.8
RECENT = timedelta(days=7)
# Below this nobody could tell a topic from a cold one; it is written as 0 and left alone until somebody speaks.
COLD = 1e-4


@dataclass(frozen=True)
class Recent:
    """One recent reply: when, by whom, and the reactions that came to it."""

    at: datetime
    author: int
    likes: int


def _hours(since: datetime, now: datetime) -> float:
    return max((now - since).total_seconds(), 0.0) / 3600


def hot(*, likes: int, created: datetime, recent: Sequence[Recent], now: datetime) -> float:
    """likes/(age + 2)^g + the most of (recent likes + recent people)/(hours since the first of them + 2)^g.

    `likes` are all reactions of the topic, `recent` its newest replies in any order. Deterministic.
    """
    base = likes / (_hours(created, now) + 2) ** GRAVITY
    most, people, thanks = 0.0, set(), 0
    for post in sorted(recent, key=lambda one: one.at, reverse=True):
        if now - post.at > RECENT:
            break
        people.add(post.author)
        thanks += post.likes
        most = max(most, (thanks + len(people)) / (_hours(post.at, now) + 2) ** GRAVITY)
    score = base + most
    return score if score >= COLD else 0.0


def top(*, readers: int, first_likes: int, likes: int, posts: int) -> float:
    """2·log10(readers) + first likes/2 + min(likes/posts, 3) + (10 from ten posts on) + log10(posts).

    Zero for a topic in which nobody but its author has taken part: nobody read, thanked or answered. Which topics are
    compared (those begun within the period) is the list's part.
    """
    if posts < 1 or (readers <= 1 and likes == 0 and posts == 1):
        return 0.0
    score = 2 * log10(max(readers, 1)) + first_likes * 0.5 + min(likes / posts, 3.0)
    return score + (10.0 if posts >= 10 else 0.0) + log10(posts)

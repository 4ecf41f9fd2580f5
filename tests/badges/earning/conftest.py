"""Facts as the community would tell them: the programme never sees a forum, so its tests need none."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from django.db import transaction

from badges.ledger.selectors import balances
from portal.accounts.models import Member
from portal.events import bus, relay
from portal.events.types.base import Event
from portal.events.types.community import (
    PostHidden,
    PostRestored,
    ReactionAdded,
    ReactionRemoved,
    ReplyPosted,
    TopicStarted,
)

MORNING = datetime(2026, 5, 4, 1, 0, tzinfo=UTC)  # 08:00 in the programme zone, a Monday


def tell(event: Event, at: datetime = MORNING) -> int:
    """Publishes a fact and lets the programme hear it; returns the event's id."""
    with transaction.atomic():
        row = bus.publish(event, at=at)
    relay.drain()
    return row.pk


def points(member: Member, code: str = "spend", role: str = "available") -> int:
    """One number of a member's purse, without the thanks for joining."""
    relay.drain()
    joined = {"spend": 20, "status": 10}.get(code, 0) if role == "available" else 0
    return balances(member.pk).get(code, {}).get(role, 0) - joined


class Forum:
    """A forum made of facts only."""

    def __init__(self) -> None:
        self.number = 0

    def _next(self) -> int:
        self.number += 1
        return self.number

    def topic(self, author: Member, at: datetime = MORNING) -> int:
        """A topic whose id is also its first post's id."""
        n = self._next()
        tell(TopicStarted(actor=author.pk, topic=n, post=n, space=1, author=author.pk, title="Phin"), at)
        return n

    def reply(self, author: Member, topic: int, at: datetime = MORNING, reply_to: int | None = None) -> int:
        """A reply; returns its post's id."""
        n = self._next()
        tell(
            ReplyPosted(
                actor=author.pk, topic=topic, post=n, space=1, author=author.pk, topic_author=0, title="Phin",
                reply_to=reply_to,
            ),
            at,
        )  # fmt: skip
        return n

    def react(self, giver: Member, author: Member, post: int, at: datetime = MORNING) -> int:
        """A reaction; returns its id."""
        n = self._next()
        tell(
            ReactionAdded(
                actor=giver.pk, reaction=n, kind="tea", topic=1, post=post, author=author.pk, first_post=False,
                title="Phin",
            ),
            at,
        )  # fmt: skip
        return n

    def unreact(self, giver: Member, author: Member, post: int, reaction: int, at: datetime = MORNING) -> None:
        """The reaction is taken back."""
        tell(ReactionRemoved(actor=giver.pk, reaction=reaction, kind="tea", topic=1, post=post, author=author.pk), at)

    def hide(self, author: Member, post: int, at: datetime = MORNING) -> None:
        """A moderator hides a post."""
        tell(PostHidden(topic=1, post=post, author=author.pk, reason="spam"), at)

    def restore(self, author: Member, post: int, at: datetime = MORNING) -> None:
        """The post is back."""
        tell(PostRestored(topic=1, post=post, author=author.pk), at)


@pytest.fixture
def forum() -> Forum:
    """A forum of facts."""
    return Forum()


@pytest.fixture
def purse() -> Callable[..., int]:
    """`purse(alice, "status", "pending")`: one number of a member's purse, without the thanks for joining."""
    return points

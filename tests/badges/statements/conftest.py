"""A book with a few lines of every sort, as the community would have written them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import transaction
from django.utils import translation

from badges.ledger import actions as ledger
from badges.ledger import chain
from badges.statements.selectors import Paper, Span, statement_of
from portal.accounts.models import Member
from portal.events.types.brand import StoryRead
from tests.badges.earning.conftest import MORNING, Forum, forum, tell

__all__ = ["forum"]
MAY = Span(date(2026, 5, 1), date(2026, 5, 31))
JUNE = datetime(2026, 6, 15, 5, 0, tzinfo=UTC)
FORMULA = "=1+1"


@pytest.fixture
def in_english() -> Any:
    """The originals."""
    with translation.override("en"):
        yield


@pytest.fixture
def book(alice: Member, forum: Forum) -> Member:
    """Alice's: a story read, a topic that waits and is hidden, a gift whose words a spreadsheet would reckon with."""
    tell(StoryRead(actor=alice.pk, member=alice.pk, story="a", title="Năm sương muối"), MORNING)
    topic = forum.topic(alice, MORNING + timedelta(hours=1))
    forum.hide(alice, topic, MORNING + timedelta(days=1))
    credit(alice, 1, FORMULA)
    chain.close(JUNE)
    return alice


def credit(member: Member, number: int, reason: str = "") -> None:
    """A gift by hand of one Hạt."""
    at = MORNING + timedelta(days=2, seconds=number)
    with transaction.atomic():
        ledger.adjust(
            member_id=member.pk, amount=1, point_type="spend", source="test", key=f"gift:{number}", at=at,
            actor_id=None, reason=reason or "Quà nhỏ",
        )  # fmt: skip


def paper_of(member: Member, span: Span = MAY) -> Paper:
    """Her statement of these days, as she reads it in the middle of June."""
    return statement_of(member, span, viewer=member, at=JUNE)

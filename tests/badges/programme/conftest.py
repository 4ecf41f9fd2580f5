"""People of the programme's desk, and drafts as their forms would make them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from badges.programme import actions
from badges.programme.models import Draft
from portal.accounts.models import Member
from tests.badges.earning.conftest import forum, purse
from tests.factories.portal import make_staff

NOON = datetime(2026, 5, 4, 5, 0, tzinfo=UTC)
__all__ = ["forum", "purse"]
TIMES_A_DAY = {"scope": "rule", "metric": "times", "limit": 10, "window": "day", "on_exceed": "reject"}


@pytest.fixture
def approver(db: None) -> Member:
    """Decides what others wrote."""
    return make_staff("Lò Thị Duyệt", email="duyet@thu.example", role="brand", group="Programme approvers")


@pytest.fixture
def care(db: None) -> Member:
    """Answers who needs help."""
    return make_staff("Hà Chăm Sóc", email="cham@thu.example", role="brand", group="Care")


def rule(**changes: Any) -> dict[str, Any]:
    """A drafted rule for replies."""
    event = changes.pop("event", "reply_posted")
    definition = {"beneficiary": "author", "points": {"spend": 4, "status": 1}, "caps": [TIMES_A_DAY]} | changes
    return {"event": event, "definition": definition}


def rule_texts(name: str = "Trả lời") -> dict[str, Any]:
    return {code: {"name": name, "explanation": "Mỗi ngày mười lần."} for code in ("vi", "en")}


def badge(**changes: Any) -> dict[str, Any]:
    """A drafted badge: read two stories."""
    return {
        "metal": "bronze", "series": "reading", "per_target": False, "on_loss": "keep", "secret": False, "loud": True,
        "medal": {"grammar": 1, "shape": "tile", "motif": "book", "enamel": "leaf"}, "backfill": True,
        "criteria": {"all": [{"metrics": ["story_read"], "count": "targets", "at_least": 2}]},
    } | changes  # fmt: skip


def badge_texts(name: str = "Hai trang") -> dict[str, Any]:
    words = {
        "name": name,
        "criterion": "Đọc hết hai chuyện.",
        "praise": "Bạn đọc tới cùng.",
        "progress": ["{have}/{need}"],
    }
    return {code: {**words, "hint": ""} for code in ("vi", "en")}


def written(actor: Member, **changes: Any) -> Draft:
    """A draft of hers."""
    fields: dict[str, Any] = {
        "kind": "rule", "subject": "reply", "content": rule(), "texts": rule_texts(), "at": NOON,
    } | changes  # fmt: skip
    return actions.write_draft(actor=actor, **fields)


def handed_in(actor: Member, **changes: Any) -> Draft:
    """A draft of hers that waits."""
    draft = written(actor, **changes)
    return actions.hand_in_draft(actor=actor, draft_id=draft.pk, version=draft.version, at=NOON)


def approved(author: Member, approver: Member, at: datetime = NOON, **changes: Any) -> Draft:
    """A draft of hers that the other approved."""
    draft = handed_in(author, **changes)
    return actions.approve_draft(actor=approver, draft_id=draft.pk, version=draft.version, at=at)

"""Challenges in force, made as the desk makes them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from badges.challenges.models import Challenge
from portal.accounts.models import Member
from portal.events import relay
from tests.badges.awards.house import MORNING
from tests.badges.programme.conftest import approved, approver

__all__ = ["approver"]


def step(metric: str = "reply_posted", at_least: int = 3, count: str = "times", **more: Any) -> dict[str, Any]:
    """One step."""
    return {"metrics": [metric], "count": count, "at_least": at_least, **more}


def content(**changes: Any) -> dict[str, Any]:
    """A challenge of these days: three replies, for everybody by herself, 40 Hạt and 5 tier points."""
    return {
        "first": "2026-05-01", "last": "2026-05-20", "joining": "all", "order": "any", "together": False, "share": 0,
        "segments": [], "tiers": [], "steps": [step()], "prize": {"spend": 40, "status": 5}, "on_loss": "keep",
    } | changes  # fmt: skip


def texts(steps: int = 1, name: str = "Ba lời đáp") -> dict[str, Any]:
    """Its words."""
    words = {"name": name, "summary": "Đáp lại nhau vài lời.", "thanks": "Cảm ơn bạn đã ở lại."}
    return {code: words | {"steps": [f"Bước {n + 1}" for n in range(steps)]} for code in ("vi", "en")}


def challenge(
    manager: Member, approver: Member, code: str = "three-words", at: datetime = MORNING, **changes: Any
) -> Challenge:
    """A challenge that one wrote and another approved; it has begun by then."""
    body = content(**changes)
    approved(
        manager, approver, at=at, kind="challenge", subject=code, content=body, texts=texts(len(body["steps"]), code)
    )
    relay.drain()
    return Challenge.objects.get(code=code)

"""Campaigns put in force as an approval would, and facts that tell in whose house they were said."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from badges.campaigns.actions import begin
from badges.campaigns.models import Campaign, CampaignText
from badges.earning.models import Evaluation
from portal.accounts.models import Member
from portal.events.types.brand import StoryRead
from portal.events.types.community import ReplyPosted
from tests.badges.earning.conftest import forum, purse, tell
from tests.badges.programme.conftest import approver
from tests.factories.portal import make_staff

__all__ = ["approver", "forum", "purse"]
START = datetime(2026, 5, 4, 1, 0, tzinfo=UTC)  # 08:00 in the programme zone
END = START + timedelta(days=3)
HOUR = timedelta(hours=1)


def terms(**changes: Any) -> dict[str, Any]:
    """Double Hạt for replies."""
    return {"rules": ["reply"], "types": ["spend"], "times": "2"} | changes


def running(code: str = "tet", *, since: datetime = START, until: datetime | None = END, **changes: Any) -> None:
    """A campaign in force in [since, until)."""
    made = Campaign.objects.filter(code=code).first()
    number = made.versions.count() if made is not None else 0
    actor = make_staff(f"Duyệt {code} {number}").pk
    begin(code, number=number + 1, since=since, definition=terms(**changes), approved_by_id=actor)
    if until is not None:
        begin(code, number=number + 2, since=until, definition={}, approved_by_id=actor)
    for locale, name in (("vi", f"Chiến dịch {code}"), ("en", f"Campaign {code}")):
        CampaignText.objects.update_or_create(
            campaign=Campaign.objects.get(code=code), locale=locale, defaults={"name": name}
        )


class Talk:
    """Replies, each a post of its own."""

    def __init__(self) -> None:
        self.number = 1000

    def reply(self, author: Member, at: datetime = START, scope: str = "tea") -> int:
        """A reply in a house; returns its post."""
        self.number += 1
        fact = ReplyPosted(
            actor=author.pk, topic=1, post=self.number, space=1, author=author.pk, topic_author=0, title="Phin",
            scope=scope,
        )  # fmt: skip
        tell(fact, at)
        return self.number


def read(member: Member, story: str, at: datetime = START) -> None:
    """A story read to its end: 5 Hạt and 5 tier points at once, three a day."""
    tell(StoryRead(actor=member.pk, member=member.pk, story=story, title="x"), at)


def outcome(member: Member) -> dict[str, Any]:
    """What the rules did with her newest act: the first of them."""
    row = Evaluation.objects.filter(member=member).order_by("-pk").first()
    assert row is not None
    found: dict[str, Any] = row.outcomes[0]
    return found


def granted(member: Member) -> list[int]:
    """The Hạt of each of her acts that these tests tell, in their order."""
    rows = Evaluation.objects.filter(member=member, event__name__in=("reply_posted", "story_read")).order_by("pk")
    return [row.outcomes[0]["granted"].get("spend", 0) for row in rows]

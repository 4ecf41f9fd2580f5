"""Facts about the programme, told by badges."""

from dataclasses import dataclass
from typing import ClassVar

from portal.events.types.base import Event


@dataclass(frozen=True, kw_only=True)
class PointsPosted(Event):
    """A posting touched a member's points. `amounts` maps point type code to the change of available or pending."""

    name: ClassVar[str] = "points_posted"
    member: int
    posting: int
    kind: str
    amounts: dict[str, int]
    title: str


@dataclass(frozen=True, kw_only=True)
class TierChanged(Event):
    """A member's tier rose or fell."""

    name: ClassVar[str] = "tier_changed"
    member: int
    old: str
    new: str
    rose: bool


@dataclass(frozen=True, kw_only=True)
class YearCompleted(Event):
    """So many whole years have passed since a member joined, by her own calendar; told once for each."""

    name: ClassVar[str] = "year_completed"
    member: int
    years: int


@dataclass(frozen=True, kw_only=True)
class StreakMended(Event):
    """A member made good a day that she had missed in her row of days; `day` is that day of her calendar."""

    name: ClassVar[str] = "streak_mended"
    member: int
    day: str


@dataclass(frozen=True, kw_only=True)
class BadgeGranted(Event):
    """A member was given a badge; `again` when it had been taken back before. `target` is empty for a single badge."""

    name: ClassVar[str] = "badge_granted"
    member: int
    badge: str
    award: int
    target: str = ""
    again: bool = False


@dataclass(frozen=True, kw_only=True)
class BadgeRevoked(Event):
    """A badge was taken back, because what it was given for is no longer there; `reason` is a code."""

    name: ClassVar[str] = "badge_revoked"
    member: int
    badge: str
    award: int
    reason: str
    target: str = ""


@dataclass(frozen=True, kw_only=True)
class ChallengeFinished(Event):
    """A member finished a challenge; `round` is 1, and one more each time it was given again."""

    name: ClassVar[str] = "challenge_finished"
    member: int
    challenge: str
    finish: int
    round: int = 1


@dataclass(frozen=True, kw_only=True)
class ChallengeLost(Event):
    """What a challenge had been finished by is no longer there, and its prize was taken back."""

    name: ClassVar[str] = "challenge_lost"
    member: int
    challenge: str
    finish: int
    round: int = 1


@dataclass(frozen=True, kw_only=True)
class ProgrammeChanged(Event):
    """A revision of a rule, a badge, the ladder, a challenge or a campaign began; `kind` is rule, badge, ladder,
    challenge or campaign.

    `backfill`: a badge is also given to those who have done it already.
    """

    name: ClassVar[str] = "programme_changed"
    kind: str
    subject: str
    number: int
    backfill: bool = False

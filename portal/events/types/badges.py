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

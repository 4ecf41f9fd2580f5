"""Facts that another system told the house, told by portal.api. `source` is that system, as it calls itself."""

from dataclasses import dataclass
from typing import ClassVar

from portal.events.types.base import Event


@dataclass(frozen=True, kw_only=True)
class PurchaseCompleted(Event):
    """A member bought something: `amount` in the smallest unit of `currency`. Told once for an order of a source."""

    name: ClassVar[str] = "purchase_completed"
    member: int
    source: str
    order: str
    amount: int
    currency: str


@dataclass(frozen=True, kw_only=True)
class PurchaseRefunded(Event):
    """Of a purchase of `paid`, `refunded` was given back so far, this time too. `of`: the purchase's own event."""

    name: ClassVar[str] = "purchase_refunded"
    member: int
    source: str
    order: str
    paid: int
    refunded: int
    of: int


@dataclass(frozen=True, kw_only=True)
class SurveyAnswered(Event):
    """A member answered a survey elsewhere to its end; what she answered stays there."""

    name: ClassVar[str] = "survey_answered"
    member: int
    source: str
    survey: str


@dataclass(frozen=True, kw_only=True)
class VisitCheckedIn(Event):
    """A member was at one of the house's places."""

    name: ClassVar[str] = "visit_checked_in"
    member: int
    source: str
    place: str


@dataclass(frozen=True, kw_only=True)
class CustomTold(Event):
    """Something of another system's own kind (`what`); no rule hears it by itself."""

    name: ClassVar[str] = "custom_told"
    member: int
    source: str
    what: str

"""Facts that another system told the house, told by portal.api. `source` is that system, as it calls itself."""

import re
from dataclasses import dataclass, field
from typing import Any, ClassVar

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
    """Something of another system's own kind (`what`), with those of its values that rules may ask for."""

    name: ClassVar[str] = "custom_told"
    member: int
    source: str
    what: str
    values: dict[str, bool | int | str] = field(default_factory=dict)


_WORD = re.compile(r"(?!true$|false$)[a-z][a-z0-9_.-]{0,39}")


def askable(values: dict[str, Any]) -> dict[str, bool | int | str]:
    """What of a source's own values rules may ask for: whole numbers, yes and no, and short words of small letters.

    Everything else (sentences, names, addresses) is no part of the fact, for the log is kept for ever. The words `true`
    and `false` are neither: whoever writes a rule means yes and no by them.
    """
    return {
        name: value for name, value in values.items()
        if isinstance(value, (bool, int)) or (isinstance(value, str) and _WORD.fullmatch(value))
    }  # fmt: skip

"""What other systems may tell, type by type: a typed payload each, and the house's own fact that it becomes."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any

from ninja import Schema
from pydantic import ConfigDict, Field, StringConstraints

from portal.events.types.base import Event
from portal.events.types.outside import CustomTold, PurchaseCompleted, SurveyAnswered, VisitCheckedIn

Thing = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_.:-]{1,40}$")]
Amount = Annotated[int, Field(strict=True, ge=1, le=10**12)]
CUSTOM = "custom."
PURCHASE, REFUND = "purchase.completed", "purchase.refunded"


class Payload(Schema):
    """The ground of all payloads: nothing but the fields named."""

    model_config = ConfigDict(extra="forbid")


class LineIn(Payload):
    """One line of a purchase."""

    sku: Thing
    quantity: Annotated[int, Field(strict=True, ge=1, le=100_000)]
    amount: Annotated[int, Field(strict=True, ge=0, le=10**12)]


class PurchaseIn(Payload):
    """`amount` in the smallest unit of `currency`: đồng, cents."""

    order: Thing
    amount: Amount
    currency: Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")] = "VND"
    lines: Annotated[list[LineIn], Field(max_length=200)] = []


class RefundIn(Payload):
    """What was given back of an order this time, in the unit of the purchase."""

    order: Thing
    amount: Amount


class SurveyIn(Payload):
    """Which survey; what was answered stays where it was asked."""

    survey: Thing


class VisitIn(Payload):
    """At which of the house's places."""

    place: Thing


Flat = Annotated[bool, Field(strict=True)] | Annotated[int, Field(strict=True, ge=-(10**12), le=10**12)]
Text = Annotated[str, StringConstraints(max_length=100)]
Name = Annotated[str, StringConstraints(pattern=r"^[a-z0-9_]{1,40}$")]


class CustomIn(Payload):
    """Flat values of a source's own."""

    values: Annotated[dict[Name, Flat | Text], Field(max_length=20)]


@dataclass(frozen=True)
class Type:
    """One type. `thing`: the field that says what it is about. `fact`: makes the house's event; None for a refund,
    whose fact needs the purchase."""

    payload: type[Payload]
    thing: str
    fact: Callable[..., Event] | None


TYPES: dict[str, Type] = {
    PURCHASE: Type(PurchaseIn, "order", PurchaseCompleted),
    REFUND: Type(RefundIn, "order", None),
    "survey.answered": Type(SurveyIn, "survey", SurveyAnswered),
    "visit.checked_in": Type(VisitIn, "place", VisitCheckedIn),
}
_CUSTOM = Type(CustomIn, "", CustomTold)


def type_of(name: str) -> Type | None:
    """The type behind a name; None for an unknown one."""
    return _CUSTOM if name.startswith(CUSTOM) else TYPES.get(name)


def wrapped(name: str, data: dict[str, Any]) -> dict[str, Any]:
    """The data as its payload reads it: those of a custom type are flat and stand in one field."""
    return {"values": data} if name.startswith(CUSTOM) else data

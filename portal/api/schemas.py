"""What the API answers, as the schema tells it. Fields are only ever added within a version."""

from datetime import date, datetime
from typing import Annotated, Any

from ninja import Schema
from pydantic import ConfigDict, Field, StringConstraints

PublicId = Annotated[str, StringConstraints(pattern=r"^[2-9a-z]{12,16}$")]
Code = Annotated[str, StringConstraints(pattern=r"^[a-z0-9_-]{1,20}$")]
# A length only: what a word is worth is found out by reading it.
Cursor = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{1,64}$")]
Next = Annotated[str | None, Field(description="Give it as `cursor` for the next page; null at the end.")]
EMAIL = r"^[^@\s\x00]{1,64}@[^@\s\x00]{1,189}$"
SYSTEM, NUMBER = r"[a-z0-9_-]{1,24}", r"[A-Za-z0-9_.-]{1,60}"


class Answer(Schema):
    """The ground of all answers: a field that the schema does not name is a fault."""

    model_config = ConfigDict(extra="forbid")


def example(**fields: Any) -> ConfigDict:
    """The configuration that carries an example into the schema."""
    return ConfigDict(extra="forbid", json_schema_extra={"examples": [fields]})


class FieldError(Answer):
    """What is wrong with one field of what was sent."""

    field: str
    message: str
    code: str


class Problem(Answer):
    """Every refusal (RFC 9457). `code` is for programs and keeps its meaning; `detail` follows Accept-Language."""

    model_config = example(
        type="/api/v1/docs#not_found", title="Not Found", status=404, code="not_found",
        detail="We could not find that.", errors=[], request_id="k3v9w2m4x7pq6r8s",
    )  # fmt: skip
    type: str
    title: str
    status: int
    code: str
    detail: str
    errors: list[FieldError]
    request_id: str


class MemberOut(Answer):
    """A member as others may know her. No address and no number ever stand here."""

    model_config = example(
        id="7kq2m9x4v8ra", name="Ngọc Hân", handle="ngochan", language="vi", tier="gold",
        joined_at="2026-03-01T02:00:00Z",
    )  # fmt: skip
    id: PublicId
    name: str
    handle: str | None
    language: str
    tier: str = Field(description="Code of her tier, as in GET /tiers.")
    joined_at: datetime


class MembersOut(Answer):
    """At most one member: an address belongs to one."""

    items: list[MemberOut]
    next: Next


class BalanceOut(Answer):
    """One kind of points. What she owes stands in `debt` as a positive number."""

    model_config = example(point_type="spend", available=120, pending=3, held=0, debt=0)
    point_type: str
    available: int
    pending: int
    held: int
    debt: int


class BalancesOut(Answer):
    """One entry for each kind of points."""

    items: list[BalanceOut]
    next: Next


class ChangeOut(Answer):
    """How one posting changed a member's accounts of one kind of points; `debt` below 0: something was paid back."""

    point_type: str
    available: int
    pending: int
    held: int
    debt: int


class LineOut(Answer):
    """One posting of a member's book, with its reason in the language asked for."""

    model_config = example(
        id="9xw3k7m2q4rv", kind="earn", state="posted", title="Trả lời trong “Phin nhôm”",
        why="Ghi ngay theo quy tắc bên dưới.", at="2026-05-04T01:00:00Z", value_date="2026-05-04",
        changes=[{"point_type": "spend", "available": 3, "pending": 0, "held": 0, "debt": 0}], rule="reply", revision=1,
    )  # fmt: skip
    id: str
    kind: str
    state: str
    title: str
    why: str
    at: datetime
    value_date: date
    changes: list[ChangeOut]
    rule: str | None
    revision: int | None


class StatementOut(Answer):
    """A page of postings, newest first."""

    items: list[LineOut]
    next: Next


class LotOut(Answer):
    """Points earned together. `expires_on` is their last valid day in the programme's zone; null: they stay."""

    model_config = example(point_type="spend", amount=20, remaining=12, expires_on="2027-05-31")
    point_type: str
    amount: int
    remaining: int
    expires_on: date | None


class LotsOut(Answer):
    """A page of lots, soonest expiry first: in the order in which they are spent."""

    items: list[LotOut]
    next: Next


class TierOut(Answer):
    """A step of the ladder, reached by so many status points in a calendar year."""

    model_config = example(code="gold", rank=2, name="Vàng", threshold=150, perks=["Nếm thử trước mọi người"])
    code: str
    rank: int
    name: str
    threshold: int
    perks: list[str]


class TiersOut(Answer):
    """The ladder from the lowest step."""

    items: list[TierOut]
    next: Next


class StandingOut(Answer):
    """Where a member stands: `missing` status points to `next_tier`; `valid_until` is her tier's last day."""

    model_config = example(tier="silver", points=120, next_tier="gold", missing=30, valid_until="2027-12-31")
    tier: str
    points: int
    next_tier: str | None
    missing: int
    valid_until: date | None


class BadgeOut(Answer):
    """A badge that can be earned."""

    model_config = example(
        code="first-reply", name="Lời đầu", criterion="Trả lời lần đầu.", metal="bronze", series="helping",
        image="/medals/first-reply-3f9c.svg",
    )  # fmt: skip
    code: str
    name: str
    criterion: str
    metal: str
    series: str
    image: str


class BadgesOut(Answer):
    """Every badge that is no secret."""

    items: list[BadgeOut]
    next: Next


class HeldBadgeOut(Answer):
    """A badge that a member holds, and since when."""

    badge: BadgeOut
    at: datetime


class HeldBadgesOut(Answer):
    """What a member holds, the newest first."""

    items: list[HeldBadgeOut]
    next: Next


class PointTypeOut(Answer):
    """A kind of points. `unit_value` is what one is put at, in đồng; 0: nothing."""

    model_config = example(code="spend", spendable=True, expires_after_months=12, unit_value=100)
    code: str
    spendable: bool
    expires_after_months: int | None
    unit_value: int


class PointTypesOut(Answer):
    """Every kind of points."""

    items: list[PointTypeOut]
    next: Next


class NumberIn(Schema):
    """What another system calls a member."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"system": "crm", "number": "77"}]})
    system: Annotated[str, StringConstraints(pattern=f"^{SYSTEM}$")]
    number: Annotated[str, StringConstraints(pattern=f"^{NUMBER}$")]


class NumberOut(Answer):
    """A member's number in another system, and since when it is known here."""

    model_config = example(system="crm", number="77", linked_at="2026-05-04T01:00:00Z")
    system: str
    number: str
    linked_at: datetime


class NumbersOut(Answer):
    """All her numbers."""

    items: list[NumberOut]
    next: Next

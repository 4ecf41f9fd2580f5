"""What the API answers, as the schema tells it. Fields are only ever added within a version."""

import re
from datetime import date, datetime
from typing import Annotated, Any, Literal, Self

from ninja import Schema
from pydantic import AwareDatetime, BeforeValidator, ConfigDict, Field, JsonValue, StringConstraints, model_validator

PublicId = Annotated[str, StringConstraints(pattern=r"^[2-9a-z]{12,16}$")]
Code = Annotated[str, StringConstraints(pattern=r"^[a-z0-9_-]{1,20}$")]
# A length only: what a word is worth is found out by reading it.
Cursor = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{1,64}$")]
Next = Annotated[str | None, Field(description="Give it as `cursor` for the next page; null at the end.")]


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


_INSTANT = re.compile(r"\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}:\d{2}.*")


def _as_text(value: object) -> object:
    """Instants come as text (RFC 3339), never as a number of seconds."""
    if not isinstance(value, str) or not _INSTANT.fullmatch(value):
        raise ValueError("no instant")
    return value


Instant = Annotated[AwareDatetime, BeforeValidator(_as_text)]
EMAIL = r"^[^@\s\x00]{1,64}@[^@\s\x00]{1,189}$"


SYSTEM, NUMBER = r"[a-z0-9_-]{1,24}", r"[A-Za-z0-9_.-]{1,60}"


class WhoIn(Schema):
    """Whom it is about, in one of four ways: her public id; her whole confirmed address; her proven mobile number; or
    her number in another system, `77` for that of the event's own source or `crm:77`. Who is not here yet by address,
    telephone or number is waited for."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"minProperties": 1, "maxProperties": 1})
    id: PublicId = ""
    email: Annotated[str, StringConstraints(pattern=EMAIL)] = ""
    phone: Annotated[str, StringConstraints(pattern=r"^\+?[0-9][0-9 .()-]{6,24}$")] = ""
    external_id: Annotated[str, StringConstraints(pattern=f"^({SYSTEM}:)?{NUMBER}$")] = ""

    @model_validator(mode="after")
    def one_of_them(self) -> Self:
        """Exactly one."""
        if sum(map(bool, (self.id, self.email, self.phone, self.external_id))) != 1:
            raise ValueError("one of id, email, phone and external_id")
        return self


class EventIn(Schema):
    """Something that happened elsewhere. What `data` holds follows the type; (source, key) is yours, once for ever."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{
            "source": "till-1", "key": "2026-000123", "type": "purchase.completed",
            "occurred_at": "2026-05-04T01:00:00Z", "member": {"id": "7kq2m9x4v8ra"},
            "data": {"order": "2026-000123", "amount": 185000, "currency": "VND", "lines": []},
        }]},
    )  # fmt: skip
    source: Annotated[str, StringConstraints(pattern=r"^[a-z0-9_-]{1,24}$")]
    key: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_.:-]{1,100}$")]
    type: Annotated[str, StringConstraints(pattern=r"^[a-z]{1,20}\.[a-z0-9_]{1,39}$")]
    occurred_at: Instant
    member: WhoIn
    data: dict[str, JsonValue]


class EventOut(Answer):
    """The receipt. `test`: it was told with a key for trying, and nothing of it lasts."""

    model_config = example(
        id="5m8x2k9q7wvr", source="till-1", key="2026-000123", type="purchase.completed", state="accepted",
        member="7kq2m9x4v8ra", occurred_at="2026-05-04T01:00:00Z", received_at="2026-05-04T01:00:02Z", test=False,
    )  # fmt: skip
    id: PublicId
    source: str
    key: str
    type: str
    state: Literal["accepted"]
    member: PublicId
    occurred_at: datetime
    received_at: datetime
    test: bool


class HeldEventOut(Answer):
    """The receipt of an event that waits. `parked`: for its member or its sale (`waits_for`); `review`: it came late,
    and somebody of the house looks at it. GET /events/{id} tells how it went on."""

    model_config = example(
        id="5m8x2k9q7wvr", source="till-1", key="2026-000124", type="purchase.completed", state="parked",
        waits_for="member", occurred_at="2026-05-04T01:00:00Z", received_at="2026-05-04T01:00:02Z", test=False,
    )  # fmt: skip
    id: PublicId
    source: str
    key: str
    type: str
    state: Literal["parked", "review"]
    waits_for: Literal["member", "sale", "review"]
    occurred_at: datetime
    received_at: datetime
    test: bool


class BatchIn(Schema):
    """Up to 100 events, each as POST /events takes it; one that is wrong stops no other."""

    model_config = ConfigDict(extra="forbid")
    events: Annotated[list[dict[str, JsonValue]], Field(min_length=1, max_length=100)]


class BatchItemOut(Answer):
    """What became of one of them, in the order in which they were sent."""

    status: int
    replayed: bool
    event: EventOut | HeldEventOut | None
    problem: Problem | None


class BatchOut(Answer):
    """One answer for each event."""

    items: list[BatchItemOut]


class RuleOut(Answer):
    """What one rule did with an event: `computed` what it names, `granted` what was paid."""

    model_config = example(
        rule="purchase", revision=1, outcome="paid", computed={"spend": 18}, granted={"spend": 18}
    )  # fmt: skip
    rule: str
    revision: int
    outcome: str
    computed: dict[str, int]
    granted: dict[str, int]


class EventStateOut(Answer):
    """What became of an event. `parked` and `review` wait (`waits_for`); `accepted` is not judged yet; `judged` tells
    what every rule did that heard it; `refused` says why in `reason`; `lapsed` waited too long and was erased."""

    model_config = example(
        id="5m8x2k9q7wvr", source="till-1", key="2026-000123", type="purchase.completed", state="judged",
        waits_for=None, reason="", member="7kq2m9x4v8ra", occurred_at="2026-05-04T01:00:00Z",
        received_at="2026-05-04T01:00:02Z",
        rules=[{
            "rule": "purchase", "revision": 1, "outcome": "paid", "computed": {"spend": 18}, "granted": {"spend": 18},
        }],
    )  # fmt: skip
    id: PublicId
    source: str
    key: str
    type: str
    state: Literal["accepted", "judged", "parked", "review", "refused", "lapsed"]
    waits_for: Literal["member", "sale", "review"] | None
    reason: str = Field(description="Why somebody decided so, or what the books refused; empty otherwise.")
    member: PublicId | None = Field(description="Null while nobody here is known to be meant.")
    occurred_at: datetime
    received_at: datetime
    rules: list[RuleOut]


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

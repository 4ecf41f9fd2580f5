"""What is told by POST /events and how it is answered, as the schema tells it. Fields are only ever added."""

import re
from datetime import datetime
from typing import Annotated, Literal, Self

from ninja import Schema
from pydantic import AwareDatetime, BeforeValidator, ConfigDict, Field, JsonValue, StringConstraints, model_validator

from portal.api.schemas import EMAIL, NUMBER, SYSTEM, Answer, Problem, PublicId, example

_INSTANT = re.compile(r"\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}:\d{2}.*")


def _as_text(value: object) -> object:
    """Instants come as text (RFC 3339), never as a number of seconds."""
    if not isinstance(value, str) or not _INSTANT.fullmatch(value):
        raise ValueError("no instant")
    return value


Instant = Annotated[AwareDatetime, BeforeValidator(_as_text)]


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

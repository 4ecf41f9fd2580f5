"""What the page for programmers tells: the schema's operations by area, how the API speaks, and what may be told."""

import json
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from portal.api.event_types import CUSTOM, PURCHASE, REFUND
from portal.api.models import Scope
from portal.api.retiring import RETIRING, Retiring
from portal.api.telling import PROBLEMS, example_of

CURL = f'curl -H "X-API-Key: ta_test_…" \\\n  {settings.SITE_URL}/api/v1/tiers'
# The order in which the page shows them; the tags are those of the routers.
AREAS: dict[str, Any] = {"members": _("Members"), "programme": _("The programme"), "events": _("Events")}
FACTS: list[tuple[Any, Any]] = [
    (_("Showing the key"), _(
        "Send it as `X-API-Key: …` or as `Authorization: Bearer …`. It opens what it was made for and nothing "
        "else: each operation names its scope."
    )),
    (_("To try"), _("A key that begins with `ta_test_` answers as a live one does, and nothing that it does lasts.")),
    (_("Lists"), _(
        "A list holds `items` and `next`. Give `next` back as `cursor` for the page after; `null` is the end."
    )),
    (_("Asked again"), _(
        "An answer with an `ETag` may be asked for again with `If-None-Match`: 304 says that nothing has changed."
    )),
    (_("Language"), _(
        "`Accept-Language: vi` or `en`: names, reasons and the words of refusals come in it. Codes and fields "
        "stay as they are."
    )),
    (_("Time"), _("Instants are RFC 3339 with a zone; days are days of the programme’s zone.")),
    (_("Versions"), _(
        "Within v1 fields, operations and codes are only added: pass over what you do not know. What is to go "
        "says so at least six months before, with `Deprecation` and `Sunset`."
    )),
]  # fmt: skip
RATE = _(
    "{rate} requests a minute for each key. `RateLimit-Remaining` tells what is left, `RateLimit-Reset` after how"
    " many seconds it is full again; after 429 wait as `Retry-After` says."
)
ONCE = _(
    "`source` and `key` name an event once and for ever. The same body again is answered with the same bytes and "
    "`Idempotent-Replayed: true`; another body under them is refused as `key_reused`."
)
LINE = {"sku": "phin-4", "quantity": 1, "amount": 185000}
# What may be told, with data that its payload takes.
TYPES: dict[str, tuple[Any, dict[str, Any]]] = {
    PURCHASE: (
        _(
            "Somebody paid. `amount` is in the smallest unit of `currency` (dong, cents); `currency` and `lines` "
            "may be left out."
        ),
        {"order": "2026-000123", "amount": 185000, "currency": "VND", "lines": [LINE]},
    ),
    REFUND: (
        _("Something was given back of an order that was told before. Its points go back by the same share."),
        {"order": "2026-000123", "amount": 60000},
    ),
    "survey.answered": (_("A survey was answered; the answers stay where they were asked."), {"survey": "phin-2026"}),
    "visit.checked_in": (_("A member came to one of the house’s places."), {"place": "da-lat-1"}),
    f"{CUSTOM}<name>": (_(
        "Something of your own, with up to 20 flat values. Rules may ask for whole numbers, for `true` and `false`, "
        "and for short words of small letters such as `light`. The house keeps these in its log for ever, so none of "
        "them may name a person; any other text leaves with the member."
    ), {"cups": 3, "roast": "light"}),
}  # fmt: skip


@dataclass(frozen=True)
class Field:
    """One parameter of an operation."""

    name: str
    words: SafeString
    required: bool


@dataclass(frozen=True)
class Operation:
    """One operation as a programmer reads it."""

    id: str
    area: str
    method: str
    path: str
    summary: str
    words: SafeString
    scope: str
    fields: list[Field]
    sent: str
    status: int
    answered: str
    statuses: list[tuple[int, str]]
    goes: Retiring | None


def page_of(schema: dict[str, Any]) -> dict[str, Any]:
    """All that the page shows of a schema, in the language that is active. No query."""
    operations = _operations(schema)
    facts = [*FACTS, (_("Speed"), RATE.format(rate=settings.API_RATE))] if settings.API_RATE else FACTS
    return {
        "areas": [(code, name, [one for one in operations if one.area == code]) for code, name in AREAS.items()],
        "problems": PROBLEMS.items(),
        "curl": CURL,
        "facts": [(name, coded(words)) for name, words in facts],
        "scopes": Scope.choices,
        "once": coded(ONCE),
        "types": [(name, coded(words), _pretty(data)) for name, (words, data) in TYPES.items()],
    }


def coded(words: Any) -> SafeString:
    """Escaped text in which what stands between backticks is code, which nobody translates."""
    parts = enumerate(str(words).split("`"))
    return format_html_join(
        "",
        "{}",
        ((format_html('<code translate="no">{}</code>', part) if place % 2 else part,) for place, part in parts),
    )


def _operations(schema: dict[str, Any]) -> list[Operation]:
    return [
        _operation(path, method, told, schema["components"]["schemas"])
        for path, operations in schema["paths"].items()
        for method, told in operations.items()
    ]


def _operation(path: str, method: str, told: dict[str, Any], schemas: dict[str, Any]) -> Operation:
    statuses = [(int(status), HTTPStatus(int(status)).phrase) for status in sorted(told["responses"])]
    body = told.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema")
    status, fine = next((int(code), answer) for code, answer in told["responses"].items() if int(code) < 300)
    return Operation(
        told["operationId"], told["tags"][0], method.upper(), path, told["summary"], coded(told["description"]),
        told["x-scope"],
        [Field(one["name"], coded(one["description"]), one["required"]) for one in told.get("parameters", [])],
        _pretty(example_of(body, schemas)) if body else "", status,
        _pretty(fine["content"]["application/json"]["example"]), statuses,
        RETIRING.get(f"{method.upper()} {path}"),
    )  # fmt: skip


def _pretty(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2)

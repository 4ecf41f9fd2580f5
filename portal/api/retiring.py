"""What of the API is to go, in one table: its answers, the schema and the page for programmers say so, long before."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from django.http import HttpRequest
from django.utils.http import http_date

LEAST = timedelta(days=183)
_FIELD = re.compile(r"<(?:\w+:)?(\w+)>")


@dataclass(frozen=True)
class Retiring:
    """One operation on its way out: deprecated since a day, gone on another. `instead`: the address to use, or "".

    Raises ValueError when programs would have less than `LEAST` to follow.
    """

    since: date
    until: date
    instead: str = ""

    def __post_init__(self) -> None:
        if self.until - self.since < LEAST:
            raise ValueError("what is to go says so six months before")


# "GET /api/v1/tiers": Retiring(date(2027, 1, 1), date(2027, 7, 15), "/api/v2/tiers")
RETIRING: dict[str, Retiring] = {}


def check(operations: Iterable[str]) -> None:
    """Raises ValueError for a line of the table that names no operation of the schema (“GET /api/v1/tiers”)."""
    if unknown := RETIRING.keys() - set(operations):
        raise ValueError(f"no such operation: {', '.join(sorted(unknown))}")


def headers_of(request: HttpRequest) -> dict[str, str]:
    """What an answer says about its operation's end (RFC 9745, RFC 8594); {} for what stays."""
    if not RETIRING or request.resolver_match is None:
        return {}
    path = _FIELD.sub(r"{\1}", request.resolver_match.route)
    found = RETIRING.get(f"{request.method} /{path}")
    if found is None:
        return {}
    links = ['</api/v1/docs>; rel="deprecation"; type="text/html"']
    links += [f'<{found.instead}>; rel="successor-version"'] if found.instead else []
    told = {"Deprecation": f"@{_second(found.since)}", "Sunset": http_date(_second(found.until))}
    return told | {"Link": ", ".join(links)}


def _second(day: date) -> int:
    return int(datetime.combine(day, time(), UTC).timestamp())

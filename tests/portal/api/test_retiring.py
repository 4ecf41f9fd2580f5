"""What is to go says so in its answers, in the schema and on the page; what stays says nothing of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date

import pytest
from django.test import Client

from portal.accounts.models import Member
from portal.api import retiring, telling
from portal.api.retiring import RETIRING, Retiring

pytestmark = pytest.mark.django_db
PATH = "/api/v1/members/{member_id}/tier"


@pytest.fixture
def planted() -> Iterator[Callable[[str], None]]:
    """`planted("GET /…")` puts an operation on its way out."""

    def forget() -> None:
        telling.schema_of.cache_clear()
        telling.text_of.cache_clear()
        telling.mark_of.cache_clear()

    def plant(name: str) -> None:
        RETIRING[name] = Retiring(date(2027, 1, 1), date(2027, 7, 15), "/api/v2/tier")
        forget()

    forget()
    yield plant
    RETIRING.clear()
    forget()


def test_what_is_to_go_says_so_everywhere(
    planted: Callable[[str], None], caller: Callable[..., Client], alice: Member
) -> None:
    client, path = caller(), PATH.format(member_id=alice.public_id)
    assert not {"Deprecation", "Sunset", "Link"} & set(client.get(path).headers)
    planted(f"GET {PATH}")
    for answer in (client.get(path), Client().get(path), client.get(PATH.format(member_id="zzzzzzzzzzzz"))):
        assert {name: answer[name] for name in ("Deprecation", "Sunset", "Link")} == {
            "Deprecation": "@1798761600",
            "Sunset": "Thu, 15 Jul 2027 00:00:00 GMT",
            "Link": '</api/v1/docs>; rel="deprecation"; type="text/html", </api/v2/tier>; rel="successor-version"',
        }
    schema = client.get("/api/v1/openapi.json").json()["paths"]
    assert [path for path, ways in schema.items() for one in ways.values() if one.get("deprecated")] == [PATH]
    assert {"Deprecation", "Sunset", "Link"} <= set(schema[PATH]["get"]["responses"]["404"]["headers"])
    page = client.get("/en/api/v1/docs").content.decode()
    assert page.count("Deprecated since 1 January 2027; it is gone on 15 July 2027.") == 1
    assert "/api/v2/tier" in page


def test_what_stays_and_other_methods_say_nothing(
    planted: Callable[[str], None], caller: Callable[..., Client]
) -> None:
    planted("GET /api/v1/members/{member_id}/numbers")
    client = caller()
    for answer in (client.get("/api/v1/tiers"), client.delete("/api/v1/members/zzzzzzzzzzzz/numbers")):
        assert not {"Deprecation", "Sunset"} & set(answer.headers)


def test_nothing_goes_within_half_a_year() -> None:
    with pytest.raises(ValueError, match="six months"):
        Retiring(date(2027, 1, 1), date(2027, 7, 2))


def test_a_line_that_names_no_operation_is_refused(planted: Callable[[str], None]) -> None:
    planted("GET /api/v1/nothing")
    with pytest.raises(ValueError, match="no such operation: GET /api/v1/nothing"):
        telling.schema_of("en")
    with pytest.raises(ValueError, match="no such operation"):
        retiring.check([])

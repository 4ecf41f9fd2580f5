"""Every address of the workshop × every role: who comes in, who does not, and what nobody sees (promise 26)."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.http import HttpResponse
from django.test import Client

from portal.accounts.models import Member
from tests.brand.conftest import Shelf
from tests.portal.editing.expectations import APART, DOORS, ROLES
from tests.portal.editing.walk import House, routes

pytestmark = pytest.mark.django_db
# Words of a page outside the section: they must not reach who may not open it.
CANARY = b"xuan-lam-sao"
# Lists of pages to link to name every page; that is what they are for.
MAY_NAME_PAGES = {"wagtailadmin_choose_page_child", "wagtailadmin_choose_page_search"}


def doors() -> list[tuple[str, str]]:
    """Name (the pattern where there is none) and pattern of every route."""
    return [(name if name[-1] != "?" else f"?{pattern}", pattern) for name, pattern in routes()]


def refused(response: HttpResponse) -> bool:
    """Closed, absent, or sent to the one door."""
    return response.status_code in (403, 404) or "/login/?next=" in response.headers.get("Location", "")


def tells(response: HttpResponse) -> bool:
    """Whether the canary sings."""
    return not response.streaming and CANARY in response.content


def test_every_door_of_the_workshop_has_an_expectation() -> None:
    found = {name for name, _pattern in doors()}
    assert found - APART - set(DOORS) == set()
    assert set(DOORS) - found == set()


@pytest.mark.timeout(600)
# The translation room's report pages through its list without an order.
@pytest.mark.filterwarnings("ignore::django.core.paginator.UnorderedObjectListWarning")
@pytest.mark.parametrize("role", ROLES)
def test_every_door_opens_to_whom_it_should_and_to_nobody_else(
    role: str, shelf: Shelf, desk: dict[str, Member], at_the_desk: Callable[[str], Client]
) -> None:
    house, wrong = House(shelf, desk), []
    browser = Client() if role == "anonymous" else at_the_desk(role)
    browser.raise_request_exception = False
    for name, pattern in doors():
        if name in APART:
            continue
        address, may = house.address(name.lstrip("?"), pattern), role in DOORS[name]
        # What is closed stays closed to what a form would send; what is open is not tried: it would change the house.
        answers = {"GET": browser.get(address)} | ({} if may else {"POST": browser.post(address)})
        for method, answer in answers.items():
            closed = refused(answer) or answer.status_code == 405  # the other method is asked as well
            if answer.status_code >= 500 or (not may and not closed):
                wrong.append((name, method, answer.status_code, answer.headers.get("Location")))
            if may and answer.status_code == 403:
                wrong.append((name, method, 403, "should be open"))
            if (not may or role == "section") and tells(answer) and name not in MAY_NAME_PAGES:
                wrong.append((name, method, "tells of a foreign page", ""))
    assert not wrong, "\n".join(map(str, wrong))

"""No other site can act in a member's name (promise 39): every address of ours refuses a form without its token."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.middleware.csrf import CsrfViewMiddleware
from django.test import Client, RequestFactory
from django.urls import URLPattern, URLResolver, get_resolver

from portal.accounts.models import Member
from tests.helpers.sessions import enter

pytestmark = pytest.mark.django_db

# Addresses that are guarded otherwise, and how.
OPEN_TO_STRANGERS = {
    "help:answer": "pages for everybody hold no token; it asks where the form stood (tests/brand/help/test_help.py)",
    "badges:verify": "checks a file for whoever brings it: nobody is signed in by it and nothing is written",
    "notifications:unsubscribe": "mail programs send one click without a page; the signed address is the proof",
}
FOREIGN = ("wagtailadmin", "djdt", "wagtaildocs", "wagtailimages", "wagtail")


def views(resolver: URLResolver, space: str = "") -> Iterator[tuple[str, object]]:
    """Every named view of ours with its name space; the admin has a guard and a walk of its own."""
    for part in resolver.url_patterns:
        if isinstance(part, URLResolver):
            if (part.namespace or "").startswith(FOREIGN) or str(part.pattern).startswith("admin/"):
                continue
            yield from views(part, f"{space}{part.namespace}:" if part.namespace else space)
        elif isinstance(part, URLPattern):
            yield f"{space}{part.name or part.lookup_str}", part.callback


OURS = dict(views(get_resolver()))
# A key in a header opens them, which no foreign page can make a browser send; cookies open nothing there.
API = {name for name in OURS if name.startswith("api-v1:")} - {"api-v1:api-root"} | {"api_root", "api_nothing"}


def test_the_walk_sees_the_house() -> None:
    assert len(OURS) > 60


def test_promise_39_no_address_of_ours_lets_a_form_in_without_its_token(rf: RequestFactory) -> None:
    open_doors = set()
    for name, view in OURS.items():
        guard = CsrfViewMiddleware(lambda request: None)
        request = rf.post("/")
        guard.process_request(request)
        if guard.process_view(request, view, (), {}) is None:
            open_doors.add(name)
    assert open_doors == set(OPEN_TO_STRANGERS) | API


def test_promise_39_a_session_opens_nothing_of_the_api(manager: Member) -> None:
    browser = enter(Client(), manager)
    assert browser.get("/api/v1/tiers").status_code == 401
    assert browser.post("/api/v1/events", {}, content_type="application/json").status_code == 401


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://testserver.evil.example"])
def test_promise_39_a_true_token_from_a_foreign_page_is_refused(alice: Member, origin: str) -> None:
    browser = enter(Client(enforce_csrf_checks=True), alice)
    browser.get("/vi/cai-dat/", follow=True)
    browser.get("/vi/accounts/logout/")
    token = browser.cookies["csrftoken"].value
    answer = browser.post("/vi/accounts/logout/", {"csrfmiddlewaretoken": token}, headers={"Origin": origin})
    assert answer.status_code == 403
    assert browser.session.get("_auth_user_id")


def test_promise_39_no_page_of_ours_stands_in_a_foreign_frame(client: Client) -> None:
    answer = client.get("/vi/accounts/login/")
    assert answer.headers["X-Frame-Options"] == "DENY"
    assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]

"""Every refusal below /api/ is one shape, whoever refuses, in the language asked for."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from django.db import OperationalError
from django.test import Client, RequestFactory

from portal.api.routes import programme
from portal.core import outage

pytestmark = pytest.mark.django_db
FIELDS = {"type", "title", "status", "code", "detail", "errors", "request_id"}


def check(answer, status: int, code: str) -> dict:
    assert answer.status_code == status
    assert answer["Content-Type"] == "application/problem+json"
    body = json.loads(answer.content)
    assert set(body) == FIELDS
    assert (body["status"], body["code"]) == (status, code)
    assert answer["X-Request-ID"] == body["request_id"]
    return body


@pytest.mark.parametrize("path", ["/api/", "/api/v1/", "/api/v1/nothing", "/api/v2/tiers", "/api/v1/tiers/"])
@pytest.mark.parametrize("method", ["get", "post", "delete"])
def test_what_is_not_there(path: str, method: str) -> None:
    check(getattr(Client(enforce_csrf_checks=True), method)(path), 404, "not_found")


def test_another_method(caller: Callable[..., Client]) -> None:
    answer = caller().delete("/api/v1/tiers")
    check(answer, 405, "method_not_allowed")
    assert answer["Allow"] == "GET"


def test_words_follow_the_language_and_the_code_stays() -> None:
    said = {}
    for language in ("vi", "en"):
        body = check(Client(headers={"Accept-Language": language}).get("/api/v1/tiers"), 401, "key_refused")
        said[language] = body["detail"]
    assert said["en"].startswith("This needs a valid key")
    assert said["vi"] != said["en"]


def test_a_wrong_field_is_named(caller: Callable[..., Client]) -> None:
    client = caller()
    body = check(client.get("/api/v1/members?email=nobody"), 422, "invalid")
    assert [(e["field"], e["code"]) for e in body["errors"]] == [("email", "string_pattern_mismatch")]
    assert [e["code"] for e in check(client.get("/api/v1/members"), 422, "invalid")["errors"]] == ["missing"]
    check(client.get("/api/v1/members/no%00body/tier"), 422, "invalid")


def test_a_fault_of_ours_and_a_database_that_is_away(caller: Callable[..., Client], monkeypatch) -> None:
    client = caller()
    client.raise_request_exception = False

    def broken() -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(programme.programme, "tiers", broken)
    check(client.get("/api/v1/tiers"), 500, "server_error")

    def away() -> None:
        raise OperationalError from _Busy()

    monkeypatch.setattr(programme.programme, "tiers", away)
    answer = client.get("/api/v1/tiers")
    check(answer, 503, "database_away")
    assert int(answer["Retry-After"]) >= 1


class _Busy(Exception):
    sqlite_errorname = "SQLITE_BUSY"


def test_the_gate_refuses_in_the_same_shape() -> None:
    request = RequestFactory().get("/api/v1/tiers")
    for refusal in (outage.CROWDED, outage.TOO_FAST, outage.DISK_FULL):
        check(outage.answer(refusal, request), refusal.status, refusal.code)


def test_a_member_page_is_refused_as_before() -> None:
    answer = Client().get("/vi/nothing/", headers={"Accept": "application/json"})
    assert answer.status_code == 404
    assert answer["Content-Type"] == "application/json"


def test_nothing_of_a_key_stands_in_a_log_or_an_answer(caller: Callable[..., Client], caplog) -> None:
    client = caller("members:read")
    secret = client.defaults["HTTP_X_API_KEY"]
    answer = client.get("/api/v1/tiers")
    assert secret not in answer.content.decode() + caplog.text

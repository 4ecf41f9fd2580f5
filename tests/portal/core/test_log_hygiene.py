"""Nothing personal and nothing secret shows in the logs: canaries in every place of a request (promise 43)."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
from django.core import mail
from django.db import IntegrityError
from django.test import Client

from portal.core.logs import json_formatter

pytestmark = pytest.mark.django_db
WORDS = ("canary-password-9Q", "canary-token-9Q", "canary-cookie-9Q", "canary-9q@may.example", "canary-query-9Q")
PASSWORD, TOKEN, COOKIE, ADDRESS, QUERY = WORDS


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """Everything that is logged, down to the last detail, as service writes it."""
    text = io.StringIO()
    handler = logging.StreamHandler(text)
    handler.setFormatter(json_formatter())
    root, level = logging.getLogger(), logging.getLogger().level
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    yield text
    root.removeHandler(handler)
    root.setLevel(level)


@pytest.fixture
def visitor(client: Client) -> Client:
    """Somebody whose every header holds a canary."""
    client.defaults |= {"HTTP_AUTHORIZATION": f"Bearer {TOKEN}", "HTTP_REFERER": f"https://x.example/?{QUERY}"}
    client.cookies["other"] = COOKIE
    client.raise_request_exception = False
    return client


def assert_clean(log: io.StringIO, *more: str) -> None:
    text = log.getvalue()
    assert '"event": "request"' in text  # the log was listened to
    for word in (*WORDS, *more):
        assert word.lower() not in text.lower()


def test_what_is_typed_at_the_doors_is_not_logged(visitor: Client, log: io.StringIO) -> None:
    visitor.post("/vi/accounts/login/", {"login": ADDRESS, "password": PASSWORD, "next": f"/vi/?{QUERY}"})
    visitor.post("/vi/accounts/signup/", {"email": ADDRESS, "password": PASSWORD})
    visitor.post("/vi/accounts/password/reset/", {"email": ADDRESS})
    visitor.get(f"/vi/search/?q={QUERY}&token={TOKEN}")
    visitor.get("/vi/nowhere/", {"token": TOKEN, "code": QUERY})
    codes = [word for letter in mail.outbox for word in letter.body.split() if word.isdigit() and len(word) == 6]
    assert_clean(log, *codes)


def test_faults_tell_no_words_of_the_request(
    visitor: Client, log: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_args: Any) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("portal.home.plain.absolute", broken)
    assert visitor.get("/robots.txt", {"token": TOKEN}).status_code == 500
    assert "ZeroDivisionError" in log.getvalue()
    assert_clean(log)


def test_what_a_database_says_of_a_row_is_not_logged(
    visitor: Client, log: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    def twice(*_args: Any) -> None:
        raise IntegrityError(
            f'duplicate key value violates unique constraint "member_email"\nDETAIL:  Key (email)=({ADDRESS}) exists.'
        )

    monkeypatch.setattr("portal.home.plain.absolute", twice)
    assert visitor.get("/robots.txt").status_code == 500
    assert "member_email" in log.getvalue()
    assert_clean(log)


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("mail to canary-9q@may.example bounced", "mail to …@… bounced"),
        ("a text to +84901234567 was refused", "a text to +… was refused"),
        ("Authorization: Bearer canary.token-9Q", "Authorization: Bearer …"),
        ("event 1234567890 at 2026-11-23T02:00:20", "event 1234567890 at 2026-11-23T02:00:20"),
    ],
)
def test_personal_words_are_masked_wherever_they_come_from(log: io.StringIO, said: str, kept: str) -> None:
    logging.getLogger("any.library").warning("%s", said)
    assert json.loads(log.getvalue())["event"] == kept

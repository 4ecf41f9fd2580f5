"""Which faults are outages, and what is answered then: 503 and 507 with the time to try again, never a 500."""

from __future__ import annotations

import errno
import sqlite3
from typing import Any

import psycopg
import pytest
from django.db import DatabaseError, IntegrityError, InterfaceError, OperationalError, connection
from django.test import Client, RequestFactory

from portal.core import outage
from portal.home import visitors


def told(error: Exception, cause: BaseException | None = None) -> Exception:
    error.__cause__ = cause
    return error


def sqlite_fault(name: str) -> sqlite3.OperationalError:
    fault = sqlite3.OperationalError("as SQLite says it")
    fault.sqlite_errorname = name
    return fault


FAULTS = [
    (told(OperationalError(), psycopg.OperationalError("server closed the connection")), outage.DATABASE_AWAY),
    (told(OperationalError(), psycopg.errors.AdminShutdown("57P01")), outage.DATABASE_AWAY),
    (told(OperationalError(), psycopg.errors.DiskFull("no space")), outage.DISK_FULL),
    (told(OperationalError(), sqlite_fault("SQLITE_FULL")), outage.DISK_FULL),
    (told(OperationalError(), sqlite_fault("SQLITE_BUSY")), outage.DATABASE_AWAY),
    (told(OperationalError(), sqlite_fault("SQLITE_IOERR_WRITE")), outage.DATABASE_AWAY),
    (told(OperationalError(), sqlite_fault("SQLITE_CANTOPEN")), outage.DATABASE_AWAY),
    (told(OperationalError("no such table"), sqlite_fault("SQLITE_ERROR")), None),
    (InterfaceError("connection already closed"), outage.DATABASE_AWAY),
    (OSError(errno.ENOSPC, "No space left"), outage.DISK_FULL),
    (told(ValueError(), OSError(errno.EDQUOT, "Quota")), outage.DISK_FULL),
    (OSError(errno.ENOENT, "No such file"), None),
    (told(IntegrityError(), sqlite_fault("SQLITE_CONSTRAINT")), None),
    (DatabaseError(), None),
    (ZeroDivisionError(), None),
]


@pytest.mark.parametrize(("error", "found"), FAULTS)
def test_each_fault_is_known_for_what_it_is(error: Exception, found: outage.Outage | None) -> None:
    assert outage.outage_of(error) is found


def test_a_ring_of_causes_ends() -> None:
    first, second = ValueError(), TypeError()
    first.__cause__, second.__cause__ = second, first
    assert outage.outage_of(first) is None


@pytest.fixture
def broken(client: Client, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Client:
    """A house whose every query fails as one to a PostgreSQL that was stopped."""
    settings.VISITOR_PAGES_SECONDS = 3

    def away(*_args: Any, **_kw: Any) -> None:
        raise OperationalError("the server is away") from psycopg.OperationalError("refused")

    monkeypatch.setattr(connection, "cursor", away)
    monkeypatch.setattr(connection, "ensure_connection", away)
    visitors.kept.clear()
    client.raise_request_exception = False
    return client


@pytest.mark.django_db
@pytest.mark.parametrize(("path", "words"), [("/vi/", "chưa mở được sổ"), ("/en/help/", "cannot reach our books")])
def test_without_the_database_a_page_says_so_in_her_language(broken: Client, path: str, words: str) -> None:
    response = broken.get(path)
    assert (response.status_code, response["Retry-After"]) == (503, "5")
    assert words in response.content.decode()


@pytest.mark.django_db
def test_without_the_database_a_script_is_answered_in_json_and_whoever_is_signed_in_too(broken: Client) -> None:
    response = broken.get("/vi/", headers={"Accept": "application/json"})
    assert (response.status_code, response.json()["error"]["code"]) == (503, "database_away")
    broken.cookies["sessionid"] = "k" * 32
    assert broken.get("/en/my/").status_code == 503


@pytest.mark.django_db
def test_without_the_database_the_process_is_alive_and_not_ready(broken: Client) -> None:
    assert broken.get("/healthz").status_code == 200
    ready = broken.get("/readyz")
    assert (ready.status_code, ready.json()["database"]) == (503, "failed: OperationalError")
    numbers = broken.get("/metrics")
    assert numbers.status_code == 200
    assert "trian_database_up 0.0" in numbers.content.decode()


def test_a_full_disk_is_told_in_one_sentence(rf: RequestFactory) -> None:
    response = outage.answer(outage.DISK_FULL, rf.post("/en/community/"))
    assert (response.status_code, response["Retry-After"]) == (507, "120")
    assert "what you sent was not kept" in response.content.decode()


@pytest.mark.django_db
def test_a_fault_of_the_program_stays_a_500(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_args: Any) -> None:
        raise ZeroDivisionError

    client.raise_request_exception = False
    monkeypatch.setattr("portal.home.plain.absolute", broken)
    assert client.get("/robots.txt").status_code == 500

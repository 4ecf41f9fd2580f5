"""Strict readers: a wrong value stops the start and names the variable, never its secret."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured

from portal.settings import env


def refused(monkeypatch: pytest.MonkeyPatch, value: str | None, read: Callable[[], Any]) -> str:
    """The sentence with which a value is refused."""
    if value is None:
        monkeypatch.delenv("A_SETTING", raising=False)
    else:
        monkeypatch.setenv("A_SETTING", value)
    with pytest.raises(ImproperlyConfigured) as error:
        read()
    return str(error.value)


@pytest.mark.parametrize(
    ("value", "read"),
    [
        (None, lambda: env.text("A_SETTING")),
        ("purple", lambda: env.text("A_SETTING", choices=["red", "blue"])),
        ("maybe", lambda: env.boolean("A_SETTING")),
        ("ten", lambda: env.integer("A_SETTING")),
        ("0", lambda: env.integer("A_SETTING", minimum=1)),
        (None, lambda: env.listing("A_SETTING")),
        ("10.0.0.0/8,everywhere", lambda: env.networks("A_SETTING", [])),
        ("ftp://somewhere", lambda: env.url("A_SETTING", schemes=["http", "https"])),
        ("too short", lambda: env.secret("A_SETTING")),
        ("A" * 42, lambda: env.key("A_SETTING")),
        ("A" * 43 + ",short", lambda: env.keys("A_SETTING")),
        (None, lambda: env.contact("A_SETTING")),
        ("nobody", lambda: env.contact("A_SETTING")),
        ("http://thu.example/", lambda: env.contact("A_SETTING")),
    ],
)
def test_a_wrong_value_names_its_variable(
    monkeypatch: pytest.MonkeyPatch, value: str | None, read: Callable[[], Any]
) -> None:
    assert "A_SETTING" in refused(monkeypatch, value, read)


@pytest.mark.parametrize(
    "read",
    [
        lambda: env.secret("A_SETTING"),
        lambda: env.url("A_SETTING", schemes=["redis"]),
        lambda: env.key("A_SETTING"),
    ],
)
def test_a_refused_secret_is_not_repeated(monkeypatch: pytest.MonkeyPatch, read: Callable[[], Any]) -> None:
    assert "hunter2" not in refused(monkeypatch, "postgres://me:hunter2@db", read)


def test_right_values_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("A_SETTING", "yes")
    assert env.boolean("A_SETTING") is True
    monkeypatch.setenv("A_SETTING", " a, b ,,c ")
    assert env.listing("A_SETTING") == ["a", "b", "c"]
    monkeypatch.setenv("A_SETTING", "")
    assert env.integer("A_SETTING", 7) == 7


def test_production_does_not_start_without_its_settings(repository: Path) -> None:
    bare = {"PATH": os.environ["PATH"], "DJANGO_SETTINGS_MODULE": "portal.settings.production"}
    done = subprocess.run(
        [sys.executable, "manage.py", "check"], cwd=repository, env=bare, capture_output=True, text=True, check=False
    )
    assert done.returncode != 0
    assert "SECRET_KEY is required" in done.stderr


@pytest.mark.parametrize(
    ("value", "told"),
    [
        ("bao-mat@thu.example", "mailto:bao-mat@thu.example"),
        ("mailto:bao-mat@thu.example", "mailto:bao-mat@thu.example"),
        ("https://thu.example/bao-mat", "https://thu.example/bao-mat"),
    ],
)
def test_a_contact_is_told_as_an_address_that_can_be_followed(
    monkeypatch: pytest.MonkeyPatch, value: str, told: str
) -> None:
    monkeypatch.setenv("A_SETTING", value)
    assert env.contact("A_SETTING") == told

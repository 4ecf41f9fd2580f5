"""Every page of `tests/pages.py`, read in both languages: nothing is foreign, it says which language it is, its headers
keep promise 37, and reading it changes nothing (promise 39)."""

from __future__ import annotations

import json
import shutil
from typing import Any

import pytest

from tests.tooling.house import environment, manage, prepared

pytestmark = pytest.mark.slow

# What reading may leave behind, and why it changes nothing that anybody meant.
LEFT_BY_READING = {
    "django_session": "a secret that is offered until its form is sent",
    "wagtailimages_rendition": "a picture cut to size once and kept",
    "usersessions_usersession": "that she is here, every two minutes: letters wait while she reads",
    "badges_glance": "who looked into a member's book: that is written on purpose",
}


@pytest.fixture(scope="module", params=["full", "empty"])
def read(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What the reading of a house came to; a process of its own, for the house has its own database and settings."""
    folder = tmp_path_factory.mktemp("house") / request.param
    shutil.copytree(prepared(request.param), folder)
    env = environment(folder) | {"DJANGO_SETTINGS_MODULE": "tests.tooling.reading_settings"}
    return json.loads(manage(env, request.param, module="tests.tooling.reading").splitlines()[-1])


def test_every_page_was_read(read):
    assert read["unread"] == []
    assert len(read["told"]) > 20


def test_no_page_holds_a_foreign_word(read):
    assert {page: texts for page, texts in read["told"].items() if texts} == {}


def test_promise_37_every_page_has_the_headers_of_an_a_plus(read):
    assert {page: found for page, found in read["weak"].items() if found} == {}


def test_promise_39_reading_a_page_changes_nothing(read):
    changed = {page: set(tables) - LEFT_BY_READING.keys() for page, tables in read["wrote"].items()}
    assert {page: tables for page, tables in changed.items() if tables} == {}
    assert len(changed) > 20

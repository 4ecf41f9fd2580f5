"""Every page of `tests/pages.py`, read in both languages: nothing is foreign, and it says which language it is."""

from __future__ import annotations

import json
import shutil
from typing import Any

import pytest

from tests.tooling.house import environment, manage, prepared

pytestmark = pytest.mark.slow


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

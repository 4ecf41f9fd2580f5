"""Houses in service for the tests of this folder."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.deploy.service import nginx_program
from tests.helpers import databases


@pytest.fixture(scope="session")
def needs_nginx() -> None:
    """Skips where nginx is missing, with what to install."""
    try:
        nginx_program()
    except FileNotFoundError as missing:
        pytest.skip(str(missing))


@pytest.fixture(scope="session")
def migrated(django_db_setup: None) -> Path:
    """A SQLite file with all tables and nobody in it."""
    return databases.sqlite_template()

"""Fixtures for all tests: the database from a template, servers and a browser where the machine has them."""

from __future__ import annotations

import gc
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import hypothesis
import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.test import TransactionTestCase
from django.utils import translation

from portal.ui import tiers
from tests.helpers import databases, servers

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

# Tests leave their circles to be collected as seldom as commands do: a tenth less time for all of them.
gc.set_threshold(50_000, 20, 100)
pytest_plugins = ["pytester", "tests.cast"]
# A slow machine is no fault of what is tested: speed is the bench's matter, never a test's.
hypothesis.settings.register_profile("house", parent=hypothesis.settings.default, deadline=None)
hypothesis.settings.load_profile("house")


CHROMIUM_ARGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Browser tests come last: Playwright's loop stays in a process, and asyncio tests cannot run beside it.

    A worker is given whole files, so a file that mixes both kinds would bring its browser along early.
    """
    kinds: dict[Path, set[bool]] = {}
    for item in items:
        kinds.setdefault(item.path, set()).add(item.get_closest_marker("browser") is not None)
    if mixed := sorted(str(path) for path, found in kinds.items() if len(found) > 1):
        raise pytest.UsageError(f"Tests in a browser stand in files of their own: {', '.join(mixed)}")
    items.sort(key=lambda item: item.get_closest_marker("browser") is not None)


def _worker(request: pytest.FixtureRequest) -> str:
    workerinput = getattr(request.config, "workerinput", None)
    return workerinput["workerid"] if workerinput else "single"


@pytest.fixture(scope="session")
def django_db_setup(
    request: pytest.FixtureRequest,
    django_test_environment: None,
    django_db_blocker: pytest.FixtureDef,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[None]:
    """The test database of this process, copied from a migrated template (see `tests/helpers/databases.py`)."""
    with django_db_blocker.unblock():
        if connection.vendor == "sqlite":
            restore, remove = databases.use_sqlite_copy(tmp_path_factory.mktemp("database"))
        else:
            restore, remove = databases.use_postgres_copy(f"_{os.getpid()}_{_worker(request)}")
        settings.DATABASES["default"]["NAME"] = connection.settings_dict["NAME"]

    def put_back(self: TransactionTestCase) -> None:
        restore()

    original = TransactionTestCase._fixture_teardown
    TransactionTestCase._fixture_teardown = put_back
    try:
        yield
    finally:
        TransactionTestCase._fixture_teardown = original
        with django_db_blocker.unblock():
            remove()


@pytest.fixture(autouse=True)
def house_language() -> Iterator[None]:
    """Each test begins in the house's language with nothing kept, whatever the one before it asked for."""
    cache.clear()
    tiers.forget()
    with translation.override(settings.LANGUAGE_CODE):
        yield


@pytest.fixture(scope="session")
def postgres_url(request: pytest.FixtureRequest) -> Iterator[str]:
    """Address of an empty database in a throwaway PostgreSQL, for tests that start processes of their own."""
    if servers.postgres_program("initdb") is None:
        pytest.skip(servers.POSTGRES_MISSING)
    with servers.postgres_server() as url:
        yield url


@pytest.fixture(scope="session")
def redis_server() -> Iterator[servers.RedisServer]:
    """A throwaway Redis that a test may `kill()` and `start()` again; it is left running between tests."""
    try:
        server = servers.RedisServer()
    except FileNotFoundError as missing:
        pytest.skip(str(missing))
    server.start()
    yield server
    server.close()


@pytest.fixture(scope="session")
def redis_url(redis_server: servers.RedisServer) -> str:
    """Address of the throwaway Redis."""
    return redis_server.url


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One Chromium for all browser tests of this process."""
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    if program is None:
        pytest.skip(servers.CHROMIUM_MISSING)
    from playwright.sync_api import expect, sync_playwright

    # What a page shows in the end is asserted, not how soon a busy machine shows it.
    expect.set_options(timeout=15_000)
    # Playwright keeps an event loop in this thread, and Django then refuses the ORM here.
    before = os.environ.get("DJANGO_ALLOW_ASYNC_UNSAFE")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=program, args=CHROMIUM_ARGS)
            yield browser
            browser.close()
    finally:
        if before is None:
            os.environ.pop("DJANGO_ALLOW_ASYNC_UNSAFE", None)
        else:
            os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = before


@pytest.fixture
def browser_page(chromium: Browser) -> Iterator[Page]:
    """A fresh browser profile with one page, in Vietnamese and on a laptop's screen."""
    context = chromium.new_context(locale="vi-VN", viewport={"width": 1280, "height": 900})
    page = context.new_page()
    yield page
    context.close()


@pytest.fixture(scope="session")
def repository() -> Path:
    """The root folder of the project."""
    return databases.ROOT

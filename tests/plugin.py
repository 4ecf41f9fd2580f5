"""Loaded before Django's settings (`-p tests.plugin`): the database is chosen, and no required test may be skipped.

`TEST_DATABASE=postgres` runs the tests on a throwaway PostgreSQL: the cluster is started here, because the settings
read `DATABASE_URL` only once. `REQUIRE_BROWSER=1`, `REQUIRE_POSTGRES=1`, `REQUIRE_REDIS=1`, `REQUIRE_GETTEXT=1` and
`REQUIRE_NGINX=1` turn a skip of such a test into a failure, so that a checking machine that lacks a program cannot look
green. What fails is named at once.
"""

from __future__ import annotations

import os
from collections.abc import Generator
from contextlib import ExitStack

import pytest

from portal.runner.setup import compile_translations
from tests.helpers import servers

_servers = ExitStack()

# variable: the marker of the tests it guards, and the words by which a skip of an unmarked test is known
REQUIREMENTS = {
    "REQUIRE_BROWSER": ("browser", "chromium"),
    "REQUIRE_POSTGRES": ("postgres", "postgresql"),
    "REQUIRE_REDIS": ("redis", "redis"),
    "REQUIRE_GETTEXT": ("gettext", "gettext"),
    "REQUIRE_NGINX": ("nginx", "nginx"),
}


@pytest.hookimpl(wrapper=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> Generator[None, object, object]:
    if os.environ.get("TEST_DATABASE") == "postgres" and not os.environ.get("DATABASE_URL"):
        try:
            os.environ["DATABASE_URL"] = _servers.enter_context(servers.postgres_server())
        except FileNotFoundError as missing:
            raise pytest.UsageError(str(missing)) from missing
    # Before anything is translated: a run without `run.py` must not read yesterday's words.
    if not os.environ.get("PYTEST_XDIST_WORKER"):
        compile_translations()
    return (yield)


class Teller:
    """Names each failing test when it fails: the round is long, and pytest itself tells at its end."""

    def __init__(self, config: pytest.Config) -> None:
        self.config = config

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        screen = self.config.pluginmanager.get_plugin("terminalreporter")
        if report.failed and screen is not None:
            screen.ensure_newline()
            screen.write_line(f"✗ {report.nodeid}" + ("" if report.when == "call" else f" ({report.when})"))


def pytest_configure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        config.pluginmanager.register(Teller(config))


def pytest_unconfigure(config: pytest.Config) -> None:
    _servers.close()


def must_not_skip(keywords: set[str], reason: str, environ: dict[str, str] | os._Environ[str]) -> str | None:
    """The variable that forbids this skip, if one does."""
    for variable, (marker, word) in REQUIREMENTS.items():
        if environ.get(variable) == "1" and (marker in keywords or word in reason.lower()):
            return variable
    return None


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo) -> Generator[None, pytest.TestReport, object]:
    report = yield
    if report.skipped and not hasattr(report, "wasxfail"):
        reason = str(call.excinfo.value) if call.excinfo else ""
        variable = must_not_skip({mark.name for mark in item.iter_markers()}, reason, os.environ)
        if variable:
            report.outcome = "failed"
            report.longrepr = f"{item.nodeid} was skipped ({reason}), but {variable}=1 forbids that."
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(collector: pytest.Collector) -> Generator[None, pytest.CollectReport, object]:
    report = yield
    if report.skipped:  # a whole module, skipped while it was read
        variable = must_not_skip(set(), str(report.longrepr), os.environ)
        if variable:
            report.outcome = "failed"
            report.longrepr = f"{collector.nodeid} was skipped ({report.longrepr}), but {variable}=1 forbids that."
    return report

"""The test command: every stage in order, each timed, stopped at the first that fails. Standard library only."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from portal.runner.console import PYTHON, ROOT, VENV, RunnerError, say
from portal.runner.setup import setup

NOTHING_SELECTED = 5  # pytest's exit code when -k or a path leaves no test


@dataclass(frozen=True)
class Stage:
    """One step of the test command."""

    name: str
    command: list[object]
    env: dict[str, str]
    allowed: tuple[int, ...] = (0,)


@dataclass(frozen=True)
class Outcome:
    """How a stage went: its exit code, its time, and pytest's closing line where it was pytest."""

    stage: Stage
    code: int
    seconds: float
    closing: str

    @property
    def passed(self) -> bool:
        return self.code in self.stage.allowed


def has_postgres() -> bool:
    """Whether the second round of tests can run here."""
    return bool(shutil.which("initdb") or list(Path("/usr/lib/postgresql").glob("*/bin/initdb")))


def stages(extra: list[str]) -> list[Stage]:
    """All stages; `extra` goes to both rounds of pytest."""
    env = {**os.environ, "DJANGO_SETTINGS_MODULE": "portal.settings.test", "PYTHONUNBUFFERED": "1"}
    for name in ("DATABASE_URL", "REDIS_URL"):
        env.pop(name, None)  # the tests choose their own
    tool, manage = VENV / "bin", [PYTHON, "manage.py"]
    pytest: list[object] = [PYTHON, "-m", "pytest", "-q"]
    if sys.stdout.isatty():
        pytest.append("--color=yes")
    workers = min(os.cpu_count() or 1, 4)
    found = [
        Stage("style (ruff check)", [tool / "ruff", "check", "."], env),
        Stage("format (ruff format)", [tool / "ruff", "format", "--check", "."], env),
        Stage("templates (djlint)", [tool / "djlint", "templates", "--lint", "--quiet"], env),
        Stage("types (mypy)", [PYTHON, "-m", "mypy"], env),
        Stage("import rule (import-linter)", [tool / "lint-imports"], env),
        Stage("checks (manage.py check)", [*manage, "check", "--fail-level", "WARNING"], env),
        Stage("migrations (makemigrations --check)", [*manage, "makemigrations", "--check", "--dry-run"], env),
        Stage("tests on SQLite", [*pytest, "-n", workers, "--dist", "loadfile", "--no-loadscope-reorder", *extra], env),
    ]
    if has_postgres() or os.environ.get("REQUIRE_POSTGRES") == "1":
        again = [*pytest, "-p", "no:xdist", *_without_workers(extra), "-m", "both_databases"]
        postgres = {**env, "TEST_DATABASE": "postgres"}
        found.append(Stage("races, ledger, recovery on PostgreSQL", again, postgres, (0, NOTHING_SELECTED)))
    return found


def _without_workers(extra: list[str]) -> list[str]:
    """The second round runs in one process on one cluster: xdist's options would be unknown there."""
    kept, skip = [], False
    for word in extra:
        if skip:
            skip = False
        elif word in ("-n", "--numprocesses", "--dist"):
            skip = True
        elif not re.match(r"-n\w+$|--(numprocesses|dist)=", word):
            kept.append(word)
    return kept


def run_stage(stage: Stage) -> Outcome:
    """Run one stage with its output on the screen as it comes."""
    say(f"\n── {stage.name}")
    started, closing = time.monotonic(), ""
    process = subprocess.Popen(
        [str(word) for word in stage.command], cwd=ROOT, env=stage.env, text=True, errors="replace",
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip
    with process:
        for line in process.stdout or ():
            sys.stdout.write(line)
            sys.stdout.flush()
            if re.search(r"\b(passed|failed|errors?|no tests ran|deselected)\b.* in [\d.]+s", line):
                closing = line.strip().strip("= ")
    return Outcome(stage, process.returncode, time.monotonic() - started, closing)


USAGE = """usage: run.py test [words for pytest]

Sets up what is missing, then style, types, import contracts, checks and all tests; the second round on PostgreSQL comes
by itself where the machine has it. Words after `test` go to pytest, such as: run.py test tests/badges -k lot"""


def test(extra: list[str]) -> int:
    """Set up, run the stages, print the summary; returns the exit code."""
    if {"-h", "--help"} & set(extra):
        say(USAGE)
        return 0
    setup(dev=True)
    outcomes: list[Outcome] = []
    for stage in stages(extra):
        outcomes.append(run_stage(stage))
        if not outcomes[-1].passed:
            break
    say("\n── summary")
    for outcome in outcomes:
        word = "ok" if outcome.passed else "FAILED"
        say(f"  {word:6}  {outcome.seconds:7.1f} s  {outcome.stage.name}  {outcome.closing}".rstrip())
    if not has_postgres():
        say("  not run: the second round on PostgreSQL (apt-get install -y --no-install-recommends postgresql)")
    return 0 if outcomes[-1].passed else 1


def module(name: str, extra: list[str]) -> int:
    """Run `tests.bench`, `tests.shots` or `tests.audit` with its own options; returns its exit code."""
    setup(dev=True)
    if not (ROOT / "tests" / name).is_dir() and not (ROOT / "tests" / f"{name}.py").exists():
        raise RunnerError(f"There is no tests/{name} in this copy of the project.")
    return subprocess.run([PYTHON, "-m", f"tests.{name}", *extra], cwd=ROOT).returncode

"""The files of `deploy/` say the same as the house: units, containers, environment, and what the README names."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.deploy.service import DEPLOY
from tests.helpers.databases import ROOT

UNITS = sorted(path for path in (DEPLOY / "systemd").glob("trian*.*") if path.is_file())
COMPOSE = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
CONTAINERFILE = (DEPLOY / "Containerfile").read_text()


def starts() -> dict[str, list[str]]:
    """What each unit starts, without the place of the program and the port."""
    found = {}
    for path in UNITS:
        for line in re.findall(r"(?m)^ExecStart=(.+)$", path.read_text()):
            words = shlex.split(line)
            found[path.stem.rstrip("@").removeprefix("trian-")] = [Path(words[0]).name, *words[1:]]
    return found


def bare(words: list[str]) -> list[str]:
    """Without what differs between a machine and a container: the address."""
    text = " ".join(words)
    return re.sub(r" --(host|port) \S+", "", text).split()


def test_systemd_understands_every_unit(tmp_path: Path) -> None:
    program = shutil.which("systemd-analyze")
    if program is None:
        pytest.skip("systemd-analyze is not here")
    shutil.copytree(DEPLOY / "systemd", tmp_path, dirs_exist_ok=True)
    for path in tmp_path.glob("trian*.service"):
        text = path.read_text().replace("/opt/trian/.venv/bin/uvicorn", sys.executable)
        path.write_text(text.replace("/opt/trian/.venv/bin/python", sys.executable).replace(f"={DEPLOY}", "="))
        instance = path.with_name(path.name.replace("@.", "@8001."))
        if "@." in path.name:
            path.rename(instance)
    names = [str(path) for path in tmp_path.glob("trian*.*") if path.is_file()]
    told = subprocess.run([program, "verify", "--man=no", *names], capture_output=True, text=True)
    ours = [line for line in told.stderr.splitlines() if "trian" in line and "Unit postgresql" not in line]
    assert [line for line in ours if "Failed to load" not in line and "not found" not in line] == []


@pytest.mark.parametrize("name", ["User=trian", "NoNewPrivileges=yes", "ProtectSystem=strict", "RestrictSUIDSGID=yes"])
def test_every_unit_is_held_in_by_one_file(name: str) -> None:
    assert name in (DEPLOY / "systemd/trian-.service.d/house.conf").read_text().splitlines()
    assert all(path.name.startswith("trian-") for path in UNITS if path.suffix == ".service")
    assert not [path.name for path in UNITS if re.search(r"(?m)^(User|ProtectSystem)=", path.read_text())]


def test_the_target_wants_every_process_of_the_house() -> None:
    wanted = re.findall(r"trian-(\w+)(?:@\w+)?\.service", (DEPLOY / "systemd/trian.target").read_text())
    assert set(wanted) == {"web", "sockets", "relay", "worker", "scheduler"}


def test_containers_run_what_the_units_run() -> None:
    [pages] = re.findall(r"(?m)^CMD (\[.+\])$", CONTAINERFILE)
    services = {name: service.get("command") or yaml.safe_load(pages) for name, service in COMPOSE["services"].items()}
    for name, words in starts().items():
        if name != "backup":
            assert bare(services[name]) == bare(words), name
    assert set(services) == {"web", "sockets", "relay", "worker", "scheduler", "postgres", "valkey", "migrate", "nginx"}


def test_no_secret_stands_in_a_file() -> None:
    text = "\n".join(path.read_text() for path in DEPLOY.rglob("*") if path.is_file())
    assert not re.search(r"(?m)^(SECRET_KEY|TRIAN_SMTP_PASSWORD|POSTGRES_PASSWORD|TRIAN_METRICS_TOKEN)=\S", text)


def test_the_environment_names_only_what_the_house_reads_and_all_that_it_needs() -> None:
    told = (DEPLOY / "trian.env.example").read_text()
    named = re.findall(r"(?m)^([A-Z_]+)=", told)
    known = set(re.findall(r"(?m)^([A-Z_]+)=", (ROOT / ".env.example").read_text()))
    assert set(named) <= known
    assert "#" not in "".join(line for line in told.splitlines() if not line.startswith("#"))  # systemd would keep it
    production = (ROOT / "portal/settings/production.py").read_text()
    needed = set(re.findall(r'env\.(?:text|secret|listing|contact)\("([A-Z_]+)"\)', production))
    assert needed <= set(named)


def test_every_command_and_file_that_the_readme_names_exists() -> None:
    text = (DEPLOY / "README.md").read_text()
    commands = set(re.findall(r"manage\.py (\w+)", text))
    listed = subprocess.run(
        [sys.executable, "manage.py", "help", "--commands"], cwd=ROOT, capture_output=True, text=True, check=True,
        env={"DJANGO_SETTINGS_MODULE": "portal.settings.test", "PATH": ""},
    )  # fmt: skip
    assert commands
    assert commands <= set(listed.stdout.split())
    for name in re.findall(r"`((?:deploy|tests|portal|badges)/[\w./@-]+)`", text):
        if name in ("deploy/trian.env", "deploy/postgres.env", "deploy/tls/"):
            continue  # an operator's own, never committed
        assert (ROOT / name).exists(), name


def promises() -> list[tuple[str, str]]:
    """Rows of the README's table of promises: number, and the tests that it names."""
    return re.findall(r"(?m)^\| (\d+) \|.*\| (.+) \|$", (DEPLOY / "README.md").read_text())


def test_each_of_the_thirteen_promises_names_tests_that_exist() -> None:
    rows = promises()
    assert [int(number) for number, _tests in rows] == list(range(1, 14))
    for number, tests in rows:
        named: list[Any] = re.findall(r"`(tests/[\w/]+\.py)(?:::(\w+))?`", tests)
        assert named, number
        for path, function in named:
            assert not function or f"def {function}(" in (ROOT / path).read_text(), (number, path, function)

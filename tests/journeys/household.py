"""The house as it really runs: web, worker and scheduler as processes, which a test may kill and start again."""

from __future__ import annotations

import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

from tests.helpers.servers import free_port
from tests.tooling.house import ROOT, environment, manage, prepared

COMMANDS = {
    "worker": ["manage.py", "db_worker", "--queue-name", "*", "--interval", "0.2", "--no-reload"],
    "scheduler": ["manage.py", "scheduler"],
    "relay": ["manage.py", "relay"],
}


class Household:
    """A running house on a copy of the demo world. With `database` and `redis` addresses it runs the scaled way:
    `webs` web processes, and a relay of its own."""

    def __init__(self, *, database: str = "", redis: str = "", webs: int = 1) -> None:
        world = prepared("full")
        self.folder = Path(tempfile.mkdtemp(prefix="trian-house-"))
        shutil.copytree(world, self.folder, dirs_exist_ok=True)
        self.ports = [free_port() for _ in range(webs)]
        self.urls = [f"http://127.0.0.1:{port}" for port in self.ports]
        self.url = self.urls[0]
        self.database, self.running = database, {}  # type: tuple[str, dict[str, subprocess.Popen[bytes]]]
        extra = {"TRIAN_LOG_LEVEL": "WARNING", "DJANGO_SETTINGS_MODULE": "portal.settings.dev", "TRIAN_DEBUG": "0"}
        if database:
            extra["DATABASE_URL"] = database
        if redis:
            extra["REDIS_URL"] = redis
        self.env = environment(self.folder, self.ports[0], **extra)
        self.names = [f"web{n}" for n in range(webs)] + ["worker", "scheduler"] + (["relay"] if redis else [])

    # ── Starting and ending ─────────────────────────────────────────────────────────────────────────────────────
    def __enter__(self) -> Household:
        try:
            if self.database:
                manage(self.env, "migrate", "--noinput", "--verbosity", "0")
                manage(self.env, "load_demo")
            for name in self.names:
                self.start(name)
            self.wait_until_open()
        except BaseException:
            self.end()
            raise
        return self

    def __exit__(self, *_exc: object) -> None:
        self.end()

    def end(self) -> None:
        """Ends every process and takes the folder away."""
        for process in self.running.values():
            if process.poll() is None:
                process.terminate()
        for process in self.running.values():
            try:
                process.wait(6)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)

    def start(self, name: str) -> None:
        """Starts one process; its output goes to `<name>.log` in the house's folder."""
        if name.startswith("web"):
            port = str(self.ports[int(name[3:])])
            words = [
                "-m",
                "uvicorn",
                "portal.asgi:application",
                "--lifespan",
                "off",
                "--host",
                "127.0.0.1",
                "--port",
                port,
            ]
            words += ["--timeout-graceful-shutdown", "1", "--log-level", "warning"]
        else:
            words = COMMANDS[name]
        log = (self.folder / f"{name}.log").open("ab")
        self.running[name] = subprocess.Popen([sys.executable, *words], cwd=ROOT, env=self.env, stdout=log, stderr=log)

    def kill(self, name: str) -> None:
        """Ends a process as a power cut would: no clean-up, no last word."""
        process = self.running[name]
        os.kill(process.pid, signal.SIGKILL)
        process.wait()

    def wait_until_open(self, seconds: float = 150) -> None:
        """Until every web process answers; its last words when one does not."""
        deadline = time.monotonic() + seconds
        for number, url in enumerate(self.urls):
            while True:
                try:
                    with urllib.request.urlopen(f"{url}/healthz", timeout=2):
                        break
                except (urllib.error.URLError, OSError):
                    if time.monotonic() > deadline or self.running[f"web{number}"].poll() is not None:
                        raise AssertionError(self.log(f"web{number}")) from None
                    time.sleep(0.1)

    def log(self, name: str) -> str:
        """The end of what a process wrote."""
        return (self.folder / f"{name}.log").read_text(errors="replace")[-4000:]

    # ── Looking inside ──────────────────────────────────────────────────────────────────────────────────────────
    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """What a plain query finds, past the product."""
        if self.database:
            import psycopg

            with psycopg.connect(self.database) as connection:
                return connection.execute(query).fetchall()  # type: ignore[arg-type]  (tests write their own SQL)
        connection = sqlite3.connect(self.folder / "db.sqlite3", timeout=20)
        try:
            return connection.execute(query).fetchall()
        finally:
            connection.close()

    def until(self, query: str, wanted: list[tuple[Any, ...]], seconds: float = 30) -> None:
        """Waits until the query finds exactly this."""
        deadline, found = time.monotonic() + seconds, None
        while time.monotonic() < deadline:
            found = self.rows(query)
            if found == wanted:
                return
            time.sleep(0.1)
        raise AssertionError(f"{query}\nfound {found}, wanted {wanted}\n{self.log('web0')}")

    def ledger_is_sound(self) -> bool:
        """`manage.py verify_ledger` finds nothing."""
        done = subprocess.run(
            [sys.executable, "manage.py", "verify_ledger", "--json"],
            cwd=ROOT, env=self.env, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout + done.stderr
        return bool(json.loads(done.stdout.strip().splitlines()[-1]) is not None)

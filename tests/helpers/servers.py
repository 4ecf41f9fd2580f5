"""Throwaway PostgreSQL and Redis servers on free loopback ports, for tests of the way the product runs at scale."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

POSTGRES_MISSING = "PostgreSQL is not installed: apt-get install -y --no-install-recommends postgresql"
REDIS_MISSING = "redis-server is not installed: apt-get install -y --no-install-recommends redis-server"
NGINX_MISSING = "nginx is not installed: apt-get install -y --no-install-recommends nginx-light"
CHROMIUM_MISSING = "Chromium is not installed: apt-get install -y --no-install-recommends chromium"


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def postgres_program(name: str) -> Path | None:
    """Path of one of PostgreSQL's programs; Debian keeps them out of PATH."""
    versions = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), key=lambda path: float(path.parts[-3]))
    if versions:
        return versions[-1]
    found = shutil.which(name)
    return Path(found) if found else None


def _demote() -> dict:
    """PostgreSQL refuses to run as root: become the account that Debian's package made for it."""
    if os.geteuid() != 0:
        return {}
    account = pwd.getpwnam("postgres")
    return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}


class PostgresServer:
    """A fresh PostgreSQL cluster with its default durability, which a test may cut off and start again."""

    def __init__(self) -> None:
        initdb, postgres = postgres_program("initdb"), postgres_program("postgres")
        if initdb is None or postgres is None:
            raise FileNotFoundError(POSTGRES_MISSING)
        self.program, self.demote = postgres, _demote()
        self.home = Path(tempfile.mkdtemp(prefix="trian-pg-"))
        self.port = free_port()
        self.url = f"postgres://trian@127.0.0.1:{self.port}/trian"
        self._process: subprocess.Popen | None = None
        if self.demote:
            os.chown(self.home, self.demote["user"], self.demote["group"])
        subprocess.run(
            [initdb, "-D", self.home / "data", "-U", "trian", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8"],
            check=True, stdout=subprocess.DEVNULL, cwd=self.home, **self.demote,
        )  # fmt: skip

    def start(self) -> None:
        """Starts it and waits until it answers; after a cut it recovers what was committed."""
        log = self.home / "log"
        log.unlink(missing_ok=True)
        with log.open("wb") as output:
            self._process = subprocess.Popen(
                [self.program, "-D", self.home / "data", "-p", str(self.port), "-h", "127.0.0.1", "-k", self.home,
                 "-N", "200"],
                stdout=output, stderr=output, cwd=self.home, start_new_session=True, **self.demote,
            )  # fmt: skip
        _wait_for_port(self.port, self._process, log)

    def cut(self) -> None:
        """An immediate stop: nobody is waited for, nothing is written any more, as in a power cut."""
        self._end(signal.SIGQUIT)

    def close(self) -> None:
        """Ends it and removes its folder."""
        self._end(signal.SIGINT)  # "fast": SIGTERM would wait for clients for ever
        shutil.rmtree(self.home, ignore_errors=True)

    def _end(self, number: signal.Signals) -> None:
        if self._process is None:
            return
        self._process.send_signal(number)
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.send_signal(signal.SIGQUIT)
            self._process.wait(10)
        self._process = None

    def create_database(self) -> None:
        """An empty database, to which `url` leads."""
        words = ["-h", "127.0.0.1", "-p", str(self.port), "-U", "trian", "trian"]
        subprocess.run([postgres_program("createdb") or "createdb", *words], check=True)


@contextmanager
def postgres_server() -> Iterator[str]:
    """Run a fresh PostgreSQL cluster; yields the address of an empty database."""
    server = PostgresServer()
    try:
        server.start()
        server.create_database()
        yield server.url
    finally:
        server.close()


class RedisServer:
    """A redis-server that a test may kill and start again on the same port."""

    def __init__(self) -> None:
        self.program = shutil.which("redis-server") or shutil.which("valkey-server")
        if self.program is None:
            raise FileNotFoundError(REDIS_MISSING)
        self.home = tempfile.mkdtemp(prefix="trian-redis-")
        self.port = free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self._process: subprocess.Popen | None = None

    def start(self) -> None:
        """Start and wait until it answers. Nothing is kept on disk: Redis never holds the only copy of anything."""
        self._process = subprocess.Popen(
            [self.program, "--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=self.home, start_new_session=True,
        )  # fmt: skip
        _wait_for_port(self.port, self._process)

    def kill(self) -> None:
        """SIGKILL, as a crash would."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def close(self) -> None:
        """Kill it and remove its folder."""
        self.kill()
        shutil.rmtree(self.home, ignore_errors=True)


def _wait_for_port(port: int, process: subprocess.Popen, log: Path | None = None, seconds: float = 20) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if process.poll() is not None:
            break
        with socket.socket() as probe:
            probe.settimeout(0.2)
            listening = probe.connect_ex(("127.0.0.1", port)) == 0
        if listening and (log is None or "ready to accept connections" in log.read_text(errors="replace")):
            return
        time.sleep(0.05)
    raise RuntimeError(f"server on port {port} did not start: {log.read_text(errors='replace')[-800:] if log else ''}")

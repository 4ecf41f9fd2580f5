"""The demo: web, worker and scheduler started, watched and ended together. Standard library only."""

from __future__ import annotations

import argparse
import ctypes
import errno
import fcntl
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable

from portal.runner.console import PYTHON, ROOT, VAR, VENV, RunnerError, run, say
from portal.runner.setup import digest, setup

LOGINS = VAR / "demo-logins.json"
MIGRATED = VAR / "demo-migrated"  # fingerprint of the schema that the embedded database has
# What --fresh moves away: the demo's own data and nothing else.
DATA = ["db.sqlite3", "db.sqlite3-wal", "db.sqlite3-shm", "media", "mail", "logs", LOGINS.name, MIGRATED.name]


def die_with_parent() -> None:
    """Linux: a child is told to end when this program is killed outright and cannot tell it."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGTERM)


class Child:
    """One supervised process: started again with growing patience when it dies."""

    def __init__(self, name: str, command: list[object], env: dict[str, str]) -> None:
        self.name, self.env = name, env
        self.command = [str(word) for word in command]
        self.log = VAR / "logs" / f"{name}.log"
        self.wait = 1.0
        self.again_at: float | None = None
        self.start()

    def start(self) -> None:
        self.again_at = None
        self.log.parent.mkdir(parents=True, exist_ok=True)
        if self.log.exists() and self.log.stat().st_size > 5_000_000:
            self.log.replace(self.log.with_suffix(".old.log"))
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self.command, cwd=ROOT, env=self.env, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT,
                start_new_session=True, preexec_fn=die_with_parent,
            )  # fmt: skip
        self.started = time.monotonic()

    def look_after(self) -> None:
        """Notice a death, say it in one line, and start again when its time has come."""
        if self.again_at is not None:
            if time.monotonic() >= self.again_at:
                self.start()
            return
        code = self.process.poll()
        if code is None:
            return
        if time.monotonic() - self.started > 60:
            self.wait = 1.0
        self.send(signal.SIGKILL)  # whatever it had started itself
        how = f"killed by {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"
        say(f"{self.name} died ({how}); it starts again in {self.wait:.0f} s. Its log: {self.log}")
        self.again_at = time.monotonic() + self.wait
        self.wait = min(self.wait * 2, 30)

    def send(self, number: int) -> None:
        try:
            os.killpg(self.process.pid, number)  # its own session: the group has its number
        except ProcessLookupError:
            pass


def end_all(children: list[Child]) -> None:
    for child in children:
        child.send(signal.SIGTERM)
    deadline = time.monotonic() + 8
    for child in children:
        try:
            child.process.wait(max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            pass
        child.send(signal.SIGKILL)
        child.process.wait()


def check_port(host: str, port: int) -> None:
    """Refuse, in one sentence, an address that could not be listened on."""
    if not 1 <= port <= 65535:
        raise RunnerError(f"--port {port} is not a port: choose a number from 1 to 65535.")
    try:
        family, kind, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except socket.gaierror:
        raise RunnerError(f"--host {host} is not an address of this machine.") from None
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise RunnerError(
                f"Port {port} is in use: stop what listens there or choose another with --port."
            ) from None
        if error.errno == errno.EACCES:
            raise RunnerError(f"Port {port} is not open to this user: choose one above 1024 with --port.") from None
        raise RunnerError(f"--host {host} is not an address of this machine.") from None


def move_data_away() -> None:
    if os.environ.get("DATABASE_URL"):
        raise RunnerError(
            "--fresh clears the embedded database only, but DATABASE_URL names another: empty that yourself."
        )
    previous = VAR / "previous"
    found = [VAR / name for name in DATA if (VAR / name).exists()]
    if found:
        say(f"  Moving the old demo's data to {previous} (an older copy there is removed)")
        shutil.rmtree(previous, ignore_errors=True)
        previous.mkdir(parents=True)
        for path in found:
            shutil.move(path, previous / path.name)


def print_welcome(url: str, loopback: bool) -> None:
    say(f"\n  Tri Ân is open:   {url}/vi/    {url}/en/")
    if loopback:
        say(f"  One-click sign-in, mail, components:   {url}/dev/")
    else:
        say("  The /dev/ pages stay shut: this address can be reached from outside (leave --host away to open them).")
    try:
        logins = json.loads(LOGINS.read_text())
    except (OSError, ValueError):
        logins = []
    if logins:
        columns = ("role", "name", "email")
        wide = [max(len(str(login.get(key, ""))) for login in logins) for key in columns]
        say()
        for login in logins:
            cells = [str(login.get(key, "")).ljust(width) for key, width in zip(columns, wide, strict=True)]
            say(f"    {'   '.join(cells)}   {login.get('note', '')}".rstrip())
    say(f"\n  Web, worker and scheduler are running; their logs are in {VAR / 'logs'}. Ctrl-C ends all three.\n")


def is_answering(url: str) -> bool:
    try:
        with urllib.request.urlopen(f"{url}/healthz", timeout=2) as answer:  # noqa: S310 - our own loopback address
            return answer.status == 200
    except (urllib.error.URLError, OSError):
        return False


def supervise(children: list[Child], url: str, welcome: Callable[[], None]) -> None:
    """Watch the children until a signal comes; greet once the web process answers."""
    web, greeted = children[0], False
    while True:
        if not greeted:
            if is_answering(url):
                welcome()
                greeted = True
            elif web.process.poll() is not None or time.monotonic() - web.started > 90:
                say("\n".join(web.log.read_text(errors="replace").splitlines()[-8:]))
                raise RunnerError(f"The web process does not start; its last lines are above, all in {web.log}.")
        for child in children:
            child.look_after()
        time.sleep(0.3)


def prepare_data(manage: list[object], env: dict[str, str]) -> None:
    """Migrate and load the demo world, each only where it may still be needed."""
    elsewhere = bool(os.environ.get("DATABASE_URL"))
    schema = digest([*ROOT.glob("*/migrations/*.py"), ROOT / "requirements.lock"])
    known = MIGRATED.read_text() if MIGRATED.exists() and (VAR / "db.sqlite3").exists() else ""
    if elsewhere or known != schema:
        run([*manage, "migrate", "--noinput", "--verbosity", "0"], "Database", env)
        MIGRATED.write_text("" if elsewhere else schema)
    if elsewhere or not LOGINS.exists():  # the loader writes the list of logins last
        run([*manage, "load_demo"], "Demo world", env)


def demo(options: argparse.Namespace) -> None:
    check_port(options.host, options.port)
    VAR.mkdir(parents=True, exist_ok=True)
    with (VAR / "demo.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)  # two web processes must not share in-memory layers
        except BlockingIOError:
            raise RunnerError(f"A demo is already running on the data in {VAR}: end that one first.") from None
        setup(dev=False)
        if options.fresh:
            move_data_away()
        loopback = options.host in ("localhost", "127.0.0.1", "::1")
        shown = f"[{options.host}]" if ":" in options.host else options.host
        shown = {"0.0.0.0": "127.0.0.1", "[::]": "[::1]"}.get(shown, shown)  # noqa: S104 - a name, nothing is bound here
        url = f"http://{shown}:{options.port}"
        env = {
            "DJANGO_SETTINGS_MODULE": "portal.settings.dev", "TRIAN_SITE_URL": url, **os.environ,
            "TRIAN_VAR_DIR": str(VAR), "TRIAN_BIND_HOST": options.host, "PYTHONUNBUFFERED": "1",
        }  # fmt: skip
        manage = [PYTHON, "manage.py"]
        prepare_data(manage, env)
        check_port(options.host, options.port)
        web = [VENV / "bin" / "uvicorn", "portal.asgi:application", "--lifespan", "off"]
        # No frame over 64 KiB is even read, and none is compressed once for each of its readers.
        web += ["--ws-max-size", "65536", "--ws-per-message-deflate", "false"]
        address = ["--host", options.host, "--port", options.port, "--timeout-graceful-shutdown", 3]
        worker = [*manage, "db_worker", "--queue-name", "*", "--interval", "0.5", "--no-reload", "--no-startup-delay"]
        children: list[Child] = []

        def open_house() -> None:
            # After the web process answers: three starting at once would keep the visitor waiting longer.
            children.append(Child("worker", worker, env))
            children.append(Child("scheduler", [*manage, "scheduler"], env))
            print_welcome(url, loopback)

        try:
            children.append(Child("web", [*web, *address], env))
            supervise(children, url, open_house)
        finally:
            signal.signal(signal.SIGINT, signal.SIG_IGN)  # a second Ctrl-C must not leave a child behind
            signal.signal(signal.SIGTERM, signal.SIG_IGN)
            end_all(children)

"""A throwaway house: prepared once (migrated, demo world loaded), copied for each run, served on a free loopback port.

The prepared copy is kept under `var/tools/` by a digest of migrations and demo world: `--fresh` makes it anew, `--keep`
takes an older one as it is.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.helpers.servers import free_port

ROOT = Path(__file__).resolve().parents[2]
VAR = Path(os.environ.get("TRIAN_VAR_DIR") or ROOT / "var").absolute()
KEPT = VAR / "tools"
WEB = ["-m", "uvicorn", "--lifespan", "off", "--host", "127.0.0.1", "--timeout-graceful-shutdown", "2", "--port"]


@dataclass
class House:
    """One running house."""

    url: str
    folder: Path
    env: dict[str, str]
    process: subprocess.Popen[bytes]
    pages: list[dict[str, Any]] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    cookies: dict[str, str] = field(default_factory=dict)

    def log(self, name: str = "web.log") -> str:
        """The end of what the server wrote."""
        return (self.folder / name).read_text(errors="replace")[-4000:]


def digest() -> str:
    """A name for what the prepared copy depends on: tables, demo world, and the files that a browser gets."""
    total = hashlib.sha256()
    found = [*ROOT.glob("*/migrations/*.py"), *(ROOT / "portal" / "demo").rglob("*"), ROOT / "tests/tooling/world.py"]
    for path in sorted(found):
        if path.is_file() and "__pycache__" not in path.parts:
            total.update(str(path.relative_to(ROOT)).encode() + path.read_bytes())
    return total.hexdigest()[:12]


def environment(folder: Path, port: int = 0, **extra: str) -> dict[str, str]:
    """The variables of a house whose files lie in `folder`."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if name not in ("DATABASE_URL", "REDIS_URL", "TRIAN_SMS_BACKEND")
    }
    return {
        **kept,
        "DJANGO_SETTINGS_MODULE": "tests.tooling.settings",
        "TRIAN_VAR_DIR": str(folder),
        "TRIAN_SITE_URL": f"http://127.0.0.1:{port}" if port else "http://127.0.0.1:8000",
        "PYTHONUNBUFFERED": "1",
        **extra,
    }


def manage(env: dict[str, str], *words: str, module: str = "") -> str:
    """Run a management command (or a module of ours) to its end; returns what it printed."""
    command = [sys.executable, "-m", module] if module else [sys.executable, "manage.py"]
    done = subprocess.run([*command, *words], cwd=ROOT, env=env, text=True, capture_output=True, check=False)
    if done.returncode:
        sys.exit(f"{' '.join([module or 'manage.py', *words])} failed:\n{(done.stdout + done.stderr)[-3000:]}")
    return done.stdout


def load(env: dict[str, str]) -> None:
    """Tables and demo world, from nothing."""
    manage(env, "migrate", "--noinput", "--verbosity", "0")
    manage(env, "load_demo")
    manage(env, "dress", module="tests.tooling.world")


def prepared(state: str, fresh: bool = False, keep: bool = False) -> Path:
    """Folder of a house in that state, made when missing: `full` as loaded, `empty` before anybody spoke.

    With `keep` an older one will do, brought to the present tables. Of several processes that ask at once (as test
    workers do) one prepares and the others wait for it.
    """
    KEPT.mkdir(parents=True, exist_ok=True)
    with (KEPT / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        return _prepared(state, fresh, keep)


def _prepared(state: str, fresh: bool, keep: bool) -> Path:
    folder = KEPT / f"{state}-{digest()}"
    older = [path.parent for path in KEPT.glob(f"{state}-*/ready")]
    if keep and older:
        manage(environment(older[0]), "migrate", "--noinput", "--verbosity", "0")
        return older[0]
    if fresh or not (folder / "ready").exists():
        for old in KEPT.glob(f"{state}-*"):
            shutil.rmtree(old, ignore_errors=True)
        began = time.monotonic()
        if state == "full":
            folder.mkdir(parents=True)
            load(environment(folder))
        else:
            shutil.copytree(_prepared("full", fresh, keep=False), folder, ignore=shutil.ignore_patterns("ready"))
            manage(environment(folder), "empty", module="tests.tooling.world")
        (folder / "ready").touch()
        print(f"  prepared the {state} house ({time.monotonic() - began:.0f} s)", flush=True)
    return folder


def collect_static(env: dict[str, str], folder: Path) -> None:
    """Hashed and compressed files as in production, kept until a source changes; who asks beside waits."""
    sources = [path for path in (ROOT / "static").rglob("*") if path.is_file()]
    seal = hashlib.sha256()
    for path in sorted(sources):
        seal.update(str(path).encode() + path.read_bytes())
    kept = KEPT / f"static-{seal.hexdigest()[:12]}"
    KEPT.mkdir(parents=True, exist_ok=True)
    with (KEPT / "static.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not kept.exists():
            for old in KEPT.glob("static-*"):
                shutil.rmtree(old, ignore_errors=True)
            began = time.monotonic()
            manage(env, "collectstatic", "--noinput", "--verbosity", "0")
            half = KEPT / f"half-{kept.name}"
            shutil.rmtree(half, ignore_errors=True)
            shutil.move(folder / "static", half)  # the house may lie on another disk
            half.rename(kept)
            print(f"  collected static files ({time.monotonic() - began:.0f} s)", flush=True)
    (folder / "static").symlink_to(kept)


@contextmanager
def house(
    state: str = "full", *, fresh: bool = False, keep: bool = False, app: str = "portal.asgi:application", **extra: str
) -> Iterator[House]:
    """Copy the prepared house, serve it, and end it; nothing of the run stays behind."""
    with tempfile.TemporaryDirectory(prefix=f"trian-{state}-") as name:
        folder, port = Path(name), free_port()
        env = environment(folder, port, **extra)
        if "DATABASE_URL" in extra:  # a database server of the run's own: nothing to copy, so it is loaded here
            load(env)
        else:
            shutil.copytree(prepared(state, fresh, keep), folder, dirs_exist_ok=True)
        collect_static(env, folder)
        with (folder / "web.log").open("wb") as log:
            process = subprocess.Popen(
                [sys.executable, *WEB, str(port), app], cwd=ROOT, env=env, stdout=log, stderr=log
            )
        try:
            running = House(f"http://127.0.0.1:{port}", folder, env, process)
            wait_until_open(running)
            world = json.loads(manage(env, "describe", state, module="tests.tooling.world").splitlines()[-1])
            running.pages, running.missing, running.cookies = world["pages"], world["missing"], world["cookies"]
            for line in running.missing:
                print(f"  listed but not there: {line}", flush=True)
            yield running
        finally:
            process.terminate()
            try:
                process.wait(8)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def wait_until_open(running: House, seconds: float = 60, path: str = "/healthz", log: str = "web.log") -> None:
    """Until the server answers; its last words when it does not."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline and running.process.poll() is None:
        try:
            with urllib.request.urlopen(f"{running.url}{path}", timeout=2) as answer:
                if answer.status == 200:
                    return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    sys.exit(f"The web process does not start:\n{running.log(log)}")

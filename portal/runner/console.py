"""What every step shares: places, one-sentence errors, and programs run quietly. Standard library only."""

from __future__ import annotations

import errno
import os
import re
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
VAR = Path(os.environ.get("TRIAN_VAR_DIR") or ROOT / "var").absolute()

DISK_FULL = re.compile(r"No space left on device|Errno 28\b|ENOSPC|database or disk is full|Disk quota exceeded", re.I)
NO_NETWORK = re.compile(
    r"name resolution|dns error|failed to lookup|NewConnectionError|Network is unreachable|Could not connect|"
    r"error sending request|ConnectTimeout|Connection (timed out|refused|reset)|ENOTFOUND|EAI_AGAIN|ECONNREFUSED|"
    r"ECONNRESET|ETIMEDOUT|ENETUNREACH|tunneling socket|ProxyError|Failed to fetch|client error \(Connect\)",
    re.I,
)
HASH_MISMATCH = re.compile(r"DO NOT MATCH THE HASHES|hash mismatch|EINTEGRITY", re.I)


class RunnerError(Exception):
    """Ends the run with one sentence for the person at the keyboard."""


def say(text: str = "") -> None:
    print(text, flush=True)


def is_disk_full() -> bool:
    """Some programs fail on a full disk without a word about it."""
    return any(shutil.disk_usage(place).free < 20_000_000 for place in (ROOT, tempfile.gettempdir()))


def run(command: Iterable[object], doing: str, env: dict[str, str] | None = None, *, downloads: bool = False) -> str:
    """Run a set-up step quietly and return its output; a failure becomes one sentence, unknown ones show their end."""
    started = time.monotonic()
    words = [str(word) for word in command]
    print(f"  {doing} …", end="", flush=True)
    done = subprocess.run(words, cwd=ROOT, env=env, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    if done.returncode == 0:
        say(f" {time.monotonic() - started:.1f} s")
        return done.stdout
    say()
    if done.returncode in (-signal.SIGINT, 130):
        raise KeyboardInterrupt
    if DISK_FULL.search(done.stdout) or is_disk_full():
        raise OSError(errno.ENOSPC, "disk full")
    if downloads and HASH_MISMATCH.search(done.stdout):
        raise RunnerError(f"{doing}: a downloaded file is not the one the lock file names, so nothing was installed.")
    if downloads and NO_NETWORK.search(done.stdout):
        raise RunnerError(f"{doing}: no network, so it could not be downloaded; connect this machine and start again.")
    lines = [line for line in done.stdout.splitlines() if line.strip()]
    if "manage.py" in words:  # Django's last line names the error; the traceback above it helps nobody here
        raise RunnerError(f"{doing} failed: {lines[-1].strip() if lines else f'exit code {done.returncode}'}")
    say("\n".join(lines[-15:]))
    raise RunnerError(f"{doing} failed; the last lines of `{' '.join(words[:4])} …` are above.")

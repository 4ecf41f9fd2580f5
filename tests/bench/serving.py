"""Server processes of a run: started, watched for their CPU time, ended; and the client's jobs against them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.helpers.servers import free_port
from tests.tooling.house import ROOT, WEB, House, wait_until_open

TICK = os.sysconf("SC_CLK_TCK")


def web_command(server: str, app: str, port: int) -> list[str]:
    """uvicorn for the embedded way, granian over WSGI for pages at scale; one process either way."""
    if server == "uvicorn":
        return [sys.executable, *WEB, str(port), f"{app}.asgi:application"]
    granian = Path(sys.executable).with_name("granian")
    options = ["--interface", "wsgi", "--workers", "1", "--blocking-threads", "4", "--no-ws", "--log-level", "error"]
    return [str(granian), *options, "--host", "127.0.0.1", "--port", str(port), f"{app}.wsgi:application"]


def cpu_seconds(pids: list[int]) -> float:
    """CPU time of these processes and their children, from the kernel's own books."""
    family, total = set(pids), 0
    parents: dict[int, list[int]] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rsplit(")", 1)[1].split()
        except OSError:
            continue
        parents.setdefault(int(fields[1]), []).append(int(stat.parent.name))
    waiting = list(family)
    while waiting:
        for child in parents.get(waiting.pop(), []):
            if child not in family:
                family.add(child)
                waiting.append(child)
    for pid in family:
        try:
            fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
            total += int(fields[11]) + int(fields[12])
        except OSError:
            continue
    return total / TICK


@contextmanager
def serve(command: list[str], port: int, env: dict[str, str], folder: Path, path: str = "/healthz") -> Iterator[House]:
    """Run one server until the block ends."""
    with (folder / f"server-{port}.log").open("wb") as log:
        process = subprocess.Popen(command, cwd=ROOT, env=env, stdout=log, stderr=log)
    running = House(f"http://127.0.0.1:{port}", folder, env, process)
    try:
        wait_until_open(running, path=path, log=f"server-{port}.log")
        yield running
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def port_for() -> int:
    """A free port."""
    return free_port()


def client(job: dict[str, Any], pids: list[int]) -> dict[str, Any]:
    """Let the client do one job; adds the servers' CPU in milliseconds per request, or microseconds per delivery."""
    worker = subprocess.Popen(
        [sys.executable, "-m", "tests.bench.client"], cwd=ROOT, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert worker.stdin is not None
    assert worker.stdout is not None
    job = {"seed": f"{time.time_ns():x}", **job}
    worker.stdin.write(json.dumps(job) + "\n")
    worker.stdin.flush()
    if job["kind"] == "sockets":
        worker.stdout.readline()  # connected and subscribed: from here on it counts
    before = cpu_seconds(pids)
    result_line = ""
    for line in worker.stdout:
        result_line = line
    worker.wait()
    if worker.returncode or not result_line.startswith("{"):
        sys.exit(f"The client failed on {job.get('paths', [job.get('path')])[:1]}.")
    result = json.loads(result_line)
    spent = cpu_seconds(pids) - before
    count = result.get("n") or result.get("deliveries") or 1
    result["cpu"] = spent / count * (1000 if job["kind"] == "pages" else 1_000_000)
    return result

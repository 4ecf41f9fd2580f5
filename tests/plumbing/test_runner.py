"""run.py: one clear sentence for each trouble, children started again when they die, none left behind."""

import builtins
import errno
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from portal.runner import checks, console, demo, setup
from tests.helpers.databases import ROOT

FAILURES = {
    "ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device": OSError,
    "npm error code ENOSPC": OSError,
    "django.db.utils.OperationalError: database or disk is full": OSError,
    "error: Failed to fetch: `https://x/simple/`\n  Caused by: dns error": "no network",
    "NewConnectionError: [Errno -3] Temporary failure in name resolution": "no network",
    "npm error code EAI_AGAIN": "no network",
    "ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE": "not the one the lock file names",
    "something new and strange": "the last lines of",
}


@pytest.mark.parametrize(("output", "expected"), FAILURES.items())
def test_a_failing_step_becomes_one_sentence(output, expected, capsys):
    command = [sys.executable, "-c", f"print({output!r}); raise SystemExit(1)"]
    if expected is OSError:
        with pytest.raises(OSError) as full:
            console.run(command, "Packages", downloads=True)
        assert full.value.errno == errno.ENOSPC
    else:
        with pytest.raises(console.RunnerError, match=expected):
            console.run(command, "Packages", downloads=True)
    assert ("something new and strange" in capsys.readouterr().out) == ("strange" in output)


def test_a_broken_migration_is_told_by_its_last_line(tmp_path):
    script = tmp_path / "manage.py"
    script.write_text("raise ValueError('relation missing')")
    with pytest.raises(console.RunnerError, match="Database failed: ValueError: relation missing"):
        console.run([sys.executable, "-c", script.read_text(), "manage.py"], "Database")


def test_missing_venv_is_told_with_the_package_to_install(monkeypatch, tmp_path):
    real = builtins.__import__

    def without_ensurepip(name, *rest, **kw):
        if name == "ensurepip":
            raise ModuleNotFoundError(name)
        return real(name, *rest, **kw)

    monkeypatch.setattr(setup, "PYTHON", tmp_path / "python")
    monkeypatch.setattr(builtins, "__import__", without_ensurepip)
    with pytest.raises(console.RunnerError, match="install python3-venv"):
        setup.make_venv()


def test_a_busy_port_and_a_foreign_host_are_told_before_any_work():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        demo_there = [sys.executable, "run.py", "demo", "--port", str(port)]
        done = subprocess.run(demo_there, cwd=ROOT, text=True, capture_output=True, check=False)
        assert done.returncode == 1
        said = done.stdout + done.stderr.strip()
        assert said == f"Port {port} is in use: stop what listens there or choose another with --port."
    with pytest.raises(console.RunnerError, match="not an address of this machine"):
        demo.check_port("203.0.113.7", port)
    with pytest.raises(console.RunnerError, match="from 1 to 65535"):
        demo.check_port("127.0.0.1", 70_000)
    demo.check_port("127.0.0.1", port)


def test_fresh_moves_only_the_demos_own_data(monkeypatch, tmp_path, capsys):
    monkeypatch.setattr(demo, "VAR", tmp_path)
    monkeypatch.delenv("DATABASE_URL", raising=False)
    (tmp_path / "db.sqlite3").write_text("old")
    (tmp_path / "media").mkdir()
    (tmp_path / "mine.txt").write_text("keep")
    demo.move_data_away()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["mine.txt", "previous"]
    assert (tmp_path / "previous" / "db.sqlite3").read_text() == "old"
    assert str(tmp_path / "previous") in capsys.readouterr().out
    monkeypatch.setenv("DATABASE_URL", "postgres://elsewhere/x")
    with pytest.raises(console.RunnerError, match="DATABASE_URL"):
        demo.move_data_away()


def test_a_dead_child_is_told_and_started_again_with_growing_patience(monkeypatch, tmp_path, capsys):
    monkeypatch.setattr(demo, "VAR", tmp_path)
    child = demo.Child("worker", [sys.executable, "-c", "raise SystemExit(3)"], dict(os.environ))
    child.wait = 0.1
    for expected in (0.2, 0.4):
        child.process.wait(10)
        child.look_after()
        assert child.wait == expected
        assert "worker died (exit code 3); it starts again" in capsys.readouterr().out
        time.sleep(expected)
        child.look_after()
        assert child.again_at is None
    demo.end_all([child])


# Three children under the demo's own supervision; one of them has a child of its own, one ignores SIGTERM.
HOUSE = """
import os, signal, sys
from pathlib import Path
from portal.runner import demo
signal.signal(signal.SIGTERM, lambda *a: (_ for _ in ()).throw(KeyboardInterrupt))
# Started in the background, a shell lets its children ignore Ctrl-C.
signal.signal(signal.SIGINT, signal.default_int_handler)
demo.VAR = Path(sys.argv[1])
note = "import os, sys, time, signal, subprocess; open(sys.argv[1], 'a').write(str(os.getpid()) + '\\\\n');"
note += "exec(sys.argv[2]); time.sleep(600)"
def child(name, extra):
    return demo.Child(name, [sys.executable, "-c", note, str(demo.VAR / "pids"), extra], dict(os.environ))
children = [child("plain", ""), child("parent", "subprocess.Popen(['sleep', '600'])"),
            child("stubborn", "signal.signal(signal.SIGTERM, signal.SIG_IGN)")]
try:
    demo.supervise(children, "http://127.0.0.1:1", print)
except KeyboardInterrupt:
    pass
finally:
    demo.end_all(children)
"""


def alive(pid: int) -> bool:
    try:
        return "zombie" not in Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return False


def started(tmp_path: Path, count: int) -> list[int]:
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        pids = (tmp_path / "pids").read_text().split() if (tmp_path / "pids").exists() else []
        if len(pids) >= count:
            return [int(pid) for pid in pids]
        time.sleep(0.05)
    raise AssertionError("the children did not start")


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_ending_the_demo_leaves_no_process(number, tmp_path):
    house = subprocess.Popen([sys.executable, "-c", HOUSE, str(tmp_path)], cwd=ROOT)
    pids = started(tmp_path, 3)
    pids += [int(pid) for parent in pids for pid in children_of(parent)]
    assert len(pids) == 4
    house.send_signal(number)
    assert house.wait(15) == 0
    assert [pid for pid in pids if alive(pid)] == []


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_a_killed_child_is_replaced_and_a_killed_demo_takes_its_children_along(tmp_path):
    house = subprocess.Popen([sys.executable, "-c", HOUSE, str(tmp_path)], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    (victim,) = [pid for pid in started(tmp_path, 3) if b"Popen" in Path(f"/proc/{pid}/cmdline").read_bytes()]
    os.kill(victim, signal.SIGKILL)  # not the web process, whose death before the welcome ends the demo
    assert "died (killed by SIGKILL); it starts again in 1 s" in house.stdout.readline()
    pids = [pid for pid in started(tmp_path, 4) if alive(pid)]
    stubborn = [pid for pid in pids if b"SIG_IGN" in Path(f"/proc/{pid}/cmdline").read_bytes()]
    assert (len(pids), len(stubborn)) == (3, 1)
    house.kill()
    house.wait()
    house.stdout.close()
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline and sum(map(alive, pids)) > 1:
        time.sleep(0.05)
    left = [pid for pid in pids if alive(pid)]
    for pid in pids:
        try:
            os.killpg(pid, signal.SIGKILL)  # the one that ignores SIGTERM, and what the others had started
        except ProcessLookupError:
            pass
    assert left in ([], stubborn)


def children_of(pid: int) -> list[str]:
    for _ in range(100):
        found = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        if found:
            return found
        time.sleep(0.005)
    return []


def test_options_of_xdist_stay_out_of_the_second_round():
    assert checks._without_workers(["-n", "4", "-k", "ledger", "-n2", "--dist=load"]) == ["-k", "ledger"]


def test_a_failing_stage_fails_and_the_closing_line_of_pytest_is_kept():
    env = dict(os.environ)
    line = "import sys; print('===== 3 passed, 1 skipped in 0.12s ====='); sys.exit(0)"
    good = checks.run_stage(checks.Stage("tests", [sys.executable, "-c", line], env))
    assert (good.passed, good.closing) == (True, "3 passed, 1 skipped in 0.12s")
    assert not checks.run_stage(checks.Stage("style", [sys.executable, "-c", "raise SystemExit(1)"], env)).passed


def test_every_command_is_offered():
    done = subprocess.run([sys.executable, "run.py", "--help"], cwd=ROOT, text=True, capture_output=True, check=True)
    for command in ("demo", "setup", "test", "bench", "shots", "audit"):
        assert command in done.stdout


def test_help_for_the_tests_is_told_without_running_them(monkeypatch, capsys):
    monkeypatch.setattr(checks, "setup", lambda **_words: pytest.fail("help needs nothing set up"))
    assert checks.test(["--help"]) == 0
    assert "usage: run.py test" in capsys.readouterr().out

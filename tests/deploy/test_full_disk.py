"""A disk that is full: writing is refused in one clear sentence, reading goes on, and nothing is broken (promise 7)."""

from __future__ import annotations

import errno
import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.deploy.service import SITE, Service, wait_until
from tests.deploy.writers import Writer

pytestmark = [pytest.mark.slow, pytest.mark.timeout(200)]


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 64 MB of its own; only root may mount one."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = shutil.which("mount")
    if os.geteuid() != 0 or mount is None:
        pytest.skip("only root may mount a small disk")
    done = subprocess.run([mount, "-t", "tmpfs", "-o", "size=64m", "tmpfs", folder], capture_output=True, text=True)
    if done.returncode:
        pytest.skip(f"no small disk can be mounted here: {done.stderr.strip()}")
    yield folder
    subprocess.run(["umount", "-l", folder], check=True)


def fill(path: Path) -> None:
    """Writes until nothing more fits."""
    piece = 1024 * 1024
    with path.open("wb", buffering=0) as file:
        while piece:
            try:
                file.write(b"x" * piece)
            except OSError as full:
                if full.errno != errno.ENOSPC:
                    raise
                piece //= 2


def test_promise_7_a_full_disk_is_refused_and_breaks_nothing(migrated: Path, tmp_path: Path, small_disk: Path) -> None:
    house = Service(tmp_path, state=small_disk, template=migrated)
    try:
        house.open(nginx=False)
        people = json.loads(house.manage("1", module="tests.deploy.people").strip().splitlines()[-1])
        base = f"http://127.0.0.1:{house.pages[0]}"
        client = httpx.Client(base_url=base, headers={"Host": SITE, "X-Forwarded-Proto": "https"}, timeout=20)
        writer = Writer(client, people["cookies"][0], people["topic"], people["csrf"])
        path = f"/vi/community/topics/{people['topic']}/-/"
        assert writer.say("r:before", "Trước khi đĩa đầy, lời này còn kịp.").status_code in (200, 201, 204, 302)
        fill(small_disk / "filler")
        words = "Lúc đĩa đầy, lời này không có chỗ. " * 200
        answers = [writer.say(f"r:full{number}", words) for number in range(6)]
        refused = [answer for answer in answers if answer.status_code == 507]
        assert refused, [answer.status_code for answer in answers]
        assert {answer.status_code for answer in answers} <= {200, 201, 204, 302, 429, 507}
        assert refused[0].headers["retry-after"] == "120"
        assert "Ổ đĩa của nhà đã đầy" in refused[0].json()["error"]["message"]
        assert client.get(path, headers={"Accept": "text/html"}, follow_redirects=True).status_code == 200
        (small_disk / "filler").unlink()
        wait_until(
            lambda: writer.say("r:after", "Đĩa có chỗ rồi, lời này ở lại.").status_code in (200, 201, 204, 302),
            20,
            lambda: house.log(house.units[0]),
        )
        assert house.rows("PRAGMA integrity_check") == [("ok",)]
        kept = {key for (key,) in house.rows("SELECT key FROM community_post WHERE key LIKE 'r:%'")}
        said = {f"r:full{n}" for n, answer in enumerate(answers) if answer.status_code in (200, 201, 204, 302)}
        assert kept == {"r:before", "r:after"} | said
        assert house.ledger_is_sound()
    finally:
        house.end()

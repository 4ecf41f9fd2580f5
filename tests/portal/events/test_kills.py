"""SIGKILL inside a handler: the effect happens once all the same, and a poisoned delivery stands in nobody's way."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable

import pytest
from django.db import transaction

from portal.accounts.models import Consent
from portal.core.clock import now
from portal.events import relay
from portal.events.bus import publish
from portal.events.models import Delivery
from portal.events.types.accounts import StandingChanged
from tests.helpers.databases import ROOT
from tests.helpers.realtime import house_environment

pytestmark = [pytest.mark.both_databases, pytest.mark.slow, pytest.mark.django_db(transaction=True)]


def wait_until(true: Callable[[], object], seconds: float = 40) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.05)


def effects() -> list[str]:
    return sorted(Consent.objects.filter(way__startswith="e").values_list("way", flat=True))


def tell(member: int) -> str:
    with transaction.atomic():
        return f"e{publish(StandingChanged(member=member, tier='gold'), at=now()).pk}"


@pytest.fixture
def child(tmp_path):
    """`child()` starts a relay process; `child.flag` is the file that makes its handler die."""
    flag = tmp_path / "die"
    started: list[subprocess.Popen] = []

    def start() -> subprocess.Popen:
        environment = house_environment(
            tmp_path, DJANGO_SETTINGS_MODULE="portal.settings.test", TRIAN_LOG_LEVEL="ERROR"
        )
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.helpers.relay_child", str(flag)],
            cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        started.append(process)
        return process

    start.flag = flag
    yield start
    for process in started:
        process.kill()
        process.wait()


def test_a_kill_inside_a_handler_leaves_the_delivery_due_and_its_effect_happens_once(subscriber, alice, child):
    subscriber("effect", lambda heard: None)
    child.flag.touch()
    wanted = sorted(tell(member) for member in range(1, 6))
    first = child()
    assert first.wait(120) == -9
    assert effects() == []
    assert Delivery.objects.filter(done_at=None).count() == 5

    child.flag.unlink()
    Delivery.objects.update(due_at=now())  # the attempt that died is not waited for
    child()
    wait_until(lambda: not Delivery.objects.filter(done_at=None).exists())
    assert effects() == wanted


def test_a_delivery_that_kills_its_process_every_time_is_found_and_put_off(subscriber, alice, child):
    subscriber("effect", lambda heard: None)
    child.flag.write_text("666")
    good = [tell(1), tell(2)]
    poison = tell(666)
    good += [tell(3), tell(4)]
    assert child().wait(120) == -9
    assert effects() == sorted(good[:2])  # the careful first batch: what came before the poison is done
    child()  # the poison is not due yet
    wait_until(lambda: len(effects()) == 4)
    assert effects() == sorted(good)
    row = relay.failures().get()
    assert (f"e{row.event_id}", row.error) == (poison, relay.INTERRUPTED)
    assert row.attempts >= 1

"""A real web process, real sockets, and other processes that record: what holds without a test's help."""

from __future__ import annotations

import subprocess
import sys
import time

import pytest
import websockets
from asgiref.sync import sync_to_async
from django.db import transaction
from django.test import Client

from portal.accounts.models import Member
from portal.core import webprocess
from portal.core.clock import now
from portal.realtime import recheck, record, rules
from tests.helpers.databases import ROOT
from tests.helpers.realtime import RemoteTab, house_environment, session_cookie, web_process
from tests.helpers.stage import BIG

pytestmark = [pytest.mark.slow, pytest.mark.both_databases, pytest.mark.django_db(transaction=True)]


@sync_to_async
def say(*texts: str, kind: str = "said", stream: str = "stage:1") -> None:
    for text in texts:
        with transaction.atomic():
            record(stream, kind, {"text": text})


@pytest.fixture
def web(tmp_path):
    with web_process(tmp_path) as (port, _process):
        yield port


async def signed_in(port: int, member: Member, **options: str) -> RemoteTab:
    tab = RemoteTab(port, await sync_to_async(session_cookie)(member), **options)
    return await tab.open()


async def test_the_door_keeps_out_what_must_stay_out(web, alice):
    for origin in (None, "null", "https://evil.example"):
        with pytest.raises(websockets.InvalidStatus) as refused:
            await RemoteTab(web, origin=origin).open()
        assert refused.value.response.status_code == 403
    with pytest.raises(websockets.InvalidStatus):
        await websockets.connect(f"ws://127.0.0.1:{web}/elsewhere/", origin="http://127.0.0.1", proxy=None)

    big = await RemoteTab(web).open()
    await big.send("x" * (rules.MAX_FRAME + 1))
    assert await big.close_code() == rules.TOO_BIG
    binary = await RemoteTab(web).open()
    await binary.send(b"\x00")
    assert await binary.close_code() == rules.NOT_TEXT
    flood = await RemoteTab(web).open()
    try:
        for _ in range(200):
            await flood.send({"t": "nothing"})
    except websockets.ConnectionClosed:
        pass
    assert await flood.close_code() == rules.FLOODING

    tabs = [await signed_in(web, alice) for _ in range(rules.PER_MEMBER)]
    for tab in tabs:
        assert (await tab.sub("stage:2"))["t"] == "ok"
    assert await (await signed_in(web, alice)).close_code() == rules.TOO_MANY_CONNECTIONS


async def test_what_another_process_records_arrives_within_a_second_in_order_and_once(web):
    tab = await RemoteTab(web).open()
    await tab.sub("stage:1")
    begun = time.monotonic()
    await say("đầu tiên")
    frame = await tab.next("ev")
    assert time.monotonic() - begun < 1
    assert (frame["n"], frame["d"]["text"]) == (1, "đầu tiên")
    await say(*(f"{n}" for n in range(2, 60)))
    assert [(await tab.next("ev"))["n"] for _ in range(2, 60)] == list(range(2, 60))

    late = await RemoteTab(web).open()
    assert (await late.sub("stage:1", after=50))["n"] == 59
    assert [(await late.next("ev"))["n"] for _ in range(9)] == list(range(51, 60))
    assert await tab.silence() == await late.silence() == []


async def test_losing_a_right_and_signing_out_close_the_socket_within_two_seconds(web, alice, bob):
    tab, other, calm = await signed_in(web, alice), await signed_in(web, bob), await RemoteTab(web).open()
    for one in (tab, other, calm):
        assert (await one.sub("stage:1"))["t"] == "ok"
    begun = time.monotonic()

    @sync_to_async
    def sign_out() -> None:
        browser = Client()
        browser.cookies.load(tab.headers["Cookie"])
        browser.logout()

    @sync_to_async
    def suspend() -> None:
        Member.objects.filter(pk=bob.pk).update(suspended_until=now().replace(year=2099))
        recheck(bob.pk)

    await sign_out()
    await suspend()
    assert await tab.close_code() == rules.SIGNED_OUT
    assert await other.close_code() == rules.FORBIDDEN
    assert time.monotonic() - begun < 2
    await say("cho người khác")
    assert (await calm.next("ev"))["d"]["text"] == "cho người khác"


async def test_a_page_that_does_not_read_is_told_to_fetch_anew_and_holds_nobody_up(web):
    slow = await RemoteTab(web).open(max_queue=1, compression=None)  # 100,000 times "x" would be packed small
    quick = await RemoteTab(web).open(max_queue=None)
    for tab in (slow, quick):
        await tab.sub("stage:1")
    slow.wire.transport.pause_reading()
    total = 400  # 40 MB: more than the kernel's buffers and our queue of 64 hold
    await say(*("" for _ in range(total)), kind="long")
    for n in range(1, total + 1):
        frame = await quick.next("ev", seconds=30)
        assert (frame["n"], len(frame["d"]["text"])) == (n, len(BIG))
    slow.wire.transport.resume_reading()
    numbers = []
    while (frame := await slow.next(seconds=30))["t"] == "ev":
        numbers.append(frame["n"])
    assert numbers == list(range(1, len(numbers) + 1))
    assert len(numbers) < total
    assert frame == {"t": "resync", "s": "stage:1", "n": total}
    await say("lại nghe")
    assert (await slow.next("ev"))["n"] == total + 1


async def test_a_killed_web_process_loses_nothing_that_was_recorded(tmp_path):
    with web_process(tmp_path) as (port, process):
        tab = await RemoteTab(port).open()
        await tab.sub("stage:1")
        await say("một")
        assert (await tab.next("ev"))["n"] == 1
        process.kill()
        process.wait()
    await say("hai", "ba")
    with web_process(tmp_path) as (port, _):
        tab = await RemoteTab(port).open()
        assert (await tab.sub("stage:1", after=1))["n"] == 3
        assert [(await tab.next("ev"))["d"]["text"] for _ in range(2)] == ["hai", "ba"]


def start_another(folder, *words: str, **extra: str) -> subprocess.CompletedProcess:
    command = [sys.executable, "-m", "uvicorn", "portal.asgi:application", "--port", "0", "--lifespan", "off"]
    return subprocess.run(
        [*command, *words], cwd=ROOT, env=house_environment(folder, **extra), capture_output=True, text=True, timeout=60
    )


def test_a_web_process_holds_its_lock_and_a_second_one_stops_with_a_sentence(web, tmp_path):
    second = start_another(tmp_path)
    assert second.returncode == 3
    assert second.stderr.count("A web process is already running on") == 1
    assert "Traceback" not in second.stderr


def test_several_workers_without_redis_are_refused(tmp_path):
    refused = start_another(tmp_path, "--workers", "2")
    assert "2 web processes need Redis" in refused.stderr
    assert "Traceback" not in refused.stderr


@pytest.mark.parametrize(
    "words, environ",
    [
        (["uvicorn", "--workers", "2"], {}),
        (["uvicorn", "--workers=4"], {"WEB_CONCURRENCY": "1"}),
        (["uvicorn"], {"WEB_CONCURRENCY": "2"}),
    ],
)
def test_every_way_to_ask_for_several_workers_is_seen(words, environ):
    with pytest.raises(webprocess.SecondWebProcess):
        webprocess.refuse_many_workers(words, environ)


@pytest.mark.parametrize(
    "words, environ", [(["uvicorn"], {}), (["uvicorn", "--workers", "1"], {"WEB_CONCURRENCY": "3"})]
)
def test_one_worker_is_welcome(words, environ):
    webprocess.refuse_many_workers(words, environ)


def test_the_trick_of_writing_at_once_holds_for_the_server_in_use():
    """`sockets.writes_first` trusts uvicorn's `send` to wait for "writable" before it writes anything."""
    import inspect

    from uvicorn.protocols.websockets.auto import AutoWebSocketsProtocol

    assert AutoWebSocketsProtocol.__name__ == "WebSocketsSansIOProtocol"
    lines = [line.strip() for line in inspect.getsource(AutoWebSocketsProtocol.send).splitlines()]
    assert lines[1] == "await self.writable.wait()"
    assert sum("await" in line for line in lines) == 1

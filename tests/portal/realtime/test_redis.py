"""Two web processes joined by Redis, and Redis killed under them: it costs delay, never a message."""

from __future__ import annotations

import asyncio
import time

import pytest
from asgiref.sync import sync_to_async
from django.db import transaction

from portal.accounts.models import Member
from portal.core.clock import now
from portal.realtime import hub as hub_module
from portal.realtime import push as push_now
from portal.realtime import pusher, recheck, recheck_everybody, recheck_hearers, record, roster, rules, streams
from tests.helpers.realtime import RemoteTab, session_cookie, web_process

pytestmark = [pytest.mark.redis, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def with_redis(settings, redis_server, redis_url):
    """This process publishes to Redis, as every process of the scaled house does; Redis is up again afterwards."""
    settings.REDIS_URL = redis_url
    pusher._publisher = None
    roster.roster.cache_clear()
    yield redis_server
    settings.REDIS_URL = ""
    if pusher._publisher is not None:
        pusher._publisher.stop()
    pusher._publisher = None
    roster.roster.cache_clear()
    if redis_server._process is None:
        redis_server.start()


@sync_to_async
def say(*texts: str) -> None:
    for text in texts:
        with transaction.atomic():
            record("stage:1", "said", {"text": text})


async def test_a_hub_hears_through_redis_and_finds_back_by_itself(tab, with_redis, monkeypatch):
    monkeypatch.setattr(rules, "HEARTBEAT", 0.5)
    page = await tab()
    assert (await page.sub("stage:1"))["t"] == "ok"
    await say("một")
    assert (await page.next("ev"))["d"]["text"] == "một"
    await sync_to_async(push_now)("stage:1", "wave", {"from": 1})
    assert (await page.next("eph"))["d"] == {"from": 1}

    with_redis.kill()
    lost = pusher.lost.number
    begun = time.monotonic()
    await say("hai")
    assert time.monotonic() - begun < 2  # the request does not wait for Redis
    for _ in range(10):
        if (await page.next("hb"))["last"] == {"stage:1": 2}:
            break
    else:
        pytest.fail("no heartbeat told that something was missed")
    assert (await page.sub("stage:1", after=1))["t"] == "ok"
    assert (await page.next("ev"))["d"]["text"] == "hai"
    assert pusher.lost.number > lost

    with_redis.start()
    await asyncio.sleep(0.1)
    deadline = time.monotonic() + 15
    number = 2
    while time.monotonic() < deadline:
        await say("ba")
        number += 1
        if any(frame["t"] == "ev" and frame["n"] == number for frame in await page.silence(0.5)):
            break
    else:
        pytest.fail("the hub did not find back to Redis")


async def test_a_right_that_ended_while_redis_was_away_ends_on_open_pages_when_it_is_back(tab, with_redis, alice):
    page = await tab(alice)
    assert (await page.sub("stage:1"))["t"] == "ok"
    with_redis.kill()

    @sync_to_async
    def suspend() -> None:
        Member.objects.filter(pk=alice.pk).update(suspended_until=now().replace(year=2099))
        recheck(alice.pk)  # nobody hears it

    await suspend()
    await asyncio.sleep(1)
    assert page.closed_with is None
    with_redis.start()
    async with asyncio.timeout(20):  # well before the minute in which rights are asked for again anyway
        assert await page.close_code(20) == rules.FORBIDDEN


@pytest.mark.parametrize("everybody", [False, True])
async def test_a_door_that_shuts_is_told_through_redis_to_whoever_hears_behind_it(
    tab, with_redis, alice, monkeypatch, everybody
):
    page = await tab(alice)
    assert (await page.sub("stage:1"))["t"] == "ok"
    monkeypatch.setattr(streams, "may_hear", lambda viewer, stream: stream != "stage:1")

    @sync_to_async
    def shut() -> None:
        with transaction.atomic():
            recheck_everybody() if everybody else recheck_hearers("stage:1")

    await shut()
    assert await page.next("denied", seconds=20) == {"t": "denied", "s": "stage:1"}


async def test_presence_and_limits_are_shared_and_survive_the_loss_of_redis(tab, with_redis, alice, bob):
    shared = roster.roster()
    assert isinstance(shared, roster.RedisRoster)
    assert shared.enter("here:stage:1", f"{bob.pk}/elsewhere", 60) == [f"{bob.pk}/elsewhere"]
    page = await tab(alice)
    await page.sub("stage:1")
    await page.send({"t": "here", "s": "stage:1"})
    assert (await page.next("eph"))["d"] == {"members": [bob.pk, alice.pk], "count": 2}
    assert shared.members("stage:1") == [bob.pk, alice.pk]
    assert shared.leave("here:stage:1", f"{bob.pk}/elsewhere")[0].startswith(f"{alice.pk}/")

    for n in range(rules.PER_MEMBER):
        shared.enter(f"sockets:member:{bob.pk}", f"other-process-{n}", 30)
    assert await (await tab(bob)).close_code() == rules.TOO_MANY_CONNECTIONS

    with_redis.kill()
    assert shared.names("here:stage:1") == []
    assert (await (await tab(bob)).sub("stage:1"))["t"] == "ok"


async def test_rooms_that_empty_are_unsubscribed(tab, with_redis):
    pages = [await tab() for _ in range(5)]
    for _ in range(4):
        await asyncio.gather(*(page.sub("stage:1") for page in pages))
        for page in pages:
            await page.send({"t": "unsub", "s": "stage:1"})
        await asyncio.gather(*(page.silence(0.1) for page in pages))
    bridge = hub_module._hub._bridge
    assert bridge._subscribed == set()
    await pages[0].sub("stage:1")
    await say("còn nghe")
    assert (await pages[0].next("ev"))["d"]["text"] == "còn nghe"


@pytest.mark.slow
@pytest.mark.postgres
async def test_two_web_processes_hear_what_a_third_records(tmp_path, with_redis, alice):
    more = {"REDIS_URL": with_redis.url, "TRIAN_RELAY": "off"}
    (tmp_path / "one").mkdir()
    (tmp_path / "two").mkdir()
    with web_process(tmp_path / "one", **more) as (first, _), web_process(tmp_path / "two", **more) as (second, _):
        cookie = await sync_to_async(session_cookie)(alice)
        tabs = [await RemoteTab(port, cookie).open() for port in (first, second)]
        for tab in tabs:
            await tab.sub("stage:2")
            await tab.sub("stage:1")
        begun = time.monotonic()
        await say("một")
        assert [(await tab.next("ev"))["d"]["text"] for tab in tabs] == ["một", "một"]
        assert time.monotonic() - begun < 1
        await tabs[0].send({"t": "send", "s": "stage:2", "key": "k", "text": "sang bên kia"})
        assert (await tabs[1].next("ev"))["d"]["text"] == "sang bên kia"
        await tabs[0].send({"t": "here", "s": "stage:1"})
        assert (await tabs[1].next("eph"))["d"]["members"] == [alice.pk]

        with_redis.kill()
        await say("hai", "ba")
        with_redis.start()
        # what a page does by itself: the heartbeat shows that it is behind, it asks for what came after its number
        deadline = time.monotonic() + 15
        while (await tabs[1].next("hb", seconds=15))["last"].get("stage:1") != 3:
            assert time.monotonic() < deadline
        await tabs[1].sub("stage:1", after=1)
        heard = [await tabs[1].next("ev") for _ in range(2)]
        assert [(frame["n"], frame["d"]["text"]) for frame in heard] == [(2, "hai"), (3, "ba")]

"""The scaled way behind nginx, with its database cut off, its cache killed and far too many visitors at once."""

from __future__ import annotations

import asyncio
import json
import statistics
import time
from collections import Counter
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests.bench.promised import load, lost
from tests.deploy.service import SITE, Service, wait_until
from tests.deploy.writers import Writer
from tests.helpers.servers import POSTGRES_MISSING, PostgresServer, RedisServer, postgres_program

pytestmark = [
    pytest.mark.nginx,
    pytest.mark.postgres,
    pytest.mark.redis,
    pytest.mark.slow,
    pytest.mark.timeout(400),
]
HEARD = (200, 201, 204, 302)
# The promise is ten seconds on a machine of its own; here others work beside.
BACK = 30


@pytest.fixture(scope="module")
def postgres() -> Iterator[PostgresServer]:
    """A cluster of this module's own, to be cut off."""
    if postgres_program("initdb") is None:
        pytest.skip(POSTGRES_MISSING)
    server = PostgresServer()
    try:
        server.start()
        server.create_database()
        yield server
    finally:
        server.close()


@pytest.fixture(scope="module")
def house(
    needs_nginx: None, postgres: PostgresServer, redis_server: RedisServer, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Service]:
    """Every unit of the target, on PostgreSQL and Redis."""
    limits = {"TRIAN_ADDRESS_A_MINUTE": "0", "TRIAN_MEMBER_A_MINUTE": "0"}
    running = Service(
        tmp_path_factory.mktemp("service"), database=postgres.url, redis=redis_server.url, **limits,
        TRIAN_REQUESTS_WAITING="8",
    )  # fmt: skip
    try:
        yield running.open()
    finally:
        running.end()


@pytest.fixture(scope="module")
def people(house: Service) -> dict[str, Any]:
    """Six members with sessions, and a topic."""
    return json.loads(house.manage("6", module="tests.deploy.people").strip().splitlines()[-1])


def writers(house: Service, people: dict[str, Any]) -> list[Writer]:
    """Each straight at one of the web processes, as nginx would hand them on, but without its pace."""
    made = []
    for number, cookies in enumerate(people["cookies"][:4]):
        base = f"http://127.0.0.1:{house.pages[number % len(house.pages)]}"
        headers = {"Host": SITE, "X-Forwarded-Proto": "https", "X-Forwarded-For": f"203.0.113.{number + 1}"}
        client = httpx.Client(base_url=base, headers=headers, timeout=15)
        made.append(Writer(client, cookies, people["topic"], people["csrf"]))
    return made


def heard_again(found: list[Writer], since: float) -> bool:
    return all(any(at > since and status in HEARD for at, status in writer.seen) for writer in found)


def told(found: list[Writer], since: float) -> str:
    """What each was answered since."""
    return str([[(round(at - since, 1), status) for at, status in writer.seen if at > since - 6] for writer in found])


def stands_once(house: Service, found: list[Writer]) -> None:
    """Every acknowledged reply stands once, every event is delivered once, and the books balance."""
    keys = [key for writer in found for key in writer.acknowledged]
    stored = [key for (key,) in house.rows("SELECT key FROM community_post WHERE key LIKE 'r:%'")]
    assert len(stored) == len(set(stored))
    assert set(keys) <= set(stored)
    waiting = "SELECT count(*) FROM portal_delivery WHERE done_at IS NULL"
    wait_until(lambda: house.rows(waiting) == [(0,)], 60, lambda: f"{house.rows(waiting)} {house.log('trian-relay')}")
    twice = (
        "SELECT count(*) FROM badges_transaction WHERE kind LIKE 'earn%' "
        "GROUP BY event_id, member_id, source HAVING count(*) > 1"
    )
    assert house.rows(twice) == []
    unheard = (
        "SELECT (SELECT count(*) FROM community_post WHERE number > 1) - "
        "(SELECT count(*) FROM portal_domainevent WHERE name = 'reply_posted')"
    )
    assert house.rows(unheard) == [(0,)]
    assert house.ledger_is_sound()


def test_the_house_stands_behind_nginx_with_every_unit_of_its_target(house: Service) -> None:
    assert house.nginx is not None
    with house.nginx.client() as visitor:
        assert visitor.get("/vi/").status_code == 200
        wait_until(lambda: "r" in house.post.letters[-1] if house.post.letters else False, 5, lambda: "no letter")
    for port in (*house.pages, *house.sockets):
        wait_until(
            lambda port=port: httpx.get(f"http://127.0.0.1:{port}/readyz").status_code == 200,
            30,
            lambda port=port: httpx.get(f"http://127.0.0.1:{port}/readyz").text,
        )


def test_promise_5_a_cut_of_the_database_is_ridden_out(
    house: Service, people: dict[str, Any], postgres: PostgresServer
) -> None:
    found = writers(house, people)
    for writer in found:
        writer.start()
    wait_until(lambda: heard_again(found, 0), 40, lambda: house.log(house.units[0]))
    postgres.cut()
    assert house.nginx is not None
    with house.nginx.client() as visitor:
        page = visitor.get("/en/community/")
        assert (page.status_code, page.headers["retry-after"]) == (503, "5")
        assert "We cannot reach our books just now." in page.text
        assert visitor.get("/healthz").status_code == 200
        time.sleep(1)
        postgres.start()
        back = time.monotonic()
        wait_until(lambda: visitor.get("/en/community/").status_code == 200, BACK, lambda: "pages do not come back")
        wait_until(lambda: heard_again(found, back), BACK, lambda: told(found, back))
    time.sleep(1)
    for writer in found:
        writer.stop()
    statuses = Counter(status for writer in found for _at, status in writer.seen)
    assert set(statuses) <= {*HEARD, 503, 429}, statuses
    assert statuses[503] > 0
    stands_once(house, found)


def test_promise_6_without_the_cache_members_go_on_writing_and_reading(
    house: Service, people: dict[str, Any], redis_server: RedisServer
) -> None:
    found = writers(house, people)
    for writer in found:
        writer.start()
    wait_until(lambda: heard_again(found, 0), 40, lambda: house.log(house.units[0]))
    redis_server.kill()
    away = time.monotonic()
    try:
        wait_until(lambda: heard_again(found, away), 30, lambda: str([writer.seen[-5:] for writer in found]))
    finally:
        redis_server.start()
    for writer in found:
        writer.stop()
    stands_once(house, found)


def test_promise_1_members_read_and_write_without_a_single_fault(house: Service, people: dict[str, Any]) -> None:
    """A short and gentle one, for others work beside; `python -m tests.bench.promised` is the whole minute with 200.

    Each of the sixteen acts once at least, and by their numbers all four kinds of acts are among these.
    """
    seen = asyncio.run(load(house, people, members=16, seconds=9, pause=8))
    assert seen.failures() == 0, seen.statuses
    assert {"read", "reply", "chat", "thank"} <= set(seen.times)
    assert set(seen.statuses) <= {*HEARD, 429}, seen.statuses
    assert lost(house, seen) == set()
    assert house.ledger_is_sound()


def metric(house: Service, name: str) -> float:
    text = httpx.get(f"http://127.0.0.1:{house.pages[0]}/metrics").text
    return sum(float(line.rsplit(" ", 1)[1]) for line in text.splitlines() if line.startswith(name))


async def rush(house: Service, cookies: dict[str, str], lines: int, seconds: float) -> Counter[str]:
    """So many ask for a page that is never kept, again and again, without waiting for anything."""
    seen: Counter[str] = Counter()
    until = time.monotonic() + seconds
    headers = {"Host": SITE, "X-Forwarded-Proto": "https"}
    limits = httpx.Limits(max_connections=lines, max_keepalive_connections=lines)
    base = f"http://127.0.0.1:{house.pages[0]}"
    async with httpx.AsyncClient(base_url=base, headers=headers, cookies=cookies, timeout=30, limits=limits) as client:

        async def one() -> None:
            while time.monotonic() < until:
                answer = await client.get("/vi/community/")
                told = answer.headers.get("retry-after")
                seen[f"{answer.status_code}" + (" later" if told else "")] += 1

        await asyncio.gather(*[one() for _ in range(lines)])
    return seen


def test_promise_2_a_rush_is_sent_away_kindly_and_leaves_nothing_behind(house: Service, people: dict[str, Any]) -> None:
    cookies = people["cookies"][5]
    address = f"http://127.0.0.1:{house.pages[0]}/vi/community/"
    headers = {"Host": SITE, "X-Forwarded-Proto": "https"}

    def pace() -> float:
        times = []
        with httpx.Client(headers=headers, cookies=cookies, timeout=20) as client:
            for _ in range(12):
                began = time.monotonic()
                assert client.get(address).status_code == 200
                times.append(time.monotonic() - began)
        return statistics.quantiles(times, n=20)[18]

    pace()  # everything warm
    before, memory = pace(), metric(house, "process_resident_memory_bytes")
    seen = asyncio.run(rush(house, cookies, lines=60, seconds=6))
    ended = time.monotonic()
    assert set(seen) == {"200", "503 later"}, seen
    assert metric(house, 'trian_requests_shed_total{reason="crowded"}') > 0
    while (after := pace()) > 2 * before + 0.1:
        assert time.monotonic() - ended < BACK, (before, after)
    assert metric(house, "process_resident_memory_bytes") < memory * 1.2
    assert metric(house, "trian_requests_waiting") == 0

"""The gate of a web process: who waits, who is sent away, whom it never touches (promise 2, and half of 13)."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest
from django.test import Client
from django.test.utils import override_settings

from portal.core.metrics import SHED
from portal.core.overload import Gate, address_of


class Call:
    """One request to a gate; `body` are the pieces in which it comes, `None` waits for ever."""

    def __init__(self, path: str = "/vi/", body: tuple[bytes | None, ...] = (b"",), **headers: str) -> None:
        self.scope = {
            "type": "http", "path": path, "method": "GET", "client": ("192.0.2.7", 5000),
            "headers": [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()],
        }  # fmt: skip
        self.pieces = list(body)
        self.sent: list[Any] = []

    async def receive(self) -> dict[str, Any]:
        piece = self.pieces.pop(0) if self.pieces else None
        if piece is None:
            await asyncio.Event().wait()
        return {"type": "http.request", "body": piece, "more_body": bool(self.pieces)}

    async def send(self, message: Any) -> None:
        self.sent.append(message)

    def through(self, gate: Gate) -> asyncio.Task[None]:
        return asyncio.ensure_future(gate(self.scope, self.receive, self.send))

    @property
    def status(self) -> int | None:
        return self.sent[0]["status"] if self.sent else None

    @property
    def headers(self) -> dict[str, str]:
        return {name.decode(): value.decode() for name, value in self.sent[0]["headers"]}

    @property
    def text(self) -> str:
        return b"".join(message.get("body", b"") for message in self.sent[1:]).decode()


class House:
    """An application that reads the request, works until it is let go, and answers."""

    def __init__(self, length: bool = True) -> None:
        self.go, self.working, self.most = asyncio.Event(), 0, 0
        self.reader = asyncio.Event()
        self.reader.set()
        self.length = length

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        while (await receive()).get("more_body"):
            pass
        self.working += 1
        self.most = max(self.most, self.working)
        await self.go.wait()
        self.working -= 1
        headers = [(b"Content-Length", b"2")] if self.length else []
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await self.reader.wait()
        await send({"type": "http.response.body", "body": b"ok"})


async def settle() -> None:
    for _ in range(20):
        await asyncio.sleep(0)


def gate(house: Any, **options: Any) -> Gate:
    return Gate(house, **{"at_once": 2, "waiting": 3, "per_minute": 0} | options)


async def test_some_work_some_wait_and_the_rest_are_told_at_once() -> None:
    house = House()
    door, before = gate(house), SHED.labels("crowded")._value.get()
    calls = [Call(accept_language="en") for _ in range(9)]
    tasks = [call.through(door) for call in calls]
    await settle()
    assert house.working == 2
    assert [call.status for call in calls] == [None] * 5 + [503] * 4
    assert SHED.labels("crowded")._value.get() - before == 4
    house.go.set()
    await asyncio.gather(*tasks)
    assert [call.status for call in calls] == [200] * 5 + [503] * 4
    assert house.most == 2
    after = Call()
    await after.through(door)
    assert (after.status, door.queue) == (200, 0)


async def test_whoever_is_sent_away_reads_why_in_her_language_and_when_to_come_again() -> None:
    door = gate(House(), at_once=1, waiting=0)
    holder = Call().through(door)
    await settle()
    page, english, data, notice = (
        Call("/vi/stories/"), Call("/en/"), Call("/vi/", accept="application/json"), Call("/vi/", hx_request="true"),
    )  # fmt: skip
    for call in (page, english, data, notice):
        await call.through(door)
        assert call.status == 503
        assert int(call.headers["retry-after"]) > 0
        assert call.headers["cache-control"] == "no-store"
    assert "Nhà đang đông khách quá." in page.text
    assert 'lang="vi"' in page.text
    assert "The house is full just now." in english.text
    assert "default-src 'none'" in english.headers["content-security-policy"]
    assert json.loads(data.text)["error"]["code"] == "crowded"
    assert notice.text.startswith('<div class="notice')
    holder.cancel()


async def test_probes_are_never_kept_waiting() -> None:
    house = House()
    door = gate(house, at_once=1, waiting=0)
    holder = Call().through(door)
    await settle()
    probes = [Call(path) for path in ("/healthz", "/readyz", "/metrics")]
    tasks = [call.through(door) for call in probes]
    await settle()
    house.go.set()
    await asyncio.gather(holder, *tasks)
    assert [call.status for call in probes] == [200, 200, 200]


async def test_a_wait_ends_when_nobody_is_looking_any_more() -> None:
    door = gate(House(), at_once=1, patience=0.02)
    holder, late = Call().through(door), Call()
    await settle()
    await late.through(door)
    assert late.status == 503
    assert door.queue == 0
    holder.cancel()


async def test_whoever_sends_slowly_or_reads_slowly_takes_nobodys_turn() -> None:
    house = House()
    door = gate(house, at_once=1, waiting=0)
    slow = [Call(body=(b"a", None)).through(door) for _ in range(5)]
    await settle()
    house.go.set()
    house.reader.clear()
    readers = [Call().through(door) for _ in range(1)]
    await settle()
    quick = Call()
    task = quick.through(door)
    await settle()
    assert quick.status == 200  # its head is out, though nobody before it has read to the end
    house.reader.set()
    await asyncio.gather(task, *readers)
    for one in slow:
        one.cancel()


async def test_a_fault_and_a_reader_who_leaves_give_their_turn_back() -> None:
    async def broken(scope: Any, receive: Any, send: Any) -> None:
        await receive()
        raise ZeroDivisionError

    door = gate(broken, at_once=1, waiting=0)
    for _ in range(3):
        with pytest.raises(ZeroDivisionError):
            await Call().through(door)
    assert not door.room.locked()
    door = gate(House(), at_once=1, waiting=0)
    left = Call().through(door)
    await settle()
    assert door.room.locked()
    left.cancel()
    await settle()
    assert not door.room.locked()


async def test_one_address_may_ask_so_often_a_minute_and_others_go_on() -> None:
    house = House()
    house.go.set()
    door = gate(house, per_minute=3)
    calls = [Call() for _ in range(5)]
    for call in calls:
        await call.through(door)
    assert [call.status for call in calls] == [200, 200, 200, 429, 429]
    assert int(calls[-1].headers["retry-after"]) > 0
    static, other = Call("/static/build/app.css"), Call()
    other.scope["client"] = ("192.0.2.8", 1)
    for call in (static, other):
        await call.through(door)
        assert call.status == 200


@pytest.mark.parametrize(
    ("proxies", "told", "found"),
    [
        (0, "203.0.113.9", "192.0.2.7"),
        (1, "203.0.113.9", "203.0.113.9"),
        (1, "198.51.100.1, 203.0.113.9", "203.0.113.9"),
        (2, "203.0.113.9", "192.0.2.7"),
        (1, "2001:db8:1:2:3::4", "2001:db8:1:2::/64"),
        (1, "no address", "no address"),
    ],
)
async def test_the_address_is_what_a_trusted_proxy_wrote_and_nothing_else(proxies: int, told: str, found: str) -> None:
    with override_settings(ALLAUTH_TRUSTED_PROXY_COUNT=proxies):
        assert address_of(Call(x_forwarded_for=told).scope) == found


@pytest.mark.django_db
def test_one_member_may_ask_so_many_pages_a_minute(client: Client, alice, bob) -> None:
    with override_settings(REQUESTS_A_MINUTE_OF_MEMBER=2):
        client.force_login(alice)
        answers = [client.get("/en/community/") for _ in range(3)]
        assert [answer.status_code for answer in answers] == [200, 200, 429]
        assert 0 < int(answers[-1]["Retry-After"]) <= 60
        assert "A little slower, please" in answers[-1].content.decode()
        client.force_login(bob)
        assert client.get("/en/community/").status_code == 200

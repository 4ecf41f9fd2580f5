"""The client, a process of its own: `python -m tests.bench.client` reads one job as JSON and prints what it saw.

Bare sockets and a reader that looks at lengths only, so that what is measured is the server.
"""

from __future__ import annotations

import asyncio
import base64
import json
import os
import struct
import sys
import time
from typing import Any


def percentile(values: list[float], share: float) -> float:
    """The value below which `share` of all lie."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))] if ordered else 0.0


# ── Pages ───────────────────────────────────────────────────────────────────────────────────────────────────────
class Line:
    """One kept-alive connection."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.reader: asyncio.StreamReader | None = None
        self.writer: asyncio.StreamWriter | None = None

    async def ask(self, request: bytes) -> tuple[int, int]:
        """Send one request; returns status and the length of the body."""
        if self.reader is None or self.writer is None:
            self.reader, self.writer = await asyncio.open_connection("127.0.0.1", self.port, limit=2**22)
        self.writer.write(request)
        head = await self.reader.readuntil(b"\r\n\r\n")
        status, lower = int(head[9:12]), head.lower()
        if b"content-length:" in lower:
            length = int(lower.split(b"content-length:", 1)[1].split(b"\r\n", 1)[0])
            await self.reader.readexactly(length)
        elif b"chunked" in lower:
            length = 0
            while size := int(await self.reader.readline(), 16):
                length += len(await self.reader.readexactly(size + 2)) - 2
            await self.reader.readline()
        else:
            length = 0
        if b"connection: close" in lower:
            self.writer.close()
            self.reader = self.writer = None
        return status, length


def request_bytes(job: dict[str, Any], number: int) -> bytes:
    """The next request of a job: addresses, cookies and bodies take turns, `{n}` becomes a number of its own."""
    path = job["paths"][number % len(job["paths"])]
    cookies = job.get("cookies") or [""]
    cookie = cookies[number % len(cookies)]
    head = f"Host: 127.0.0.1:{job['port']}\r\nAccept: text/html\r\n"
    if cookie:
        head += f"Cookie: {cookie}\r\n"
    bodies = job.get("bodies") or [job.get("body")]
    if not bodies[0]:
        return f"GET {path} HTTP/1.1\r\n{head}\r\n".encode()
    body = bodies[number % len(bodies)].replace("{n}", f"{job['seed']}x{number}").encode()
    kind = job.get("type", "application/x-www-form-urlencoded")
    head += f"Content-Type: {kind}\r\nContent-Length: {len(body)}\r\n{job.get('head', '')}"
    return f"POST {path} HTTP/1.1\r\n{head}\r\n".encode() + body


async def pages(job: dict[str, Any]) -> dict[str, Any]:
    """`c` lines ask in turn for `seconds`, or `count` requests, whichever ends first."""
    times: list[float] = []
    wrong: dict[str, int] = {}
    sizes: list[int] = []
    numbers = iter(range(job["count"]))
    until = time.perf_counter() + job["seconds"]

    async def one() -> None:
        line = Line(job["port"])
        for number in numbers:
            begun = time.perf_counter()
            if begun > until:
                return
            status, length = await line.ask(request_bytes(job, number))
            times.append(time.perf_counter() - begun)
            sizes.append(length)
            if status != job["status"]:
                wrong[str(status)] = wrong.get(str(status), 0) + 1

    begun = time.perf_counter()
    await asyncio.gather(*(one() for _ in range(job["c"])))
    took = time.perf_counter() - begun
    return {
        "n": len(times), "per_second": len(times) / took, "p50": percentile(times, 0.5) * 1000,
        "p95": percentile(times, 0.95) * 1000, "wrong": wrong, "size": sum(sizes) / max(1, len(sizes)),
    }  # fmt: skip


# ── Sockets ─────────────────────────────────────────────────────────────────────────────────────────────────────
class Socket(asyncio.Protocol):
    """A WebSocket client that counts the frames which hold `needle` and can wait for words."""

    def __init__(self, port: int, path: str, cookie: str, needle: bytes) -> None:
        self.hello = (
            f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nOrigin: http://127.0.0.1:{port}\r\n"
            f"Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nCookie: {cookie}\r\n"
            f"Sec-WebSocket-Key: {base64.b64encode(os.urandom(16)).decode()}\r\n\r\n"
        ).encode()
        self.needle, self.count, self.open, self.buffer = needle, 0, False, bytearray()
        self.opened: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.waits: list[tuple[bytes, asyncio.Future[bytes]]] = []
        self.refusals: list[bytes] = []
        self.last_at = 0.0
        # Of a paced talk: when the one message that is under way was said, and how long each delivery took.
        self.clock: dict[str, float] = {}
        self.delays: list[float] = []

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport
        transport.write(self.hello)  # type: ignore[attr-defined]

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        if not self.open:
            head, mark, rest = bytes(self.buffer).partition(b"\r\n\r\n")
            if not mark:
                return
            if b" 101 " not in head:
                self.opened.set_exception(ConnectionError(head.decode("latin-1")[:200]))
                return
            self.open, self.buffer = True, bytearray(rest)
            self.opened.set_result(None)
        self._frames()

    def _frames(self) -> None:
        place, buffer = 0, self.buffer
        while len(buffer) - place >= 2:
            size, start = buffer[place + 1] & 127, place + 2
            if size == 126:
                if len(buffer) < start + 2:
                    break
                size, start = struct.unpack_from(">H", buffer, start)[0], start + 2
            elif size == 127:
                if len(buffer) < start + 8:
                    break
                size, start = struct.unpack_from(">Q", buffer, start)[0], start + 8
            if len(buffer) < start + size:
                break
            self._heard(bytes(buffer[start : start + size]))
            place = start + size
        del buffer[:place]

    def _heard(self, text: bytes) -> None:
        if self.needle in text:
            self.count += 1
            self.last_at = time.perf_counter()
            if "said" in self.clock:
                self.delays.append(self.last_at - self.clock["said"])
        if b'"t":"error"' in text or b'"denied"' in text or b'"resync"' in text:
            self.refusals.append(text[:200])
        for wait in self.waits:
            if wait[0] in text:
                self.waits.remove(wait)
                wait[1].set_result(text)
                break

    def wait_for(self, words: bytes) -> asyncio.Future[bytes]:
        """The next frame that holds these words."""
        future: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()
        self.waits.append((words, future))
        return future

    def say(self, text: str) -> None:
        """One masked text frame (the mask is zero: the sender is no browser)."""
        data = text.encode()
        short = len(data) < 126
        head = struct.pack(">BB", 0x81, 0x80 | len(data)) if short else struct.pack(">BBH", 0x81, 0xFE, len(data))
        self.transport.write(head + b"\0\0\0\0" + data)  # type: ignore[attr-defined]


async def sockets(job: dict[str, Any]) -> dict[str, Any]:
    """`n` listeners; `senders` of them speak as fast as they are answered, until `messages` were said."""
    loop, everybody = asyncio.get_running_loop(), []
    cookies = job.get("cookies") or [""]
    for number in range(job["n"]):
        _transport, each = await loop.create_connection(
            lambda number=number: Socket(
                job["port"], job["path"], cookies[number % len(cookies)], job["needle"].encode()
            ),
            "127.0.0.1",
            job["port"],
        )
        await asyncio.wait_for(each.opened, 20)
        if job.get("subscribe"):
            ready = each.wait_for(b'"t":"ok"')
            each.say(job["subscribe"])
            await asyncio.wait_for(ready, 20)
        everybody.append(each)
    times: list[float] = []
    numbers = iter(range(job["messages"]))
    clock: dict[str, float] = {}
    for each in everybody:
        each.clock = clock

    async def speak(each: Socket) -> None:
        for number in numbers:
            name = f"{job['seed']}x{number}"
            answered = each.wait_for(job["answer"].replace("{n}", name).encode())
            begun = time.perf_counter()
            if job.get("pause"):
                clock["said"] = begun
            each.say(job["say"].replace("{n}", name))
            await asyncio.wait_for(answered, 30)
            times.append(time.perf_counter() - begun)
            if job.get("pause"):
                await asyncio.sleep(job["pause"])

    print("ready", flush=True)
    begun = time.perf_counter()
    await asyncio.gather(*(speak(each) for each in everybody[: job["senders"]]))
    wanted, deadline = job["messages"] * job["n"], time.perf_counter() + 20
    while sum(each.count for each in everybody) < wanted and time.perf_counter() < deadline:
        await asyncio.sleep(0.02)
    got = sum(each.count for each in everybody)
    took = max(each.last_at for each in everybody) - begun
    delays = [delay for each in everybody for delay in each.delays]
    return {
        "deliveries": got, "lost": max(0, wanted - got), "per_second": got / took, "p50": percentile(times, 0.5) * 1000,
        "doubled": sum(max(0, each.count - job["messages"]) for each in everybody),
        "p95": percentile(times, 0.95) * 1000, "p99": percentile(delays or [0.0], 0.99) * 1000,
        "messages_per_second": job["messages"] / took,
        "refusals": [text.decode("utf-8", "replace") for each in everybody for text in each.refusals[:1]][:3],
    }  # fmt: skip


def main() -> None:
    """Read the job, do it, print the result as the last line."""
    job = json.loads(sys.stdin.readline())
    work = pages(job) if job["kind"] == "pages" else sockets(job)
    print(json.dumps(asyncio.run(work)), flush=True)


if __name__ == "__main__":
    main()

"""Open pages for tests: in this process without a server, or against a real web process on a free port."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import websockets
from asgiref.sync import sync_to_async
from asgiref.testing import ApplicationCommunicator
from django.conf import settings
from django.db import connection
from django.test import Client

from portal.accounts.models import Member
from portal.realtime import replay
from tests.helpers.databases import ROOT
from tests.helpers.servers import free_port
from tests.helpers.sessions import enter


def session_cookie(member: Member) -> str:
    """A `Cookie` header of a browser in which she is signed in, with a session row as the house keeps it."""
    browser = enter(Client(), member)
    return f"{settings.SESSION_COOKIE_NAME}={browser.cookies[settings.SESSION_COOKIE_NAME].value}"


def frames_after(stream: str, after: int, viewer: Member | None, language: str = "vi") -> list[dict[str, Any]]:
    """The event frames a page of this viewer gets when it asks for what came after a number."""
    found = replay.read(viewer.pk if viewer else None, stream, after, language)
    assert found is not None, f"{viewer} may not listen to {stream}"
    return [frame for frame in map(json.loads, found.texts) if frame["t"] == "ev"]


# As every installation starts uvicorn: no frame over 64 KiB is even read, none is compressed once per reader.
SOCKET_OPTIONS = ["--ws-max-size", "65536", "--ws-per-message-deflate", "false"]


class Tab:
    """What both kinds of tab can do: send frames, wait for frames."""

    async def send(self, frame: dict[str, Any] | str | bytes) -> None:
        raise NotImplementedError

    async def receive(self, seconds: float) -> dict[str, Any]:
        raise NotImplementedError

    async def next(self, kind: str | None = None, seconds: float = 5) -> dict[str, Any]:
        """The next frame, or the next of a type; heartbeats are passed over unless asked for."""
        deadline = time.monotonic() + seconds
        while True:
            frame = await self.receive(max(0.01, deadline - time.monotonic()))
            if kind == frame["t"] or (kind is None and frame["t"] != "hb"):
                return frame

    async def sub(self, stream: str, after: int | None = None) -> dict[str, Any]:
        """Subscribes and returns the answer: ok, resync or denied."""
        await self.send({"t": "sub", "s": stream, "after": after})
        while (frame := await self.next())["t"] not in ("ok", "resync", "denied", "error"):
            pass
        return frame

    async def silence(self, seconds: float = 0.3) -> list[dict[str, Any]]:
        """Everything but heartbeats that arrives in this time."""
        found = []
        try:
            while True:
                found.append(await self.next(seconds=seconds))
        except TimeoutError:
            return found


class InProcessTab(Tab):
    """A tab on the whole ASGI stack, in this event loop."""

    def __init__(self, member: Member | None = None, *, query: str = "", origin: bytes | None = b"http://testserver"):
        self.member, self.query, self.origin = member, query, origin
        self.closed_with: int | None = None

    async def open(self) -> bool:
        """Connects; False when the door did not open at all."""
        from portal.routing import websocket

        headers = [] if self.origin is None else [(b"origin", self.origin)]
        if self.member is not None:
            self.cookie = await sync_to_async(session_cookie)(self.member)
            headers.append((b"cookie", self.cookie.encode()))
        scope = {
            "type": "websocket", "path": "/ws/", "query_string": self.query.encode(), "headers": headers,
            "subprotocols": [], "client": ("203.0.113.9", 5000),
        }  # fmt: skip
        self.wire = ApplicationCommunicator(websocket, scope)
        await self.wire.send_input({"type": "websocket.connect"})
        answer = await self.wire.receive_output(10)
        return answer["type"] == "websocket.accept"

    async def send(self, frame: dict[str, Any] | str | bytes) -> None:
        if isinstance(frame, bytes):
            await self.wire.send_input({"type": "websocket.receive", "bytes": frame})
        else:
            text = frame if isinstance(frame, str) else json.dumps(frame)
            await self.wire.send_input({"type": "websocket.receive", "text": text})

    async def receive(self, seconds: float) -> dict[str, Any]:
        # Looks by polling: the communicator ends its application when a wait for output runs out.
        deadline = time.monotonic() + seconds
        while self.wire.output_queue.empty():
            if time.monotonic() > deadline:
                raise TimeoutError
            await asyncio.sleep(0.01)
        message = self.wire.output_queue.get_nowait()
        if message["type"] == "websocket.close":
            self.closed_with = message.get("code")
            raise ConnectionError(f"closed with {self.closed_with}")
        return json.loads(message["text"])

    async def close_code(self, seconds: float = 3) -> int | None:
        """Waits for the server to close; returns the code."""
        try:
            while True:
                await self.receive(seconds)
        except (ConnectionError, TimeoutError):
            return self.closed_with

    async def close(self) -> None:
        await self.wire.send_input({"type": "websocket.disconnect", "code": 1001})
        await self.wire.wait(5)


class RemoteTab(Tab):
    """A tab on a real server."""

    def __init__(
        self, port: int, cookie: str = "", *, origin: str | None = "http://127.0.0.1", query: str = ""
    ) -> None:
        self.url = f"ws://127.0.0.1:{port}/ws/?{query}"
        self.headers = {"Cookie": cookie} if cookie else {}
        self.origin = origin

    async def open(self, **options: Any) -> RemoteTab:
        self.wire = await websockets.connect(
            self.url, origin=self.origin, additional_headers=self.headers, proxy=None, **options
        )
        return self

    async def send(self, frame: dict[str, Any] | str | bytes) -> None:
        await self.wire.send(frame if isinstance(frame, str | bytes) else json.dumps(frame))

    async def receive(self, seconds: float) -> dict[str, Any]:
        async with asyncio.timeout(seconds):
            return json.loads(await self.wire.recv())

    async def close_code(self, seconds: float = 5) -> int | None:
        """Waits for the server to close; returns the code."""
        async with asyncio.timeout(seconds):
            try:
                while True:
                    await self.wire.recv()
            except websockets.ConnectionClosed:
                return self.wire.close_code

    async def close(self) -> None:
        await self.wire.close()


def house_environment(folder: Path, **extra: str) -> dict[str, str]:
    """The environment in which another process of the house works on this test's database."""
    config = connection.settings_dict
    if connection.vendor == "sqlite":
        url = f"sqlite:///{config['NAME']}"
    else:
        url = f"postgres://{config['USER']}@{config['HOST']}:{config['PORT']}/{config['NAME']}"
    return {
        **{key: value for key, value in os.environ.items() if not key.startswith(("TRIAN_", "REDIS_"))},
        "DJANGO_SETTINGS_MODULE": "tests.helpers.house_settings",
        "TRIAN_VAR_DIR": str(folder),
        "TRIAN_LOG_LEVEL": "WARNING",
        "DATABASE_URL": url,
        **extra,
    }


@contextmanager
def web_process(
    folder: Path, app: str = "tests.helpers.stage:application", *, port: int = 0, **extra: str
) -> Iterator[tuple[int, subprocess.Popen]]:
    """A real web process on this test's database; yields its port and the process, which is ended afterwards."""
    port = port or free_port()
    with (folder / f"web-{port}.log").open("wb") as log:
        command = [sys.executable, "-m", "uvicorn", app, "--port", str(port), "--lifespan", "off"]
        process = subprocess.Popen(
            [*command, "--log-level", "warning", *SOCKET_OPTIONS],
            cwd=ROOT, env=house_environment(folder, **extra), stdout=log, stderr=log,
        )  # fmt: skip
    try:
        _wait_until_open(port, process, Path(log.name))
        yield port, process
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(5)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _wait_until_open(port: int, process: subprocess.Popen, log: Path, seconds: float = 150) -> None:
    import socket

    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline and process.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise RuntimeError(f"the web process did not open: {log.read_text(errors='replace')[-2000:]}")

"""The gate before every page: so many requests at once, so many waiting, and everybody beyond is asked to come again.

Django over ASGI gives each request a thread, as many as there are requests: under a rush all of them crawl. Here a few
work, some wait in the order in which they came, and the rest are told at once (503, `Retry-After`), which costs next to
nothing. One address may ask so often a minute (429). Probes are never kept waiting.

A turn begins when the request's body is here in full and ends when the answer's head leaves, so that neither somebody
who sends slowly nor somebody who reads slowly keeps others waiting.
"""

import asyncio
import ipaddress
import time
from collections import Counter
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, parse_cookie

from portal.core import metrics
from portal.core.errors import TooMany
from portal.core.limits import Limit, hit
from portal.core.outage import CROWDED, TOO_FAST, Outage, answer, bare_request

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Any, Any, Any], Awaitable[None]]
PATIENCE = 10.0  # seconds in the queue, after which nobody is looking at the page any more
MINUTE = 60
ADDRESSES = 50_000  # counted in one minute; a flood of made-up ones must not fill the memory


class Crowded(Exception):
    """There is no room in the queue, or the wait was too long."""


class Gate:
    """The gate of one process; its counters belong to one event loop, so they need no lock."""

    def __init__(self, app: Application, *, at_once: int, waiting: int, per_minute: int, patience: float = PATIENCE):
        self.app, self.per_minute, self.patience = app, per_minute, patience
        self.room, self.waiting = asyncio.Semaphore(at_once), waiting
        self.queue = 0
        self._minute, self._asked = 0, Counter[str]()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Lets one request through in its turn, or answers 429 or 503 itself."""
        if scope["type"] != "http" or scope["path"] in settings.PROBES:
            return await self.app(scope, receive, send)
        if self._is_too_fast(scope):
            return await refuse(TOO_FAST, "address", scope, send)
        turn = Turn(self)
        try:
            await self.app(scope, turn.receiving(receive), turn.sending(send))
        except Crowded:
            await refuse(CROWDED, "crowded", scope, send)
        finally:
            turn.end()
        return None

    def _is_too_fast(self, scope: Scope) -> bool:
        if not self.per_minute or scope["path"].startswith(settings.STATIC_URL):
            return False
        minute = int(time.monotonic()) // MINUTE
        if minute != self._minute or len(self._asked) > ADDRESSES:
            self._minute = minute
            self._asked.clear()
        who = address_of(scope)
        self._asked[who] += 1
        return self._asked[who] > self.per_minute


class Turn:
    """One request's place: taken once, given back once."""

    def __init__(self, gate: Gate) -> None:
        self.gate = gate
        self.held = self.was_held = False

    def receiving(self, receive: Receive) -> Receive:
        """`receive` that waits for a turn when the last piece of the body is here."""

        async def waited() -> Message:
            message = await receive()
            if message["type"] == "http.request" and not message.get("more_body") and not self.was_held:
                await self._begin()
            return message

        return waited

    def sending(self, send: Send) -> Send:
        """`send` that ends the turn as soon as the answer is made: the rest is the reader's line."""

        async def sent(message: Message) -> None:
            made = message["type"] == "http.response.start" and any(
                name.lower() == b"content-length" for name, _value in message.get("headers", ())
            )
            if made or (message["type"] == "http.response.body" and not message.get("more_body")):
                self.end()
            await send(message)

        return sent

    async def _begin(self) -> None:
        gate = self.gate
        if gate.room.locked():
            if gate.queue >= gate.waiting:
                raise Crowded
            gate.queue += 1
            metrics.WAITING.inc()
            try:
                await asyncio.wait_for(gate.room.acquire(), gate.patience)
            except TimeoutError:
                raise Crowded from None
            finally:
                gate.queue -= 1
                metrics.WAITING.dec()
        else:
            await gate.room.acquire()
        self.held = self.was_held = True

    def end(self) -> None:
        """Lets the next one in; does nothing the second time."""
        if self.held:
            self.held = False
            self.gate.room.release()


def gated(app: Application) -> Gate:
    """The gate as this installation sets it."""
    return Gate(
        app,
        at_once=settings.REQUESTS_AT_ONCE,
        waiting=settings.REQUESTS_WAITING,
        per_minute=settings.REQUESTS_A_MINUTE_OF_ADDRESS,
    )


def address_of(scope: Scope) -> str:
    """Whom a request comes from: the socket's other end, or what the last trusted proxy wrote. Of IPv6 its /64, for
    that is what one household has."""
    found = (scope.get("client") or ("", 0))[0]
    proxies = settings.ALLAUTH_TRUSTED_PROXY_COUNT
    if proxies:
        told = [part.strip() for part in _headers(scope).get("x-forwarded-for", "").split(",") if part.strip()]
        found = told[-proxies] if len(told) >= proxies else found
    try:
        address = ipaddress.ip_address(found)
    except ValueError:
        return found[:60]
    if address.version == 6:
        return str(ipaddress.ip_network((address, 64), strict=False))
    return str(address)


async def refuse(outage: Outage, reason: str, scope: Scope, send: Send) -> None:
    """Answers in place of the house."""
    metrics.SHED.labels(reason).inc()
    headers = _headers(scope)
    response = answer(outage, bare_request(scope["path"], headers, parse_cookie(headers.get("cookie", ""))))
    sent = [(name.lower().encode(), value.encode()) for name, value in response.items()]
    sent.append((b"content-length", str(len(response.content)).encode()))
    await send({"type": "http.response.start", "status": response.status_code, "headers": sent})
    body = b"" if scope["method"] == "HEAD" else response.content
    await send({"type": "http.response.body", "body": body})


def _headers(scope: Scope) -> dict[str, str]:
    found: dict[str, str] = {}
    for raw, value in scope["headers"]:
        name = raw.decode("latin-1").lower()
        # A list that came in several lines is one list.
        found[name] = f"{found[name]}, {value.decode('latin-1')}" if name in found else value.decode("latin-1")
    return found


class MemberPaceMiddleware:
    """One member may ask so many pages a minute, over all processes (`REQUESTS_A_MINUTE_OF_MEMBER`; 0: no limit)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        times = settings.REQUESTS_A_MINUTE_OF_MEMBER
        if times and request.user.is_authenticated:
            try:
                hit(Limit("requests", times, MINUTE), request.user.pk)
            except TooMany as error:
                metrics.SHED.labels("member").inc()
                response = answer(TOO_FAST, request)
                response["Retry-After"] = str(error.retry_after)
                return response
        return self.get_response(request)

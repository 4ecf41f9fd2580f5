"""The socket's door at `/ws/`: frames in, frames out, and every refusal as a frame or a close code.

A frame is one JSON object. From the page: `sub {s, after}`, `unsub {s}`, `typing {s}`, `here {s}`, and the acts that
slices registered (`send`, `read`, …). To the page: `ok`, `ev`, `eph`, `resync`, `denied`, `hb`, `sent`, `error`.
"""

import json
import logging
import time
from typing import Any
from urllib.parse import parse_qs

from channels.generic.websocket import AsyncWebsocketConsumer
from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from portal.core.clock import now
from portal.core.errors import DomainError, Forbidden, Invalid, SignInRequired, TooMany
from portal.core.ids import check_key
from portal.realtime import frames, pusher, replay, rights, rules, streams
from portal.realtime.hub import Hub, hub, in_thread
from portal.realtime.sockets import Socket

logger = logging.getLogger(__name__)


class Bucket:
    """100 frames a minute with bursts of 50; counts how often it was empty, less each frame that passed since."""

    def __init__(self) -> None:
        self.tokens = float(rules.BURST)
        self.at = time.monotonic()
        self.refused = 0

    def take(self) -> float:
        """0 when the frame may pass, else the seconds to wait."""
        current = time.monotonic()
        rate = rules.PER_MINUTE / 60
        self.tokens = min(rules.BURST, self.tokens + (current - self.at) * rate)
        self.at = current
        if self.tokens >= 1:
            self.tokens -= 1
            self.refused = max(0, self.refused - 1)
            return 0
        self.refused += 1
        return (1 - self.tokens) / rate


class PageConsumer(AsyncWebsocketConsumer):
    """One tab's socket. It holds no rule: rights are asked of the audience checks and acts that slices registered."""

    # An alias that does not exist: Channels then opens no channel of its own per socket. The hub brings the frames.
    channel_layer_alias = "none"
    hub: Hub
    socket: Socket | None = None

    async def connect(self) -> None:
        await self.accept()  # first, so that the page can read the close code
        user = self.scope["user"]
        member_id = user.pk if user.is_authenticated else None
        query = parse_qs(self.scope.get("query_string", b"").decode("latin-1"))
        page_of = query.get("me", [""])[0]
        if page_of and page_of != str(member_id or ""):
            await self.close(rules.SIGNED_OUT)  # the page was drawn for somebody else
            return
        socket = Socket(
            self.scope.get("raw_send") or self.base_send,
            language=_language(query.get("lang", [""])[0]),
            member_id=member_id,
            address=(self.scope.get("client") or ("", 0))[0],
            session_key=self.scope["session"].session_key or "",
        )
        self.bucket, self.typed = Bucket(), {}
        answer = await in_thread(rights.check, member_id, socket.session_key, set(), now())
        if answer.code:
            await self.close(answer.code)
            return
        socket.take(answer)
        self.hub = hub()
        await self.hub.open()
        if not await self.hub.add(socket):
            await self.close(rules.TOO_MANY_CONNECTIONS)
            return
        self.socket = socket

    async def disconnect(self, code: int) -> None:
        if self.socket is not None:
            await self.hub.drop(self.socket)

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        """Reads one frame; whatever is wrong with it becomes an error frame or a close code, never an exception."""
        if self.socket is None or self.socket.closed:
            return
        if text_data is None:
            self.socket.close(rules.NOT_TEXT)
        elif len(text_data) > rules.MAX_FRAME or len(text_data.encode("utf-8", "replace")) > rules.MAX_FRAME:
            self.socket.close(rules.TOO_BIG)
        elif wait := self.bucket.take():
            if self.bucket.refused > rules.FLOOD:
                self.socket.close(rules.FLOODING)
            else:
                self.refuse(TooMany(retry_after=max(1, round(wait))), {})
        else:
            await self.answer(text_data)

    async def answer(self, text: str) -> None:
        """Hands a frame to its handler and turns refusals into error frames."""
        frame: dict[str, Any] = {}
        try:
            frame = _read(text)
            handler = getattr(self, f"on_{frame['t']}", None) if frame["t"] in BUILT_IN else None
            if handler is not None:
                await handler(frame)
            elif frame["t"] in streams.frame_types():
                await self.act(frame)
            else:
                raise Invalid(code="unknown_type")
        except DomainError as error:
            self.refuse(error, frame)
        except Exception:
            logger.exception("a frame failed")
            self.refuse(DomainError(code="failed"), frame)

    def refuse(self, error: DomainError, frame: dict[str, Any]) -> None:
        """The error frame, in the page's language, with the key of the frame it answers."""
        assert self.socket is not None
        with translation.override(self.socket.language):
            answer: dict[str, Any] = {"t": "error", "code": error.code, "message": _said(error)}
            if "url" in error.details:  # where the way goes on, such as to new terms
                answer["url"] = str(error.details["url"])
        if isinstance(error, TooMany):
            answer["retry_after"] = error.retry_after
        answer |= _echo(frame)
        self.socket.put_text(frames.encode(answer))

    # ── frames every stream understands ──
    async def on_sub(self, frame: dict[str, Any]) -> None:
        """Listens to a stream; with `after`, first brings what was missed (at most 500 entries) or says `resync`."""
        socket, stream, after = self.socket, _stream(frame), frame.get("after")
        assert socket is not None
        if after is not None and (isinstance(after, bool) or not isinstance(after, int) or after < 0):
            raise Invalid(code="bad_after")
        if stream not in socket.streams and len(socket.streams) >= rules.MAX_STREAMS:
            raise Invalid(code="too_many_streams")
        # Join before reading: what is recorded in between is held, so there is no gap and no wrong order.
        await self.hub.join(socket, stream)
        try:
            found = await in_thread(replay.read, socket.member_id, stream, after, socket.language)
        except Exception:
            await self.hub.leave(socket, stream)
            raise
        if found is None:
            await self.hub.leave(socket, stream)
            socket.put_text(frames.encode({"t": "denied", "s": stream}))
            return
        for text in found.texts:
            await socket.wait_text(text)
        self.hub.settle(socket, stream, found.last)

    async def on_unsub(self, frame: dict[str, Any]) -> None:
        """Stops listening."""
        assert self.socket is not None
        if (stream := _stream(frame)) in self.socket.streams:
            await self.hub.leave(self.socket, stream)

    async def on_typing(self, frame: dict[str, Any]) -> None:
        """Tells the others that she is writing, at most once in 3 seconds per stream; quiet for the muted."""
        stream, socket = self.heard(frame), self.socket
        assert socket is not None
        if socket.member_id is None:
            raise SignInRequired
        muted = socket.muted_until is not None and socket.muted_until > now()
        if not muted and time.monotonic() - self.typed.get(stream, -rules.TYPING_EVERY) >= rules.TYPING_EVERY:
            self.typed[stream] = time.monotonic()
            pusher.ephemeral(stream, "typing", {"member": socket.member_id, "name": socket.name})

    async def on_here(self, frame: dict[str, Any]) -> None:
        """The tab is before a person's eyes: members become present for a minute, visitors stay unseen."""
        stream = self.heard(frame)
        assert self.socket is not None
        if self.socket.member_id is not None:
            await self.hub.here(self.socket, stream)

    def heard(self, frame: dict[str, Any]) -> str:
        """The stream of a frame that only listeners may send."""
        assert self.socket is not None
        stream = _stream(frame)
        if stream not in self.socket.streams:
            raise Invalid(code="not_subscribed")
        return stream

    # ── frames of the slices ──
    async def act(self, frame: dict[str, Any]) -> None:
        """Runs a slice's act in a thread and confirms it with a `sent` frame when it has a key or an answer."""
        socket, stream = self.socket, _stream(frame)
        assert socket is not None
        if socket.member_id is None:
            raise SignInRequired
        done = await in_thread(_run_act, socket.member_id, stream, frame, socket.language)
        if done is not None or "key" in frame:
            answer = {"t": "sent", "s": stream, **_echo(frame), "d": done or {}}
            socket.put_text(frames.encode(answer))


BUILT_IN = frozenset({"sub", "unsub", "typing", "here"})


def _run_act(member_id: int, stream: str, frame: dict[str, Any], language: str) -> dict[str, Any] | None:
    kind, object_id = streams.parse(stream)
    act = streams.act_for(kind, frame["t"])
    if act is None:
        raise Invalid(code="unknown_type")
    at = now()
    member = rights.find_member(member_id)
    if member is None or not rights.may_connect(member, at):
        raise Forbidden
    with translation.override(language):
        try:
            return act(member, object_id, frame, at)
        except DomainError as error:
            error.message = str(error)  # put into words here, in the language of the page
            raise


def _read(text: str) -> dict[str, Any]:
    try:
        frame = json.loads(text)
    except (ValueError, RecursionError):
        frame = None
    if not isinstance(frame, dict) or not isinstance(frame.get("t"), str):
        raise Invalid(code="malformed")
    return frame


def _stream(frame: dict[str, Any]) -> str:
    streams.parse(frame.get("s"))
    return str(frame["s"])


def _echo(frame: dict[str, Any]) -> dict[str, Any]:
    """The frame's key, so that the page knows which of its frames is answered; nothing else is sent back."""
    try:
        return {"key": check_key(frame["key"])}
    except (KeyError, DomainError):
        return {}


def _said(error: DomainError) -> str:
    if error.code in ("malformed", "unknown_type", "bad_after"):
        return _("This page is out of date. Please reload it.")
    return str(error)


def _language(asked: str) -> str:
    return asked if asked in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE

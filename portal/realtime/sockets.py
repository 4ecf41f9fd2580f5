"""One open page: how frames are written to it without waiting, and what happens when it does not read."""

import asyncio
import logging
import secrets
from collections import deque
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any

from portal.realtime import frames, rules
from portal.realtime.rights import Checked

logger = logging.getLogger(__name__)
Message = dict[str, Any]
Send = Callable[[Message], Awaitable[None]]


class Socket:
    """A connection of one tab. All methods belong to the event loop's thread.

    A frame is written at once when the server's transport takes it. Otherwise it waits in a queue of 64; when that
    is full everything is dropped, and the page is told to fetch anew as soon as it reads again.
    """

    def __init__(self, send: Send, *, language: str, member_id: int | None, address: str, session_key: str) -> None:
        self.id = secrets.token_hex(6)
        self.send = send
        self.language = language
        self.member_id = member_id
        self.address = address
        self.session_key = session_key
        self.name = ""
        self.muted_until: datetime | None = None
        self.apart: frozenset[int] = frozenset()
        self.unseen = False
        self.streams: set[str] = set()
        self.here: set[str] = set()
        self.checked_at = 0.0
        self.numbers: Callable[[str], int | None] = lambda stream: None
        self.closed = False
        self._direct = writes_first(send)
        self._queue: deque[Message] = deque()
        self._lost = False
        self._writer: asyncio.Task[None] | None = None

    def put(self, message: Message) -> None:
        """Writes the frame now if possible, queues it if not; never waits, never raises."""
        if self.closed:
            return
        if self._writer is None:
            if self._direct and self._write(message):
                return
            self._queue.append(message)
            self._writer = asyncio.ensure_future(self._drain())
        elif not self._lost:
            if len(self._queue) < rules.QUEUE:
                self._queue.append(message)
            else:
                self._queue.clear()
                self._lost = True

    def put_text(self, text: str) -> None:
        """`put` for one page alone."""
        self.put({"type": "websocket.send", "text": text})

    def take(self, answer: Checked) -> None:
        """What the last look at her rights said about her."""
        self.name, self.muted_until = answer.name, answer.muted_until
        self.apart, self.unseen = answer.apart, answer.unseen

    def put_ephemeral(self, text: str) -> None:
        """`put_text` for typing and presence: whom this member stays apart from is left out."""
        told = frames.without(text, self.apart)
        if told is not None:
            self.put_text(told)

    async def wait_text(self, text: str) -> None:
        """Writes a frame of a long answer, waiting for the page to read: replays must not fall out of the queue."""
        if not self.closed:
            await self.send({"type": "websocket.send", "text": text})

    def close(self, code: int) -> None:
        """No further frame from now on; the close frame goes out when the page reads."""
        if not self.closed:
            self.closed = True
            self._queue.clear()
            self._closing = asyncio.ensure_future(self._close(code))

    def _write(self, message: Message) -> bool:
        """True when the frame is gone (or can never go); False when the transport is full and nothing was written."""
        step: Any = self.send(message)
        try:
            step.send(None)
        except StopIteration:
            return True
        except Exception:  # the peer has gone: its consumer will hear of it
            self.closed = True
            return True
        step.close()
        return False

    async def _drain(self) -> None:
        try:
            while self._queue or self._lost:
                if not self._queue:
                    self._lost = False
                    for stream in sorted(self.streams):
                        number = self.numbers(stream)
                        if number is not None:
                            await self.send({"type": "websocket.send", "text": frames.resync(stream, number)})
                    continue
                await self.send(self._queue.popleft())
        except Exception:
            self.closed = True
        finally:
            self._writer = None

    async def _close(self, code: int) -> None:
        try:
            await self.send({"type": "websocket.close", "code": code})
        except Exception:
            logger.debug("the peer was gone before it could be closed")


def writes_first(send: Send) -> bool:
    """Whether this server's `send` either finishes at once or has written nothing when it first waits.

    uvicorn's sansio protocol waits for "writable" first and writes afterwards; a test holds it to that. On any other
    server each frame goes through a writer task, which costs some more CPU and is always right.
    """
    owner = getattr(send, "__self__", None)
    return type(owner).__name__ == "WebSocketsSansIOProtocol"

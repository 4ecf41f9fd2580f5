"""The hub of a process: which sockets listen to which streams. A frame is encoded once and written to all of them.

Everything here runs in the event loop's thread, except the methods of `pusher.Sink`, which cross over by
`call_soon_threadsafe`. Database reads go to a small pool of threads.
"""

import asyncio
import contextlib
import logging
import time
from collections import defaultdict
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any, ParamSpec, TypeVar

from django.conf import settings
from django.db import close_old_connections

from portal.core.clock import now
from portal.realtime import frames, pusher, rights, rules, streams
from portal.realtime.bridge import Bridge
from portal.realtime.models import Stream
from portal.realtime.roster import member_ids, roster
from portal.realtime.sockets import Message, Socket

logger = logging.getLogger(__name__)
CHECKED_AT_ONCE = 4
P = ParamSpec("P")
T = TypeVar("T")
Held = list[tuple[int, str]]
_pool = ThreadPoolExecutor(max_workers=8, thread_name_prefix="trian-socket")


async def in_thread(fn: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Runs database work beside the loop. Not in Django's one "sensitive" thread: sockets must not queue there."""

    def run() -> T:
        close_old_connections()
        try:
            return fn(*args, **kwargs)
        finally:
            close_old_connections()

    return await asyncio.get_running_loop().run_in_executor(_pool, run)


class Hub:
    """Rooms, sockets and their clocks, for one event loop."""

    def __init__(self) -> None:
        self.loop = asyncio.get_running_loop()
        self.rooms: dict[str, dict[str, set[Socket]]] = {}
        self.joining: dict[str, dict[Socket, Held]] = defaultdict(dict)
        self.sockets: set[Socket] = set()
        self.numbers: dict[str, int] = {}
        self._shown: dict[str, list[int]] = {}  # who was present when a stream last heard of it
        self._bridge: Bridge | None = None
        self._pusher: pusher.Pusher | None = None
        self._tasks: set[asyncio.Task[Any]] = set()
        self._beat_now = asyncio.Event()
        self._opened: asyncio.Task[None] | None = None

    # ── opening and closing ──
    async def open(self) -> None:
        """Starts what brings frames here; returns when nothing that commits from now on can be missed."""
        if self._opened is None:
            self._opened = asyncio.ensure_future(self._open())
        await self._opened

    async def _open(self) -> None:
        if settings.REDIS_URL:
            self._bridge = Bridge(settings.REDIS_URL, self)
        else:
            self._pusher = pusher.Pusher(self, tail=True).start()
            await in_thread(self._pusher.wait_ready)
        pusher.use_local(self)
        self._keep(self._clock())

    async def stop(self) -> None:
        """Ends threads and tasks; tests use it, a real process simply ends."""
        pusher.use_local(None)
        if self._pusher is not None:
            self._pusher.stop()
            await in_thread(self._pusher.thread.join, 3)
        if self._bridge is not None:
            await self._bridge.stop()
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _keep(self, work: Any) -> None:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._done)

    def _done(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            logger.error("a task of the hub failed", exc_info=error)

    # ── sockets ──
    async def add(self, socket: Socket) -> bool:
        """Counts the socket in; False (and not added) when its member or address has too many."""
        key, most = _count_key(socket)
        others = sum(1 for other in self.sockets if _count_key(other)[0] == key)
        names = await in_thread(roster().enter, key, socket.id, rules.CONNECTED_FOR)
        if max(others + 1, len(names)) > most:
            await in_thread(roster().leave, key, socket.id)
            return False
        socket.numbers = self.numbers.get
        socket.checked_at = time.monotonic()
        self.sockets.add(socket)
        return True

    async def drop(self, socket: Socket) -> None:
        """Forgets a socket: its rooms, its presence, its place in the count."""
        socket.closed = True
        self.sockets.discard(socket)
        for stream in tuple(socket.streams):
            await self.leave(socket, stream)
        await in_thread(roster().leave, _count_key(socket)[0], socket.id)

    async def join(self, socket: Socket, stream: str) -> None:
        """From now on frames of this stream are held for the socket, until `settle`."""
        self.rooms.setdefault(stream, {}).setdefault(socket.language, set()).discard(socket)
        self.joining[stream][socket] = []
        socket.streams.add(stream)
        if self._bridge is not None:
            await self._bridge.sync(stream)

    def settle(self, socket: Socket, stream: str, after: int) -> None:
        """Ends the holding: writes what came meanwhile and is newer than `after`; then frames flow directly."""
        held = self.joining[stream].pop(socket, [])
        if socket.closed or stream not in socket.streams:
            return
        for number, text in held:
            if number == 0:
                socket.put_ephemeral(text)
            elif number > after:
                socket.put_text(text)
        self.rooms[stream].setdefault(socket.language, set()).add(socket)

    async def leave(self, socket: Socket, stream: str) -> None:
        """Takes the socket out of a stream; no frame of it is written from now on."""
        socket.streams.discard(stream)
        self.joining[stream].pop(socket, None)
        room = self.rooms.get(stream, {})
        room.get(socket.language, set()).discard(socket)
        if stream in socket.here:
            socket.here.discard(stream)
            self._show(stream, await in_thread(roster().leave, f"here:{stream}", _present(socket)))
        if not any(room.values()) and not self.joining[stream]:
            for table in (self.rooms, self.joining, self.numbers, self._shown):
                table.pop(stream, None)
        if self._bridge is not None:
            await self._bridge.sync(stream)

    # ── frames: the methods of pusher.Sink, called from other threads ──
    def languages(self, stream: str) -> Iterable[str]:
        return list(self.rooms.get(stream, ()))

    def fan(self, stream: str, number: int, texts: frames.Frames) -> None:
        with contextlib.suppress(RuntimeError):  # the loop has ended
            self.loop.call_soon_threadsafe(self.fan_now, stream, number, texts)

    def recheck(self, stream: str) -> None:
        with contextlib.suppress(RuntimeError):
            self.loop.call_soon_threadsafe(self.recheck_now, stream)

    def catch_up(self) -> None:
        with contextlib.suppress(RuntimeError):
            self.loop.call_soon_threadsafe(self.catch_up_now)

    def fan_now(self, stream: str, number: int, texts: frames.Frames) -> None:
        """Writes one frame to everybody who listens, in her language."""
        if number:
            self.numbers[stream] = number
        for language, sockets in self.rooms.get(stream, {}).items():
            text = texts.get(language) or texts.get(frames.ANY)
            if text is not None:
                message: Message = {"type": "websocket.send", "text": text}
                for socket in sockets:
                    if number == 0 and socket.apart:
                        socket.put_ephemeral(text)
                    else:
                        socket.put(message)
        if stream in self.joining:
            for socket, held in self.joining[stream].items():
                text = texts.get(socket.language) or texts.get(frames.ANY)
                if text is not None:
                    held.append((number, text))

    # ── presence ──
    async def here(self, socket: Socket, stream: str) -> None:
        """The tab is before a person's eyes: she is present for a minute, unless she sits unseen.

        A new tab is told who else is.
        """
        enter = roster().names if socket.unseen else partial(_enter, _present(socket))
        names = await in_thread(enter, f"here:{stream}")
        if socket.closed or stream not in socket.streams:
            return
        first = stream not in socket.here
        socket.here.add(stream)
        if not self._show(stream, names) and first:
            socket.put_ephemeral(_presence(stream, member_ids(names)))

    def _show(self, stream: str, names: list[str]) -> bool:
        """Tells everybody when the members present have changed; further tabs of one member change nothing."""
        ids = member_ids(names)
        if self._shown.get(stream, []) == ids:
            return False
        if stream in self.rooms:
            self._shown[stream] = ids
        pusher.send_ephemeral(stream, _presence(stream, ids))
        return True

    # ── clocks ──
    def beat_soon(self) -> None:
        """Sends the next heartbeat now."""
        self._beat_now.set()

    async def _clock(self) -> None:
        while True:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._beat_now.wait(), rules.HEARTBEAT)
            self._beat_now.clear()
            try:
                await self._beat()
                await self._check_again()
            except Exception:  # a database that is away: the next beat may find it again
                logger.warning("heartbeat failed", exc_info=True)

    async def _beat(self) -> None:
        """Tells each page the newest number of its streams, read from the database: the net under every lost push."""
        numbers = await in_thread(last_numbers, list(self.rooms))
        messages: dict[frozenset[str], Message] = {}
        for socket in tuple(self.sockets):
            wanted = frozenset(socket.streams)
            if wanted not in messages:
                last = {stream: numbers.get(stream, 0) for stream in sorted(wanted)}
                messages[wanted] = {"type": "websocket.send", "text": frames.encode({"t": "hb", "last": last})}
            socket.put(messages[wanted])
        for stream in list(self._shown):
            self._show(stream, await in_thread(roster().names, f"here:{stream}"))
        await in_thread(_renew, [(_count_key(socket)[0], socket.id) for socket in self.sockets])

    async def _check_again(self) -> None:
        before = time.monotonic() - rules.RECHECK_EVERY
        for socket in [socket for socket in self.sockets if socket.checked_at < before]:
            await self.check(socket)

    def recheck_now(self, stream: str) -> None:
        """Asks sockets for their rights: a member's own, by her stream; else whoever hears the stream, or everybody."""
        kind, object_id = streams.parse(stream)
        if kind == "member":
            self._keep(self._check_all([socket for socket in self.sockets if socket.member_id == object_id]))
        elif stream == streams.EVERYBODY:
            self._keep(self._check_all(self.sockets))
        else:
            self._keep(self._check_all([socket for socket in self.sockets if stream in socket.streams]))

    def catch_up_now(self) -> None:
        """After a break: a heartbeat shows each page what it missed, and no lost right waits for its minute."""
        self.beat_soon()
        self._keep(self._check_all(self.sockets))

    async def _check_all(self, sockets: Iterable[Socket]) -> None:
        """A few at a time: a full house is asked within its two seconds, and other reads still find a thread."""
        waiting = list(sockets)
        await asyncio.gather(*(self._check_some(waiting) for _ in range(min(CHECKED_AT_ONCE, len(waiting)))))

    async def _check_some(self, waiting: list[Socket]) -> None:
        while waiting:
            socket = waiting.pop()
            if not socket.closed:
                await self.check(socket)

    async def check(self, socket: Socket) -> None:
        """Closes the socket or takes away streams when the right to them is lost."""
        answer = await in_thread(rights.check, socket.member_id, socket.session_key, set(socket.streams), now())
        socket.checked_at = time.monotonic()
        if answer.code:
            socket.close(answer.code)
            await self.drop(socket)
            return
        socket.take(answer)
        if socket.unseen:
            for stream in tuple(socket.here):
                self._show(stream, await in_thread(roster().leave, f"here:{stream}", _present(socket)))
        for stream in answer.gone & socket.streams:
            await self.leave(socket, stream)
            socket.put_text(frames.encode({"t": "denied", "s": stream}))


def _count_key(socket: Socket) -> tuple[str, int]:
    if socket.member_id is None:
        return f"sockets:address:{socket.address}", rules.PER_ADDRESS
    return f"sockets:member:{socket.member_id}", rules.PER_MEMBER


def _renew(places: list[tuple[str, str]]) -> None:
    for key, name in places:
        roster().enter(key, name, rules.CONNECTED_FOR)


def _enter(name: str, place: str) -> list[str]:
    return roster().enter(place, name, rules.PRESENT_FOR)


def _present(socket: Socket) -> str:
    return f"{socket.member_id}/{socket.id}"


def _presence(stream: str, ids: list[int]) -> str:
    return frames.ephemeral(stream, "presence", {"members": ids, "count": len(ids)})


def last_numbers(names: list[str]) -> dict[str, int]:
    """The newest number of each stream that has one."""
    return dict(Stream.objects.filter(key__in=names).values_list("key", "last"))


_hub: Hub | None = None


def open_sockets() -> int:
    """How many sockets this process holds."""
    return len(_hub.sockets) if _hub is not None else 0


def hub() -> Hub:
    """The hub of this loop."""
    global _hub
    if _hub is None or _hub.loop is not asyncio.get_running_loop():
        _hub = Hub()
    return _hub

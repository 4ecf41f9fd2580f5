"""Takes committed entries to the open pages: reads them, renders each once per language, hands the frames on.

One thread per process, in one of three circumstances:
- SQLite: the web process reads what lies behind its last entry (ids are in commit order there);
- PostgreSQL without Redis: the web process reads the entries whose ids NOTIFY brought, in commit order;
- Redis: every process publishes what it has itself committed; the web processes subscribe (`bridge.py`).
"""

import atexit
import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable
from itertools import groupby
from typing import Any, Protocol

from django.conf import settings
from django.db import connection, transaction
from django.utils import translation

from portal.events import wake
from portal.realtime import frames, streams
from portal.realtime.models import StreamEntry

logger = logging.getLogger(__name__)
BATCH = 200
LISTENING_WITHIN = 5.0  # seconds; sockets open without live pushes when the database lets nobody listen


class Sink(Protocol):
    """Where frames go. Called from the pusher's thread only."""

    def languages(self, stream: str) -> Iterable[str]:
        """The languages somebody listens in; none saves the rendering."""

    def fan(self, stream: str, number: int, texts: frames.Frames) -> None:
        """Sends one frame to everybody who listens."""

    def recheck(self, stream: str) -> None:
        """Makes open sockets prove their rights: those of the member whose stream it is, or all that hear it."""

    def catch_up(self) -> None:
        """Something may have been missed: pages hear the newest numbers now, and every socket proves its rights."""


class Losses:
    """Counts pushes that could not be sent; pages recover by heartbeat."""

    def __init__(self) -> None:
        self.number = 0

    def count(self) -> None:
        """One more."""
        self.number += 1


lost = Losses()


class Pusher:
    """The thread and its queue. `wait_ready` returns once nothing that commits from now on can be missed."""

    def __init__(self, sink: Sink, *, tail: bool) -> None:
        self.sink = sink
        self.tail = tail
        self.by_tail = connection.vendor == "sqlite"  # elsewhere ids do not come in commit order
        self.queue: deque[int | tuple[str, str]] = deque()
        self.woken = threading.Event()
        self.idle = threading.Event()
        self.ready = threading.Event()
        self.ended = False
        self.missed = False
        self.last_id = 0
        self.stop_listening: Callable[[], None] = lambda: None
        self.thread = threading.Thread(target=self._run, name="trian-pusher", daemon=True)

    def start(self) -> "Pusher":
        """Begins to listen."""
        self.thread.start()
        return self

    def stop(self) -> None:
        """Ends the thread after what it is doing now."""
        self.ended = True
        self.stop_listening()
        self.woken.set()

    def put(self, item: int | tuple[str, str]) -> None:
        """An entry's id, or an ephemeral frame with its stream."""
        self.idle.clear()
        self.queue.append(item)
        self.woken.set()

    def wait_ready(self, seconds: float = 10) -> None:
        """Waits until the database's news arrives here and the tail's beginning is known."""
        self.ready.wait(seconds)

    def flush(self, seconds: float = 2) -> bool:
        """Waits until everything put so far has been sent; False when that took too long."""
        return self.idle.wait(seconds) if self.queue or not self.idle.is_set() else True

    def _heard(self, payload: str) -> None:
        if payload and not self.by_tail:
            self.queue.append(int(payload))
        elif not self.by_tail:
            self.missed = True  # no ids came while nobody listened
        self.woken.set()

    def _run(self) -> None:
        while not self.ended:
            try:
                if not self.ready.is_set():
                    self._begin()
                self._work()
            except Exception:
                lost.count()
                self.missed = True
                logger.exception("live push failed")
                connection.close()
                time.sleep(0.2)
            if not self.queue:
                self.idle.set()
            self.woken.wait(1.0)
            self.woken.clear()
        connection.close()

    def _begin(self) -> None:
        if self.tail:
            self.stop_listening()
            self.stop_listening = wake.listen(wake.STREAMS, self._heard)
            wake.wait_hearing(LISTENING_WITHIN)
            if self.by_tail:
                self.last_id = StreamEntry.objects.order_by("-id").values_list("id", flat=True).first() or 0
        self.ready.set()

    def _work(self) -> None:
        if self.missed:
            self.missed = False
            self.sink.catch_up()
        if self.tail and self.by_tail:
            while batch := list(_entries().filter(id__gt=self.last_id).order_by("id")[:BATCH]):
                self.last_id = batch[-1].pk
                self._send(batch)
        while self.queue:
            ids: list[int] = []
            while self.queue and len(ids) < BATCH and isinstance(self.queue[0], int):
                ids.append(self.queue.popleft())  # type: ignore[arg-type]
            if ids:
                found = _entries().in_bulk(ids)
                self._send([found[pk] for pk in ids if pk in found])
            elif self.queue:
                stream, text = self.queue.popleft()
                self.sink.fan(stream, 0, {frames.ANY: text})

    def _send(self, entries: list[StreamEntry]) -> None:
        """Streams one after the other, each in its own order."""
        by_stream = sorted(entries, key=lambda entry: entry.stream.key)  # stable: the order inside a stream stays
        for stream, group in groupby(by_stream, key=lambda entry: entry.stream.key):
            run = list(group)
            try:
                for number, texts in rendered(stream, run, self.sink.languages(stream)):
                    self.sink.fan(stream, number, texts)
            except Exception:
                lost.count()
                logger.exception("live push failed", extra={"stream": stream})
            if any(entry.kind == streams.RECHECK for entry in run):
                self.sink.recheck(stream)


def _entries() -> Any:
    return StreamEntry.objects.select_related("stream")


def rendered(stream: str, entries: list[StreamEntry], languages: Iterable[str]) -> list[tuple[int, frames.Frames]]:
    """For each entry its number and its frame per language. When rendering fails, pages are told to fetch anew."""
    languages = sorted(set(languages))
    if not entries or not languages:
        return []
    texts: list[frames.Frames] = [{} for _ in entries]
    pairs = [(entry.kind, entry.ref) for entry in entries]
    for language in languages:
        with translation.override(language):
            try:
                data = streams.render(stream, pairs)
            except Exception:
                logger.exception("rendering failed", extra={"stream": stream})
                last = entries[-1].number
                return [(last, dict.fromkeys(languages, frames.resync(stream, last)))]
            for text, entry, answer in zip(texts, entries, data, strict=True):
                text[language] = frames.event(stream, entry.number, entry.kind, answer)
    return [(entry.number, text) for entry, text in zip(entries, texts, strict=True)]


# ── What recording calls ────────────────────────────────────────────────────────────────────────────────────────
_publisher: Pusher | None = None
_local: Sink | None = None  # the hub of this process, while it has one
_lock = threading.Lock()


def use_local(sink: Sink | None) -> None:
    """Names the hub of this process, so that ephemeral pushes reach it without a detour."""
    global _local
    _local = sink


def entry_recorded(entry_id: int) -> None:
    """Called inside the transaction: makes sure that somebody sends the entry once it is committed."""
    if settings.REDIS_URL:
        transaction.on_commit(lambda: publisher().put(entry_id), robust=True)
    else:
        wake.announce(wake.STREAMS, str(entry_id))


def ephemeral(stream: str, kind: str, data: dict[str, Any]) -> None:
    """Sends a frame that nobody keeps by the shortest way there is."""
    send_ephemeral(stream, frames.ephemeral(stream, kind, data))


def send_ephemeral(stream: str, text: str) -> None:
    """The same for a frame that is ready."""
    if settings.REDIS_URL:
        publisher().put((stream, text))
    elif _local is not None:
        _local.fan(stream, 0, {frames.ANY: text})


def publisher() -> Pusher:
    """The thread that publishes what this process commits to Redis; started on first use, flushed at exit."""
    global _publisher
    with _lock:
        if _publisher is None or not _publisher.thread.is_alive():  # the first time, or after a fork
            from portal.realtime.bridge import RedisSink

            _publisher = Pusher(RedisSink(settings.REDIS_URL), tail=False).start()
            atexit.register(_publisher.flush)
        return _publisher

"""Between processes by Redis: the committing process publishes, every hub listens. Losing Redis loses only time."""

import asyncio
import json
import logging
from typing import TYPE_CHECKING, Any

import redis
import redis.asyncio
from django.conf import settings
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

from portal.realtime import frames
from portal.realtime.pusher import lost

if TYPE_CHECKING:
    from portal.realtime.hub import Hub

logger = logging.getLogger(__name__)
PREFIX = "trian:stream:"
CONTROL = "trian:control"
ERRORS = (redis.RedisError, OSError, asyncio.TimeoutError)


class RedisSink:
    """The pusher's way out. What cannot be published is counted and dropped: pages notice by number or heartbeat."""

    def __init__(self, url: str) -> None:
        self._client: Any = redis.Redis.from_url(url, socket_timeout=1, socket_connect_timeout=0.5)

    def languages(self, stream: str) -> list[str]:
        return [code for code, _ in settings.LANGUAGES]

    def fan(self, stream: str, number: int, texts: frames.Frames) -> None:
        self._publish(PREFIX + stream, {"n": number, "f": texts})

    def recheck(self, stream: str) -> None:
        self._publish(CONTROL, {"recheck": stream})

    def catch_up(self) -> None:
        self._publish(CONTROL, {"catch_up": True})

    def _publish(self, channel: str, message: dict[str, Any]) -> None:
        try:
            self._client.publish(channel, json.dumps(message, ensure_ascii=False))
        except ERRORS as error:
            lost.count()
            logger.warning("push lost: %s", error, extra={"stream": channel})


class Bridge:
    """One subscription per stream that somebody in this process listens to, renewed by itself after a break."""

    def __init__(self, url: str, hub: "Hub") -> None:
        self._url = url
        self._hub = hub
        self._lock = asyncio.Lock()
        self._pubsub: Any = None
        self._subscribed: set[str] = set()
        self._confirmations: dict[str, asyncio.Future[None]] = {}
        self._task = asyncio.ensure_future(self._run())

    async def stop(self) -> None:
        """Ends the subscription."""
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)

    async def sync(self, stream: str) -> None:
        """Subscribes or unsubscribes so that it fits whether somebody listens; decided inside the lock, so that a
        join and a leave at the same moment cannot end in the wrong state. Waits for Redis's confirmation."""
        confirmed = None
        async with self._lock:
            wanted = stream in self._hub.rooms
            if self._pubsub is None or wanted == (stream in self._subscribed):
                return
            try:
                if wanted:
                    confirmed = self._confirmations[stream] = asyncio.get_running_loop().create_future()
                    self._subscribed.add(stream)
                    await self._pubsub.subscribe(PREFIX + stream)
                else:
                    self._subscribed.discard(stream)
                    await self._pubsub.unsubscribe(PREFIX + stream)
            except ERRORS:
                return  # the listener meets the same break and subscribes anew
        if confirmed is not None:
            try:
                await asyncio.wait_for(confirmed, 1)
            except TimeoutError:
                logger.warning("Redis does not confirm a subscription", extra={"stream": stream})

    async def _run(self) -> None:
        pause = 0.2
        while True:
            client: Any = redis.asyncio.Redis.from_url(
                self._url, retry=Retry(NoBackoff(), 0), socket_connect_timeout=1, health_check_interval=10
            )
            try:
                async with client.pubsub() as pubsub:
                    await self._open(pubsub)
                    pause = 0.2
                    while True:
                        message = await pubsub.get_message(timeout=5)
                        if message is not None:
                            self._take(message)
            except ERRORS as error:
                logger.warning("Redis is away (%s); trying again", error)
            finally:
                self._pubsub = None
                await client.aclose()
            await asyncio.sleep(pause)
            pause = min(pause * 2, 2.0)

    async def _open(self, pubsub: Any) -> None:
        async with self._lock:
            self._subscribed = set(self._hub.rooms)
            await pubsub.subscribe(CONTROL, *(PREFIX + stream for stream in self._subscribed))
            self._pubsub = pubsub
        self._hub.catch_up_now()  # what was said and forbidden meanwhile

    def _take(self, message: dict[str, Any]) -> None:
        channel = message["channel"].decode()
        if message["type"] == "subscribe":
            waiting = self._confirmations.pop(channel.removeprefix(PREFIX), None)
            if waiting is not None and not waiting.done():
                waiting.set_result(None)
        elif message["type"] == "message":
            data = json.loads(message["data"])
            if channel == CONTROL and "catch_up" in data:
                self._hub.catch_up_now()
            elif channel == CONTROL:
                self._hub.recheck_now(data["recheck"])
            else:
                self._hub.fan_now(channel.removeprefix(PREFIX), data["n"], data["f"])

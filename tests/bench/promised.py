"""`python -m tests.bench.promised`: the promised load on this machine, and the ledger after it (promise 1).

200 signed-in members for a minute, each with half a minute between two acts: 70 % read, 15 % reply, 10 % talk in the
room, 5 % thank somebody. The house runs as in service, with every process of it, on PostgreSQL and Redis. It fails on
any 5xx, on a lost reply, or on a fault in the ledger. `--members`, `--seconds` and `--pause` make it another load.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import statistics
import sys
import tempfile
import time
import uuid
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from tests.deploy.service import SITE, Service
from tests.helpers.servers import RedisServer, postgres_server

READS = ("/vi/", "/vi/community/", "/vi/my/", "/vi/stories/", "/vi/notifications/", "{topic}", "{topic}", "{topic}")


@dataclass
class Seen:
    """What the load met: status and seconds of each act, and the keys to which the house said yes."""

    times: dict[str, list[float]] = field(default_factory=dict)
    statuses: dict[int, int] = field(default_factory=dict)
    acknowledged: list[str] = field(default_factory=list)

    def note(self, kind: str, status: int, seconds: float) -> None:
        """Counts one act."""
        self.times.setdefault(kind, []).append(seconds)
        self.statuses[status] = self.statuses.get(status, 0) + 1

    def failures(self) -> int:
        """Answers that were faults of the house."""
        return sum(count for status, count in self.statuses.items() if status >= 500 or status == 0)


async def member(house: Service, people: dict[str, Any], number: int, until: float, pause: float, seen: Seen) -> None:
    """One member from now until then."""
    chance = random.Random(f"member {number}")
    port = house.pages[number % len(house.pages)]
    headers = {
        "Host": SITE, "X-Forwarded-Proto": "https", "X-Forwarded-For": f"203.0.113.{number % 250 + 1}",
        "Origin": f"https://{SITE}", "X-CSRFToken": "c" * 32,
    }  # fmt: skip
    cookies = {**people["cookies"][number % len(people["cookies"])], people["csrf"]: "c" * 32}
    topic = f"/vi/community/topics/{people['topic']}/"
    # The first of them wrote the post that is thanked for: her own thanks would be refused.
    most = 0.94 if number % len(people["cookies"]) == 0 else 1.0
    base = f"http://127.0.0.1:{port}"
    async with httpx.AsyncClient(base_url=base, headers=headers, cookies=cookies, timeout=40) as client:
        await asyncio.sleep(chance.uniform(0, pause))
        while time.monotonic() < until:
            lot, key, began = min(chance.random(), most), f"r:{uuid.uuid4()}", time.monotonic()
            words = f"Lời {number} nói lúc {began:.3f}, để cả nhà cùng nghe và cùng cười."
            json_ = {"Accept": "application/json"}
            try:
                if lot < 0.7:
                    kind, path = "read", chance.choice(READS).format(topic=topic + "-/")
                    answer = await client.get(path, follow_redirects=True)
                elif lot < 0.85:
                    kind, data = "reply", {"body": words, "to": "", "list": "", "key": key}
                    answer = await client.post(f"{topic}do/replies/", data=data, headers=json_)
                    if answer.status_code in (200, 201, 204, 302):
                        seen.acknowledged.append(key)
                elif lot < 0.95:
                    kind, data = "chat", {"text": words, "key": key}
                    answer = await client.post(f"/vi/chat/{people['room']}/send/", data=data, headers=json_)
                else:
                    kind = "thank"
                    # Whoever pressed it before lets it go: both are acts.
                    path = f"/vi/community/posts/{people['post']}/reactions/?kind=tea"
                    answer = await client.post(path)
                seen.note(kind, answer.status_code, time.monotonic() - began)
            except httpx.TransportError:
                seen.note("lost", 0, time.monotonic() - began)
            await asyncio.sleep(chance.uniform(0.5, 1.5) * pause)


async def load(house: Service, people: dict[str, Any], members: int, seconds: float, pause: float) -> Seen:
    """All of them at once; returns what they met."""
    seen, until = Seen(), time.monotonic() + seconds
    await asyncio.gather(*[member(house, people, number, until, pause, seen) for number in range(members)])
    return seen


def lost(house: Service, seen: Seen) -> set[str]:
    """Replies to which the house said yes and which do not stand."""
    stored = {key for (key,) in house.rows("SELECT key FROM community_post WHERE key LIKE 'r:%'")}
    return set(seen.acknowledged) - stored


def main() -> int:
    """Runs the load and prints what it met; 1 when the promise was broken."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--members", type=int, default=200)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--pause", type=float, default=30, help="mean seconds between two acts of one member")
    asked = parser.parse_args()
    redis = RedisServer()
    redis.start()
    with postgres_server() as database, tempfile.TemporaryDirectory(prefix="trian-promised-") as name:
        house = Service(Path(name), database=database, redis=redis.url)
        try:
            house.open(nginx=False)
            told = house.manage(str(asked.members), module="tests.deploy.people").strip().splitlines()[-1]
            people = json.loads(told)
            seen = asyncio.run(load(house, people, asked.members, asked.seconds, asked.pause))
            gone, sound = lost(house, seen), house.ledger_is_sound()
        finally:
            house.end()
            redis.close()
    for kind, times in sorted(seen.times.items()):
        p95 = statistics.quantiles(times, n=20)[18] if len(times) > 1 else times[0]
        print(f"{kind:6} {len(times):5} acts, p50 {statistics.median(times) * 1e3:6.0f} ms, p95 {p95 * 1e3:6.0f} ms")
    print(f"statuses {seen.statuses}; replies lost {len(gone)}; ledger {'holds' if sound else 'is broken'}")
    return 1 if seen.failures() or gone or not sound else 0


if __name__ == "__main__":
    sys.exit(main())

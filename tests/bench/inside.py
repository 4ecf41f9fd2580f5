"""What is measured without the network: the ledger and the judging of events, by plain calls in one process.

`python -m tests.bench.inside SECONDS` inside a grown house's environment prints one JSON object.
"""

from __future__ import annotations

import itertools
import json
import sqlite3
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import django
import psycopg

django.setup()

from django.db import connection, transaction  # noqa: E402  (Django must be set up before models are imported)

from badges.ledger import actions as ledger  # noqa: E402
from badges.ledger import selectors, verify  # noqa: E402
from badges.ledger.models import Entry, Transaction  # noqa: E402
from community.forum.models import Post  # noqa: E402
from portal.accounts.models import Member  # noqa: E402
from portal.core.clock import now  # noqa: E402
from portal.events import relay  # noqa: E402
from portal.events.bus import publish  # noqa: E402
from portal.events.types.community import ReactionAdded, ReplyPosted  # noqa: E402
from tests.bench.client import percentile  # noqa: E402
from tests.bench.rehearsing import rehearse  # noqa: E402

SOURCE = "bench"


def rate(act: Callable[[int], object], seconds: float, each: int = 1) -> dict[str, float]:
    """Call `act` with rising numbers for that long; how many things a second, and what a call took."""
    times: list[float] = []
    began, cpu = time.perf_counter(), time.process_time()
    for number in itertools.count():
        start = time.perf_counter()
        act(number)
        times.append(time.perf_counter() - start)
        if time.perf_counter() - began > seconds:
            break
    took, busy, done = time.perf_counter() - began, time.process_time() - cpu, len(times) * each
    return {
        "per_second": done / took,
        "p50": percentile(times, 0.5) * 1000,
        "p95": percentile(times, 0.95) * 1000,
        "cpu": busy / done * 1000,
    }


def raw_commits(seconds: float) -> dict[str, float]:
    """The floor of every write here: one row of 450 bytes in, committed to disk, by the database's own driver."""
    return raw_commits_postgres(seconds) if connection.vendor == "postgresql" else raw_commits_sqlite(seconds)


def raw_commits_postgres(seconds: float) -> dict[str, float]:
    """With psycopg, in this very server."""
    at = connection.settings_dict
    words = {
        "dbname": at["NAME"],
        "host": at["HOST"],
        "port": at["PORT"],
        "user": at["USER"],
        "password": at["PASSWORD"],
    }
    with psycopg.connect(**{name: value for name, value in words.items() if value}, autocommit=True) as raw:
        raw.execute("CREATE TABLE bench_raw (id bigserial PRIMARY KEY, x text)")
        found = rate(lambda _number: raw.execute("INSERT INTO bench_raw (x) VALUES (%s)", ("x" * 450,)), seconds)
        raw.execute("DROP TABLE bench_raw")
    return found


def raw_commits_sqlite(seconds: float) -> dict[str, float]:
    """With Python's own sqlite3, synchronous FULL."""
    with tempfile.TemporaryDirectory() as folder:
        raw = sqlite3.connect(Path(folder) / "raw.sqlite3", isolation_level=None)
        raw.executescript(
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; CREATE TABLE t (id INTEGER PRIMARY KEY, x)"
        )

        def act(number: int) -> None:
            raw.execute("BEGIN IMMEDIATE")
            raw.execute("INSERT INTO t (x) VALUES (?)", ("x" * 450,))
            raw.execute("COMMIT")

        found = rate(act, seconds)
        raw.close()
    return found


def earn(members: list[int], number: int, name: str) -> None:
    """One earning of two kinds of points."""
    member = members[number % len(members)]
    ledger.earn(member_id=member, amounts={"spend": 30, "status": 3}, source=SOURCE, key=f"{name}:{number}", at=now())


def batch(members: list[int], number: int) -> None:
    """A hundred earnings in one transaction."""
    with transaction.atomic():
        for step in range(100):
            earn(members, number * 100 + step, "batch")


def redeem_in_threads(members: list[int], threads: int, each: int) -> dict[str, float]:
    """Twenty people redeem at once; what a redemption took, its waiting for the one writer included."""
    for number, member in enumerate(members[:threads]):
        ledger.earn(member_id=member, amounts={"spend": 10_000}, source=SOURCE, key=f"purse:{number}", at=now())
    times: list[float] = []
    start = threading.Barrier(threads)

    def spend(place: int) -> None:
        start.wait()
        for number in range(each):
            begun = time.perf_counter()
            ledger.redeem(member_id=members[place], amount=7, source=SOURCE, key=f"redeem:{place}:{number}", at=now())
            times.append(time.perf_counter() - begun)
        connection.close()

    began = time.perf_counter()
    crowd = [threading.Thread(target=spend, args=(place,)) for place in range(threads)]
    for one in crowd:
        one.start()
    for one in crowd:
        one.join()
    took = time.perf_counter() - began
    if len(times) < threads * each:
        sys.exit(f"{threads * each - len(times)} redemptions failed")
    return {
        "per_second": len(times) / took,
        "p50": percentile(times, 0.5) * 1000,
        "p95": percentile(times, 0.95) * 1000,
    }


def judge(posts: int) -> dict[str, float]:
    """Replies and the reactions to them, told as the forum tells them, then delivered to every subscriber."""
    relay.drain()
    rows = list(Post.objects.filter(number__gt=1, key__startswith="seed:").select_related("topic")[:posts])
    readers = list(Member.objects.filter(email__startswith="seed").values_list("pk", flat=True)[:50])
    at = now()
    with transaction.atomic():
        for place, post in enumerate(rows):
            topic = post.topic
            common = {"topic": topic.pk, "post": post.pk, "author": post.author_id, "title": topic.title}
            publish(
                ReplyPosted(actor=post.author_id, space=topic.space_id, topic_author=topic.author_id, **common), at=at
            )
            reader = next(reader for reader in readers[place % 40 :] if reader != post.author_id)
            publish(ReactionAdded(actor=reader, reaction=10**6 + place, kind="tea", first_post=False, **common), at=at)
    before = Transaction.objects.count()
    began, cpu = time.perf_counter(), time.process_time()
    counts = relay.drain()
    took, busy = time.perf_counter() - began, time.process_time() - cpu
    events, postings = 2 * len(rows), Transaction.objects.count() - before
    if counts.failed:
        sys.exit(f"{counts.failed} deliveries failed")
    return {
        "per_second": events / took,
        "cpu": busy / events * 1000,
        "deliveries": counts.done,
        "postings": postings,
        "postings_per_second": postings / took,
    }


def main(seconds: float) -> None:
    """All of it, in an order in which nothing disturbs the next."""
    members = list(Member.objects.filter(email__startswith="seed").order_by("pk").values_list("pk", flat=True))
    found: dict[str, Any] = {"raw": raw_commits(seconds)}
    found["earn"] = rate(lambda number: earn(members, number, "one"), seconds)
    found["earn_batch"] = rate(lambda number: batch(members, number), seconds, each=100)
    found["redeem"] = redeem_in_threads(members, 20, max(3, int(6 * seconds)))
    found["balance"] = rate(lambda number: selectors.balances(members[number % 100]), seconds / 2)
    found["judge"] = judge(int(150 * seconds))
    began = time.perf_counter()
    wrong = verify.verify()
    found["verify"] = {"seconds": time.perf_counter() - began, "entries": Entry.objects.count(), "findings": len(wrong)}
    found["rehearse"] = rehearse(100_000 if seconds > 1 else 10_000)
    print(json.dumps(found))


if __name__ == "__main__":
    main(float(sys.argv[1]))

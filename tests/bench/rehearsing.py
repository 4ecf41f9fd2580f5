"""A backtest of many events through a draft: told in bulk into the log, then replayed as the worker replays them.

`python -m tests.bench.rehearsing EVENTS` inside a grown house's environment prints one JSON object.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import django

django.setup()

from badges.backtest.actions import run  # noqa: E402  (Django must be set up before models are imported)
from badges.backtest.models import Backtest  # noqa: E402
from badges.programme.actions import ask_for_backtest, write_draft  # noqa: E402
from badges.programme.selectors import as_it_is  # noqa: E402
from portal.accounts.models import Member  # noqa: E402
from portal.core.clock import now, programme_day  # noqa: E402
from portal.events.models import DomainEvent  # noqa: E402
from portal.events.types.base import Event  # noqa: E402
from portal.events.types.brand import StoryRead  # noqa: E402
from portal.events.types.community import ReactionAdded, ReplyPosted, TopicStarted  # noqa: E402

DAYS, CHUNK = 90, 5_000
# Numbers that no topic of the house has.
FIRST = 10**8


def told(members: list[int], events: int) -> Iterator[Event]:
    """Talk as it is: a topic, eight replies, ten thanks for them and a story, again and again."""
    for n in range(events):
        block, step = divmod(n, 20)
        topic, author = FIRST + 20 * block, members[block * 7 % len(members)]
        someone = members[(block * 7 + step * 3 + 1) % len(members)]
        said: dict[str, Any] = {"topic": topic, "title": "Ấm đất"}
        if step == 0:
            yield TopicStarted(actor=author, post=topic, space=1, author=author, **said)
        elif step <= 8:
            yield ReplyPosted(actor=someone, post=topic + step, space=1, author=someone, topic_author=author, **said)
        elif step <= 18:
            post = 1 + (step - 9) % 8
            writer = members[(block * 7 + post * 3 + 1) % len(members)]
            yield ReactionAdded(
                actor=someone,
                reaction=FIRST + n,
                kind="tea",
                post=topic + post,
                author=writer,
                first_post=False,
                **said,
            )
        else:
            yield StoryRead(actor=someone, member=someone, story=f"bench-{block % 40}", title="Mây")


def put_into_log(members: list[int], events: int, until: datetime) -> None:
    """As rows of the log alone: nothing is delivered, so nothing is paid."""
    begin, each = until - timedelta(days=DAYS - 1), timedelta(days=DAYS - 1) / events
    rows: list[DomainEvent] = []
    for n, event in enumerate(told(members, events)):
        rows.append(DomainEvent(
            name=event.name, actor_id=event.actor, payload=event.payload(), occurred_at=begin + n * each
        ))  # fmt: skip
        if len(rows) == CHUNK or n + 1 == events:
            DomainEvent.objects.bulk_create(rows)
            rows = []


def rehearse(events: int) -> dict[str, Any]:
    """Seconds from the worker's taking it up to the result on its row, and how many events were heard in all."""
    manager = Member.objects.get(email="manager@may.example")
    members = list(Member.objects.filter(email__startswith="seed").order_by("pk").values_list("pk", flat=True))
    at = now()
    put_into_log(members, events, at)
    content, texts = as_it_is("rule", "reply", at=at)
    content["definition"] = content["definition"] | {"points": {"spend": 6, "status": 2}}
    draft = write_draft(actor=manager, kind="rule", subject="reply", content=content, texts=texts, at=at)
    today = programme_day(at)
    row, _fresh = ask_for_backtest(
        actor=manager, draft_id=draft.pk, version=draft.version, first=today - timedelta(days=DAYS - 1), last=today,
        together=False, at=now(),
    )  # fmt: skip
    began, cpu = time.perf_counter(), time.process_time()
    if not run(row.pk):
        sys.exit(f"the backtest ended as {Backtest.objects.get(pk=row.pk).error}")
    took = time.perf_counter() - began
    row.refresh_from_db()
    return {
        "seconds": took, "cpu": time.process_time() - cpu, "events": row.result["events"], "heard": row.total,
        "issued": row.result["types"]["spend"]["issued"], "load": round(os.getloadavg()[0], 2),
    }  # fmt: skip


if __name__ == "__main__":
    print(json.dumps(rehearse(int(sys.argv[1]))))

"""The live side loses its line to the database for a moment: what was said and forbidden meanwhile is made good."""

import asyncio
import time

import pytest
from asgiref.sync import sync_to_async
from django.db import connection, transaction

from portal.accounts.models import Member
from portal.core.clock import now
from portal.events import wake
from portal.realtime import recheck, record, rules

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.both_databases]


@sync_to_async
def lose_the_line() -> None:
    """Ends what the watcher reads from, and returns while it is away."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND query LIKE 'LISTEN%'"
        )
        assert len(cursor.fetchall()) == 1
    deadline = time.monotonic() + 5
    while wake._hearing.is_set():
        assert time.monotonic() < deadline, "the watcher did not notice"
        time.sleep(0.01)


@pytest.mark.skipif(
    connection.vendor == "sqlite", reason="SQLite's pusher reads the table itself: it has no line to lose"
)
async def test_what_was_said_and_forbidden_while_the_line_was_down_is_made_good_when_it_is_back(
    tab, alice, bob, monkeypatch
):
    monkeypatch.setattr(wake, "_PAUSE", 3.0)  # long enough for what happens meanwhile, on a slow machine too
    hers, his = await tab(alice), await tab(bob)
    for page in (hers, his):
        await page.sub("stage:1")
    await lose_the_line()

    @sync_to_async
    def meanwhile() -> None:
        Member.objects.filter(pk=bob.pk).update(suspended_until=now().replace(year=2099))
        recheck(bob.pk)
        with transaction.atomic():
            record("stage:1", "said", {"text": "giữa chừng"})
        assert not wake._hearing.is_set(), "the line was back too early for this test"

    await meanwhile()
    async with asyncio.timeout(20):  # well before the minute in which rights are asked for again anyway
        assert await his.close_code(20) == rules.FORBIDDEN
        while (await hers.next("hb"))["last"] != {"stage:1": 1}:
            pass
    await hers.sub("stage:1", after=0)
    assert (await hers.next("ev"))["d"]["text"] == "giữa chừng"

"""Who is here, who writes, and what happens to open pages when a right ends."""

import asyncio

import pytest
from asgiref.sync import sync_to_async
from django.db import transaction
from django.test import Client

from portal.accounts.models import Member
from portal.core.clock import now
from portal.realtime import StreamKind, recheck, record, rules, streams
from portal.realtime import hub as hub_module
from tests.helpers import stage as stage_kind
from tests.helpers.realtime import InProcessTab

pytestmark = pytest.mark.django_db(transaction=True)


@sync_to_async
def say(text: str, stream: str) -> None:
    with transaction.atomic():
        record(stream, "said", {"text": text})


# ── typing and presence ──
async def test_typing_is_told_once_in_three_seconds_and_never_by_the_muted(tab, alice, bob):
    writer, reader = await tab(alice), await tab(bob)
    await reader.sub("stage:1")
    await writer.sub("stage:1")
    for _ in range(3):
        await writer.send({"t": "typing", "s": "stage:1"})
    heard = await reader.silence()
    assert heard == [{"t": "eph", "s": "stage:1", "k": "typing", "d": {"member": alice.pk, "name": alice.name}}]
    await Member.objects.filter(pk=bob.pk).aupdate(muted_until=now().replace(year=2099))
    await sync_to_async(recheck)(bob.pk)
    await asyncio.sleep(0.5)
    await reader.send({"t": "typing", "s": "stage:1"})
    assert [frame for frame in await writer.silence() if frame["d"]["member"] == bob.pk] == []


async def test_presence_enters_with_the_first_tab_and_leaves_with_the_last(tab, alice, bob):
    watcher = await tab()
    await watcher.sub("stage:1")
    first, second, other = await tab(alice), await tab(alice), await tab(bob)

    async def appear(page: InProcessTab) -> None:
        await page.sub("stage:1")
        await page.send({"t": "here", "s": "stage:1"})

    def presence(*members: Member) -> list[dict]:
        ids = [member.pk for member in members]
        return [{"t": "eph", "s": "stage:1", "k": "presence", "d": {"members": ids, "count": len(ids)}}]

    await appear(first)
    assert await watcher.silence() == presence(alice)
    await appear(second)
    assert await watcher.silence() == []
    assert await second.silence() == presence(alice)  # the new tab is told all the same
    await appear(other)
    assert await watcher.silence() == presence(alice, bob)
    await first.close()
    assert await watcher.silence() == []
    await second.close()
    assert await watcher.silence() == presence(bob)
    await other.send({"t": "unsub", "s": "stage:1"})
    assert await watcher.silence() == presence()


async def test_a_visitor_stays_unseen(tab):
    page = await tab()
    await page.sub("stage:1")
    await page.send({"t": "here", "s": "stage:1"})
    assert await page.silence() == []


async def test_presence_that_is_not_renewed_fades(tab, alice, monkeypatch):
    monkeypatch.setattr(rules, "PRESENT_FOR", 0.3)
    monkeypatch.setattr(rules, "HEARTBEAT", 0.2)
    page = await tab(alice)
    await page.sub("stage:1")
    await page.send({"t": "here", "s": "stage:1"})
    assert (await page.next("eph"))["d"]["count"] == 1
    assert (await page.next("eph"))["d"]["count"] == 0


# ── rights that end ──
async def closes_within_two_seconds(page: InProcessTab) -> int | None:
    begun = asyncio.get_running_loop().time()
    code = await page.close_code(3)
    assert asyncio.get_running_loop().time() - begun < 2
    return code


async def test_sign_out_closes_the_tabs_of_that_session_only(tab, alice):
    page, other = await tab(alice), await tab(alice)
    await page.sub("stage:2")

    @sync_to_async
    def sign_out() -> None:
        browser = Client()
        browser.cookies.load(page.cookie)
        browser.logout()

    await sign_out()
    assert await closes_within_two_seconds(page) == rules.SIGNED_OUT
    assert (await other.sub("stage:2"))["t"] == "ok"


async def test_suspension_closes_the_socket(tab, alice):
    page = await tab(alice)
    await page.sub("stage:2")
    await Member.objects.filter(pk=alice.pk).aupdate(suspended_until=now().replace(year=2099))
    await sync_to_async(recheck)(alice.pk)
    assert await closes_within_two_seconds(page) == rules.FORBIDDEN


async def test_a_lost_right_to_a_stream_ends_only_that_stream(tab, alice, monkeypatch):
    page = await tab(alice)
    await page.sub("stage:1")
    await page.sub("stage:2")
    monkeypatch.setattr("portal.realtime.streams._kinds", dict(_without_stage_two()))
    await sync_to_async(recheck)(alice.pk)
    assert await page.next(seconds=2) == {"t": "denied", "s": "stage:2"}
    await say("không phải cho cô", "stage:2")
    await say("cho mọi người", "stage:1")
    assert [(frame["s"], frame["d"]["text"]) for frame in await page.silence()] == [("stage:1", "cho mọi người")]


def _without_stage_two():
    kind = StreamKind("stage", lambda viewer, i: i == 1, stage_kind.render, frozenset({"said", "long"}))
    return {**streams._kinds, "stage": [kind]}


async def test_rights_are_checked_again_every_minute_even_when_nobody_says_so(tab, alice, monkeypatch):
    monkeypatch.setattr(rules, "HEARTBEAT", 0.2)
    monkeypatch.setattr(rules, "RECHECK_EVERY", 0.3)
    page = await tab(alice)
    await page.sub("stage:2")
    await Member.objects.filter(pk=alice.pk).aupdate(is_active=False)
    assert await closes_within_two_seconds(page) == rules.FORBIDDEN


async def test_a_hundred_tabs_that_come_and_go_leave_nothing_behind(tab, alice):
    async def visit() -> None:
        page = InProcessTab()
        await page.open()
        if (await page.sub("stage:1"))["t"] == "ok":
            await page.send({"t": "unsub", "s": "stage:1"})
        await page.close()

    keeper = await tab(alice)
    await keeper.sub("stage:2")
    for _ in range(10):
        await asyncio.gather(*(visit() for _ in range(10)))
    living = hub_module._hub
    assert set(living.rooms) == {"stage:2"}
    assert len(living.sockets) == 1
    assert not any(living.joining.values())

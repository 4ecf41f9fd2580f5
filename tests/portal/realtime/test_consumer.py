"""The socket's door: who comes in, what is answered, what is refused, what is caught up."""

import asyncio
import json

import pytest
from asgiref.sync import sync_to_async
from django.db import transaction

from portal.accounts.models import Member
from portal.core.clock import now
from portal.realtime import hub as hub_module
from portal.realtime import push, record, rules
from portal.realtime.models import Stream, StreamEntry
from tests.helpers.realtime import InProcessTab

pytestmark = pytest.mark.django_db(transaction=True)


@sync_to_async
def say(*texts: str, stream: str = "stage:1", kind: str = "said") -> None:
    with transaction.atomic():
        for text in texts:
            record(stream, kind, {"text": text})


def texts(frames: list[dict]) -> list[tuple[int, str]]:
    return [(frame["n"], frame["d"]["text"]) for frame in frames if frame["t"] == "ev"]


# ── who comes in ──
@pytest.mark.parametrize("origin", [None, b"null", b"https://evil.example", b"http://testserver.evil.example", b""])
async def test_a_foreign_null_or_missing_origin_is_refused(origin):
    assert not await InProcessTab(origin=origin).open()


async def test_an_address_that_is_not_ours_is_refused_without_an_exception():
    from asgiref.testing import ApplicationCommunicator

    from portal.routing import websocket

    scope = {
        "type": "websocket",
        "path": "/other/",
        "query_string": b"",
        "headers": [(b"origin", b"http://testserver")],
    }
    wire = ApplicationCommunicator(websocket, scope)
    await wire.send_input({"type": "websocket.connect"})
    assert (await wire.receive_output(5))["type"] == "websocket.close"
    await wire.wait(5)


async def test_a_visitor_may_hear_public_streams_only(tab):
    page = await tab()
    assert (await page.sub("stage:1"))["t"] == "ok"
    assert await page.sub("stage:2") == {"t": "denied", "s": "stage:2"}
    assert await page.sub("member:1") == {"t": "denied", "s": "member:1"}


async def test_a_foreign_stream_answers_exactly_like_one_that_does_not_exist(tab, alice, bob):
    page = await tab(alice)
    answers = [await page.sub(name) for name in (f"member:{bob.pk}", "member:999999", "nothing:1", "stage:77")]
    assert {frame["t"] for frame in answers} == {"denied"}
    assert [set(frame) for frame in answers] == [{"t", "s"}] * 4


async def test_an_eleventh_tab_of_one_member_is_closed(tab, alice):
    pages = [await tab(alice) for _ in range(rules.PER_MEMBER)]
    for page in pages:
        assert (await page.sub("stage:1"))["t"] == "ok"
    assert await (await tab(alice)).close_code() == rules.TOO_MANY_CONNECTIONS
    await pages[0].close()
    assert (await (await tab(alice)).sub("stage:1"))["t"] == "ok"


async def test_visitors_of_one_address_are_limited(tab, monkeypatch):
    monkeypatch.setattr(rules, "PER_ADDRESS", 2)
    for _ in range(2):
        assert (await (await tab()).sub("stage:1"))["t"] == "ok"
    assert await (await tab()).close_code() == rules.TOO_MANY_CONNECTIONS


async def test_a_page_drawn_for_somebody_else_is_told_to_close(tab, alice, bob):
    assert await (await tab(alice, query=f"me={bob.pk}")).close_code() == rules.SIGNED_OUT
    assert await (await tab(query=f"me={bob.pk}")).close_code() == rules.SIGNED_OUT
    assert (await (await tab(bob, query=f"me={bob.pk}")).sub("stage:2"))["t"] == "ok"


async def test_a_suspended_member_is_turned_away(tab, alice):
    await Member.objects.filter(pk=alice.pk).aupdate(suspended_until=now().replace(year=2099))
    assert await (await tab(alice)).close_code() == rules.FORBIDDEN


# ── what is heard ──
async def test_an_entry_reaches_listeners_once_and_in_order(tab, alice, bob):
    pages = [await tab(alice), await tab(bob), await tab()]
    for page in pages:
        await page.sub("stage:1")
    await say("một", "hai")
    await say("ba")
    for page in pages:
        assert texts([await page.next("ev") for _ in range(3)]) == [(1, "một"), (2, "hai"), (3, "ba")]
        assert await page.silence() == []


async def test_each_page_hears_its_own_language(tab):
    vi, en = await tab(query="lang=vi"), await tab(query="lang=en")
    odd = await tab(query="lang=../../etc")
    for page in (vi, en, odd):
        await page.sub("stage:1")
    await say("x")
    assert [(await page.next("ev"))["d"]["language"] for page in (vi, en, odd)] == ["vi", "en", "vi"]


async def test_after_unsubscribing_nothing_is_heard(tab):
    page = await tab()
    await page.sub("stage:1")
    await page.send({"t": "unsub", "s": "stage:1"})
    assert await page.silence() == []
    await say("x")
    assert await page.silence() == []
    assert "stage:1" not in hub_module._hub.rooms


async def test_what_was_missed_is_brought_after_the_last_number(tab):
    await say(*(f"lời {n}" for n in range(1, 8)))
    page = await tab()
    assert await page.sub("stage:1", after=4) == {"t": "ok", "s": "stage:1", "n": 7}
    assert texts(await page.silence()) == [(5, "lời 5"), (6, "lời 6"), (7, "lời 7")]
    assert (await page.sub("stage:1", after=7))["t"] == "ok"
    assert await page.silence() == []
    await say("mới")
    assert texts([await page.next("ev")]) == [(8, "mới")]


async def test_more_than_500_missed_entries_are_a_resync(tab):
    await say(*("x" for _ in range(rules.REPLAY + 1)))
    page = await tab()
    assert await page.sub("stage:1", after=0) == {"t": "resync", "s": "stage:1", "n": 501}
    assert await page.silence() == []
    assert (await page.sub("stage:1", after=1))["t"] == "ok"
    assert [n for n, _ in texts([await page.next("ev") for _ in range(500)])] == list(range(2, 502))


async def test_pruned_entries_and_numbers_never_given_are_a_resync(tab):
    await say("một", "hai", "ba")
    await StreamEntry.objects.filter(number=1).adelete()
    page = await tab()
    assert (await page.sub("stage:1", after=0))["t"] == "resync"
    assert (await page.sub("stage:1", after=1))["t"] == "ok"
    assert (await page.sub("stage:1", after=99))["t"] == "resync"
    assert await page.sub("stage:2", after=5) == {"t": "denied", "s": "stage:2"}


async def test_entries_recorded_while_a_page_catches_up_come_once_and_in_order(tab):
    await say(*(f"{n}" for n in range(100)))

    async def talk() -> None:
        for n in range(100, 140):
            await say(f"{n}")

    page = await tab()
    talking = asyncio.create_task(talk())
    assert (await page.sub("stage:1", after=0))["t"] == "ok"
    heard = [await page.next("ev", seconds=30) for _ in range(140)]
    await talking
    assert [n for n, _ in texts(heard)] == list(range(1, 141))
    assert await page.silence() == []


async def test_a_rendering_that_fails_becomes_a_resync(tab, monkeypatch):
    page = await tab()
    await page.sub("stage:1")
    monkeypatch.setattr("portal.realtime.streams.render", lambda *_: 1 / 0)
    await say("x")
    assert await page.next() == {"t": "resync", "s": "stage:1", "n": 1}


async def test_a_push_reaches_listeners_without_a_number(tab):
    page = await tab()
    await page.sub("stage:1")
    await sync_to_async(push)("stage:1", "wave", {"from": 7})
    assert await page.next() == {"t": "eph", "s": "stage:1", "k": "wave", "d": {"from": 7}}
    await sync_to_async(push)("no such name", "wave", {})  # may be lost, never raises


async def test_heartbeats_carry_the_newest_numbers(tab, monkeypatch):
    monkeypatch.setattr(rules, "HEARTBEAT", 0.2)
    await say("một")
    page = await tab()
    await page.sub("stage:1")
    await Stream.objects.filter(key="stage:1").aupdate(last=5)  # as if four pushes had been lost
    for _ in range(10):
        if (await page.next("hb"))["last"] == {"stage:1": 5}:
            return
    pytest.fail("no heartbeat told the new number")


# ── bad frames ──
@pytest.mark.parametrize(
    "text",
    [
        "", "{", "[]", "null", "12", '"sub"', "{}", '{"t": 1}', '{"t": null}', '{"t": ["sub"]}',
        '{"t":"nothing"}', '{"t":"_run"}', '{"t":"connect"}', '{"t":"sub"}', '{"t":"sub","s":5}',
        '{"t":"sub","s":"stage:\\ud800"}', '{"t":"sub","s":"stage:1","after":-1}',
        '{"t":"sub","s":"stage:1","after":"1"}', '{"t":"sub","s":"stage:1","after":true}',
        '{"t":"sub","s":"stage:1","after":1e400}', '{"t":"sub","s":"stage:1","after":' + "9" * 5000 + "}",
        '{"t":"send","s":"stage:1"}', '{"t":"typing","s":"stage:1"}', '{"t":"here","s":"stage:1"}',
        "[" * 50_000, '{"t":"sub","s":"stage:99999999999999999999"}', '{"t":"\\ud800"}',
    ],
)  # fmt: skip
async def test_a_malformed_frame_gets_an_error_frame_and_the_socket_lives(tab, text, caplog):
    page = await tab()
    await page.send(text)
    answer = await page.next()
    assert answer["t"] == "error"
    assert answer["message"]
    assert (await page.sub("stage:1"))["t"] == "ok"
    assert "Traceback" not in caplog.text


async def test_frames_over_64_kib_close_with_1009(tab):
    page = await tab()
    await page.send(json.dumps({"t": "sub", "s": "x" * 65_000}))
    assert (await page.next())["t"] == "error"
    await page.send(json.dumps({"t": "sub", "s": "đ" * 40_000}, ensure_ascii=False))
    assert await page.close_code() == rules.TOO_BIG


async def test_a_binary_frame_closes_with_1003(tab):
    page = await tab()
    await page.send(b"\x00\xff")
    assert await page.close_code() == rules.NOT_TEXT


async def test_a_burst_is_slowed_and_a_flood_is_closed_with_4429(tab):
    page = await tab()
    for _ in range(rules.BURST + rules.FLOOD + 5):
        await page.send({"t": "unsub", "s": "stage:1"})
    answer = await page.next()
    assert (answer["t"], answer["code"]) == ("error", "too_many")
    assert answer["retry_after"] >= 1
    assert await page.close_code() == rules.FLOODING


async def test_more_streams_than_a_page_needs_are_refused(tab, monkeypatch):
    monkeypatch.setattr(rules, "MAX_STREAMS", 1)
    page = await tab()
    await page.sub("stage:1")
    assert (await page.sub("stage:3"))["code"] == "too_many_streams"
    assert (await page.sub("stage:1"))["t"] == "ok"


# ── acts ──
async def test_an_act_is_confirmed_with_its_key(tab, alice):
    page = await tab(alice)
    await page.send({"t": "send", "s": "stage:2", "key": "k-1", "text": "chào"})
    assert await page.next() == {"t": "sent", "s": "stage:2", "key": "k-1", "d": {"number": 1}}


async def test_a_refused_act_names_its_key_and_an_exception_stays_inside(tab, alice, caplog):
    page = await tab(alice)
    await page.send({"t": "send", "s": "stage:2", "key": "k-1", "text": "bad"})
    assert await page.next() == {"t": "error", "code": "bad_text", "message": "That is bad.", "key": "k-1"}
    await page.send({"t": "send", "s": "stage:2", "key": "k-2", "text": "crash"})
    answer = await page.next()
    assert (answer["code"], answer["key"]) == ("failed", "k-2")
    assert "ZeroDivision" not in json.dumps(answer)
    assert "ZeroDivision" in caplog.text
    await page.send({"t": "send", "s": "stage:2", "key": "\ud800", "text": "bad"})
    assert "key" not in await page.next()


async def test_a_visitor_is_asked_to_sign_in_before_she_acts(tab):
    page = await tab()
    await page.sub("stage:1")
    for kind in ("send", "typing"):
        await page.send({"t": kind, "s": "stage:1", "key": "k"})
        assert (await page.next())["code"] == "sign_in_required"

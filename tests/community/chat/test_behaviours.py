"""The behaviours of community.md that the chat keeps, each under its number."""

from __future__ import annotations

import asyncio
import random

import pytest
from asgiref.sync import sync_to_async
from django.template.loader import render_to_string
from django.utils import timezone, translation

from community.chat import actions, selectors
from community.chat.broadcasts import on_send
from community.chat.models import Message, Room, Seat
from portal.accounts.models import Member
from portal.core.errors import Forbidden
from portal.events.models import DomainEvent
from portal.realtime import hub as hubs
from portal.realtime import rules
from portal.realtime.models import StreamEntry
from tests.community.chat.conftest import AT, make_room, say
from tests.factories.portal import make_member, make_members
from tests.helpers.races import run_parallel
from tests.helpers.realtime import InProcessTab

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.both_databases]


class Page:
    """A page as `socket.js` keeps it: takes what follows its number, asks again after what is missing."""

    def __init__(self, tab: InProcessTab, room: Room, shown: dict[str, str], after: int) -> None:
        self.tab, self.stream, self.shown, self.after = tab, room.stream, shown, after
        self.heard: list[int] = []
        self.resynced = False

    async def listen(self, until: int, seconds: float = 20) -> None:
        """Follows the stream to a number; a gap, or silence, makes it ask."""
        await self.ask()
        deadline = asyncio.get_running_loop().time() + seconds
        while self.after < until and not self.resynced:
            assert asyncio.get_running_loop().time() < deadline, (self.after, until)
            try:
                frame = await self.tab.next(seconds=0.4)
            except TimeoutError:
                await self.ask()
                continue
            if frame["t"] == "resync":
                self.resynced, self.after = True, frame["n"]
            elif frame["t"] == "ev" and frame["n"] == self.after + 1:
                self.take(frame)
            elif frame["t"] == "ev" and frame["n"] > self.after + 1:
                await self.ask()

    async def ask(self) -> None:
        await self.tab.send({"t": "sub", "s": self.stream, "after": self.after})

    def take(self, frame: dict) -> None:
        self.after = frame["n"]
        self.heard.append(frame["n"])
        data = frame["d"]
        self.shown[data["message"]] = data["html"]
        if "parent" in data:
            self.shown[data["parent"]] = data["above"]


def fresh(room: Room) -> dict[str, str]:
    """What a page that is drawn now shows."""
    with timezone.override(timezone.get_default_timezone()), translation.override("vi"):
        rows = selectors.whole_messages().filter(room=room)
        return {row.public_id: render_to_string("community/chat/_message.html", {"message": row}) for row in rows}


def live_through(room: Room, people: list[Member], count: int, seed: int) -> None:
    """`count` events: words, answers, edits, thanks, removals, as they mix in a lively hour."""
    chance = random.Random(seed)
    until = selectors.stream_end(room) + count
    while (left := until - selectors.stream_end(room)) > 0:
        standing = list(Message.objects.filter(room=room, removed_at=None).order_by("pk"))
        what = chance.choice(["say", "say", "answer", "edit", "react", "remove"]) if len(standing) > 5 else "say"
        message = chance.choice(standing) if standing else None
        author = next((one for one in people if message and one.pk == message.author_id), people[0])
        other = next(one for one in people if one.pk != author.pk)
        if what == "say" or message is None:
            say(chance.choice(people), room, f"Lời {left}")
        elif what == "answer" and not message.is_reply:
            say(other, room, f"Đáp {left}", parent=message.public_id)
        elif what == "edit":
            actions.edit_message(actor=author, message_id=message.pk, text=f"Sửa {left}", at=AT)
        elif what == "react":
            actions.react(actor=other, message_id=message.pk, kind=chance.choice(["tea", "heart"]), at=AT, live=False)
        elif what == "remove":
            actions.remove_message(actor=author, message_id=message.pk, at=AT)


@pytest.fixture
def no_pace(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("community.chat.actions.posting.hit", lambda *a: None)


async def _gap(tab, count: int, seed: int) -> tuple[Page, dict[str, str], int]:
    room, people, reader = await sync_to_async(lambda: (make_room("sanh"), make_members(3), make_member("Người đọc")))()
    await sync_to_async(live_through)(room, people, 12, seed)
    before = await sync_to_async(selectors.stream_end)(room)
    shown = await sync_to_async(fresh)(room)
    await sync_to_async(live_through)(room, people, count, seed + 1)
    page = Page(await tab(reader, query="lang=vi"), room, shown, before)
    await page.listen(before + count)
    return page, await sync_to_async(fresh)(room), before


@pytest.mark.parametrize("count", [1, 60])
async def test_behaviour_01_after_a_gap_every_event_comes_once_and_the_page_is_a_fresh_one(tab, count, no_pace):
    page, now, before = await _gap(tab, count, seed=count)
    assert page.heard == list(range(before + 1, before + count + 1))
    assert page.shown == now


async def test_behaviour_01_a_gap_of_more_than_is_replayed_is_fetched_anew(tab, no_pace, monkeypatch):
    monkeypatch.setattr(rules, "REPLAY", 20)
    page, _now, before = await _gap(tab, 21, seed=5)
    assert page.resynced
    assert page.heard == []
    assert page.after == before + 21


async def test_behaviour_01_holds_when_every_second_broadcast_is_dropped(tab, no_pace, monkeypatch):
    room, people, reader = await sync_to_async(lambda: (make_room("sanh"), make_members(3), make_member("Người đọc")))()
    real, calls = hubs.Hub.fan_now, iter(range(10_000))

    def drops(self: hubs.Hub, stream: str, number: int, texts: dict[str, str]) -> None:
        if not number or next(calls) % 2:
            real(self, stream, number, texts)

    monkeypatch.setattr(hubs.Hub, "fan_now", drops)
    page = Page(await tab(reader, query="lang=vi"), room, {}, 0)
    work = asyncio.ensure_future(sync_to_async(live_through)(room, people, 40, 7))
    await page.listen(40)
    await work
    assert page.heard == list(range(1, 41))
    assert page.shown == await sync_to_async(fresh)(room)


def test_behaviour_02_one_key_by_page_and_socket_at_once_is_one_message_one_event_one_answer(signed_in):
    room, member = make_room("sanh"), make_member()
    browsers = [signed_in(member) for _ in range(5)]

    def send(n: int) -> dict:
        frame = {"key": "k-1", "text": "Một chỗ chiều mai"}
        if n % 2:
            with translation.override("vi"):
                return on_send(member, room.pk, frame, AT)
        answer = browsers[n // 2].post(f"/vi/chat/{room.code}/send/", frame, HTTP_ACCEPT="application/json")
        assert answer.status_code == 200
        return answer.json()

    race = run_parallel(send, 10)
    assert race.errors == {}
    assert all(answer == race.values[0] for answer in race.values)
    assert Message.objects.count() == 1
    assert StreamEntry.objects.filter(stream__key=room.stream).count() == 1
    assert DomainEvent.objects.filter(name="talked_in_chat").count() == 1


def test_behaviour_03_fifty_senders_leave_no_gap_in_the_room_nor_under_a_message():
    room, members = make_room("sanh"), make_members(50)
    above = say(members[0], room, "Trên")

    def send(n: int) -> Message:
        parent = above.public_id if n % 2 else ""
        return say(members[n], room, f"Lời của {n}", live=True, parent=parent)

    race = run_parallel(send, 50)
    assert race.errors == {}
    main = Message.objects.filter(parent=None).order_by("number")
    under = Message.objects.filter(parent=above).order_by("number")
    assert list(main.values_list("number", flat=True)) == list(range(1, 27))
    assert list(under.values_list("number", flat=True)) == list(range(1, 26))
    told = StreamEntry.objects.filter(stream__key=room.stream, kind="message_posted").order_by("number")
    order = [entry.ref["message"] for entry in told]
    assert [entry.number for entry in told] == list(range(1, 52))
    assert [pk for pk in order if pk in set(main.values_list("pk", flat=True))] == list(
        main.values_list("pk", flat=True)
    )
    above.refresh_from_db()
    assert (above.reply_count, above.last_reply) == (25, 25)


def test_behaviour_04_reading_marks_rise_whatever_order_they_come_in():
    room, member, other = make_room("sanh"), make_member(), make_member()
    for n in range(15):
        say(other, room, f"Lời {n}")
    marks = [actions.mark_read(actor=member, room_id=room.pk, number=n, at=AT) for n in (10, 7, 12)]
    assert marks == [10, 10, 12]
    gone = Message.objects.get(number=14)
    actions.remove_message(actor=other, message_id=gone.pk, at=AT)
    say(member, room, "Lời của mình")
    assert selectors.unread_by_room(member.pk, [room.pk]) == {room.pk: 2}
    assert Seat.objects.get(member=member).last_read == 12


async def test_behaviour_06_a_member_who_left_or_is_muted_is_refused_at_once(tab):
    def world() -> tuple[Room, Member, Member]:
        make_room("sanh")
        people = make_members(3)
        return actions.start_conversation(actor=people[0], people=[p.pk for p in people[1:]], at=AT), *people[:2]

    room, stays, leaves = await sync_to_async(world)()
    open_tab = await tab(leaves)
    assert (await open_tab.sub(room.stream))["t"] == "ok"
    await sync_to_async(actions.leave_conversation)(actor=leaves, room_id=room.pk, at=AT)
    assert (await open_tab.next("denied", seconds=30))["s"] == room.stream
    await sync_to_async(say)(stays, room, "Không còn nghe")
    assert [frame for frame in await open_tab.silence(0.5) if frame.get("s") == room.stream] == []
    await open_tab.send({"t": "send", "s": room.stream, "key": "k", "text": "Vẫn nói"})
    assert (await open_tab.next("error"))["code"] == "not_found"


async def test_behaviour_06_whom_she_blocks_stops_seeing_her_at_once(tab):
    from portal.accounts.blocks import actions as blocking

    room, alice, bob = await sync_to_async(lambda: (make_room("sanh"), make_member("An"), make_member("Bình")))()
    hers, his = await tab(alice), await tab(bob)
    for one in (hers, his):
        await one.sub(room.stream)
        await one.send({"t": "here", "s": room.stream})
    await his.silence(0.3)
    await sync_to_async(blocking.block)(actor=alice, member_id=bob.pk, at=AT)
    socket = next(one for one in hubs.hub().sockets if one.member_id == bob.pk)
    async with asyncio.timeout(30):  # long before the minute in which rights are asked for anyway
        while alice.pk not in socket.apart:
            await asyncio.sleep(0.02)
    await his.silence(0.2)
    await hers.send({"t": "typing", "s": room.stream})
    assert [frame for frame in await his.silence(0.6) if frame.get("k") == "typing"] == []
    with pytest.raises(Forbidden):
        await sync_to_async(actions.start_conversation)(actor=bob, people=[alice.pk], at=AT)

"""What reaches pages that stand open at once, because it is told and not because a clock ran out (behaviours 4 and 6).

The clocks of the house are stopped here: no heartbeat, no minute in which rights are asked for again, no second after
which the pusher looks by itself. What still arrives was on its way from the moment of the commit.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from asgiref.sync import sync_to_async

from community.chat import actions as chat
from community.chat.models import Room, Seat
from community.forum import actions as forum
from community.forum.actions.merging import merge_topics
from community.forum.actions.moving import move_topic
from community.forum.actions.spaces import Door
from community.forum.models import ReadMark, Space, Topic
from portal.accounts.models import Member
from portal.core.clock import now
from portal.realtime import pusher, rules
from tests.community.chat.conftest import make_room, say
from tests.community.forum.conftest import make_space, reply, start
from tests.factories.portal import make_member, make_staff
from tests.portal.realtime import conftest as realtime

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.both_databases]
tab = realtime.tab
PATIENCE = 30  # only for a slow machine: no clock of the house runs out in this time


class Deaf(threading.Event):
    """An event that no clock ends: whoever waits for it goes on when it is set, and not before."""

    def wait(self, timeout: float | None = None) -> bool:
        return super().wait()


@pytest.fixture(autouse=True)
def stopped_clocks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is looked for because some time has passed."""
    monkeypatch.setattr(rules, "HEARTBEAT", 3600.0)
    monkeypatch.setattr(rules, "RECHECK_EVERY", 3600.0)
    real = pusher.Pusher.__init__

    def deaf(self: pusher.Pusher, *args: Any, **more: Any) -> None:
        real(self, *args, **more)
        self.woken = Deaf()

    monkeypatch.setattr(pusher.Pusher, "__init__", deaf)


# ── 4: her other tabs ───────────────────────────────────────────────────────────────────────────────────────────
async def test_behaviour_04_another_tab_hears_of_the_mark_of_a_room_from_its_commit_on(tab: Any) -> None:
    def world() -> tuple[Room, Member]:
        room, other = make_room("sanh"), make_member()
        for number in range(5):
            say(other, room, f"Lời {number}")
        return room, make_member()

    room, member = await sync_to_async(world)()
    first, second = await tab(member), await tab(member)
    for one in (first, second):
        await one.sub(room.stream)
        await one.sub(f"member:{member.pk}")
    await first.send({"t": "read", "s": room.stream, "n": 5})
    frame = await second.next("ev", seconds=PATIENCE)
    assert frame["d"] == {"room": room.pk, "number": 5, "unread": 0}


async def test_behaviour_04_another_tab_hears_of_the_mark_of_a_topic_from_its_commit_on(tab: Any) -> None:
    def world() -> tuple[Topic, Member]:
        make_space("phin")
        topic = start(make_member())
        reply(make_member(), topic)
        return topic, make_member()

    topic, member = await sync_to_async(world)()
    second = await tab(member)
    await second.sub(f"member:{member.pk}")
    await sync_to_async(forum.mark_read)(actor=member, topic=topic.public_id, number=2, at=now())
    assert (await second.next("ev", seconds=PATIENCE))["k"] == "read"


# ── 6: doors that shut ──────────────────────────────────────────────────────────────────────────────────────────
def _narrow(space: Space, manager: Member) -> None:
    forum.keep_space(
        actor=manager, code=space.code, scope=space.scope, door=Door(read_from_rank=2),
        words={"vi": ("Góc kín", "")}, new=False, at=now(),
    )  # fmt: skip


def _room_of_the_house(mod: Member, manager: Member) -> tuple[str, Callable[[], object]]:
    room = make_room("sanh")
    return room.stream, lambda: chat.keep_room(actor=mod, room=room, texts={"vi": ("Sảnh", "")}, from_rank=1)


def _room_of_a_space_that_is_closed(mod: Member, manager: Member) -> tuple[str, Callable[[], object]]:
    room = make_space("phin").room
    return room.stream, lambda: chat.keep_room_of_space(actor=mod, room=room, live=False)


def _room_of_a_space_that_narrows(mod: Member, manager: Member) -> tuple[str, Callable[[], object]]:
    space = make_space("phin")
    return space.room.stream, lambda: _narrow(space, manager)


def _topic_of_a_space_that_narrows(mod: Member, manager: Member) -> tuple[str, Callable[[], object]]:
    space = make_space("phin")
    topic = start(manager)
    Topic.objects.update(last_posted_at="2020-01-01T00:00Z")  # long silent: nobody would think of its open pages
    return f"topic:{topic.pk}", lambda: _narrow(space, manager)


def _topic_that_is_moved(mod: Member, manager: Member) -> tuple[str, Callable[[], object]]:
    make_space("phin")
    make_space("kin", read_from_rank=2)
    topic = start(manager)
    move = {"actor": mod, "topic": topic.public_id, "space": "kin", "reason": "Hợp chỗ kia hơn", "at": now()}
    return f"topic:{topic.pk}", lambda: move_topic(**move)


def _topic_that_is_joined(mod: Member, manager: Member) -> tuple[str, Callable[[], object]]:
    make_space("phin")
    make_space("kin", read_from_rank=2)
    topic, into = start(manager), start(mod, "kin", title="Chuyện của người ở lại lâu")
    join = {"actor": mod, "topic": topic.public_id, "into": into.public_id, "reason": "Cùng một chuyện", "at": now()}
    return f"topic:{topic.pk}", lambda: merge_topics(version=Topic.objects.get(pk=topic.pk).version, **join)


DOORS = [
    _room_of_the_house,
    _room_of_a_space_that_is_closed,
    _room_of_a_space_that_narrows,
    _topic_of_a_space_that_narrows,
    _topic_that_is_moved,
    _topic_that_is_joined,
]


@pytest.mark.parametrize("door", DOORS, ids=lambda door: door.__name__.strip("_"))
async def test_behaviour_06_whoever_left_no_mark_behind_a_door_is_shut_out_with_it(tab: Any, door: Any) -> None:
    def world() -> tuple[Member, str, Callable[[], object]]:
        mod = make_staff("Đỗ Minh Mod", email="mod@thu.example", role="moderator", group="Moderators")
        manager = make_staff("Bảo", email="manager@thu.example", role="brand", group="Brand managers")
        return make_member("Người ngồi nghe"), *door(mod, manager)

    member, stream, shut = await sync_to_async(world)()
    pages = [await tab(member)]
    if stream.startswith("topic:"):
        pages.append(await tab())  # a visitor: nobody could list her
    for page in pages:
        assert (await page.sub(stream))["t"] == "ok"
    elsewhere = await tab(member)
    await elsewhere.sub(f"member:{member.pk}")
    await sync_to_async(shut)()
    for page in pages:
        assert (await page.next("denied", seconds=PATIENCE))["s"] == stream
    assert not await Seat.objects.filter(member=member).aexists()
    assert not await ReadMark.objects.filter(member=member).aexists()
    assert [frame for frame in await elsewhere.silence(0.3) if frame["t"] == "denied"] == []  # what is hers stays


async def test_a_door_that_stays_as_it_is_disturbs_nobody(tab: Any) -> None:
    def world() -> tuple[Room, Member, Member]:
        return (
            make_room("sanh"),
            make_staff("Mod", email="mod@thu.example", role="moderator", group="Moderators"),
            (make_member()),
        )

    room, mod, member = await sync_to_async(world)()
    page = await tab(member)
    await page.sub(room.stream)
    await sync_to_async(chat.keep_room)(actor=mod, room=room, texts={"vi": ("Tên khác", "")})
    await sync_to_async(say)(mod, room, "Lời đầu")
    assert (await page.next("ev", seconds=PATIENCE))["n"] == 1

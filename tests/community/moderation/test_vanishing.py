"""Behaviour 6: a right that ends, and words that go, leave every place at once; what waits to be sent is not sent."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django.core import mail
from django.test import Client

from community import api
from community.chat import actions as chat
from community.forum import actions as forum
from community.forum.actions.moving import move_topic
from community.forum.models import Post, Topic
from community.moderation import actions
from portal import realtime
from portal.accounts.models import Member
from portal.core.clock import now
from portal.core.errors import Forbidden
from portal.core.finding import ask
from portal.events import relay
from portal.notifications import selectors as inboxes
from portal.notifications.models import Notification
from portal.notifications.tasks import queue_due_letters
from tests.community.forum.conftest import make_space, reply, start
from tests.community.moderation.conftest import make_room, say
from tests.factories.portal import make_member, make_staff
from tests.portal.notifications.test_inbox import letters_to
from tests.portal.realtime.conftest import tab  # noqa: F401

pytestmark = pytest.mark.django_db
SIGN = "kanarivang"
SOON = timedelta(minutes=11)


def places(reader: Member, topic: Topic, signed_in: Any) -> dict[str, Callable[[], bool]]:
    """Every place in which the word may be met: how to look for it there, as a reader and as a visitor."""

    def page(client: Client, url: str) -> bool:
        answer = client.get(url, follow=True)
        return SIGN in answer.content.decode()

    browser, door = signed_in(reader), Client()
    looks: dict[str, Callable[[], bool]] = {
        "found": lambda: bool(api.find_talks(reader, ask(SIGN), api.Narrowed(), limit=20).rows),
        "found by visitors": lambda: bool(api.find_talks(None, ask(SIGN), api.Narrowed(), limit=20).rows),
        "inbox": lambda: any(
            SIGN in str(item.args) for item in inboxes.visible(reader, list(inboxes.inbox(reader.pk)))
        ),
    }  # fmt: skip
    for name, url in (
        ("topic", f"/vi/community/topics/{topic.public_id}/"),  # its readable address would be echoed
        ("list", "/vi/community/"),
        ("json", "/vi/community/?format=json"),
        ("space", topic.space.get_absolute_url()),
        ("feed", "/vi/community/feeds/latest.rss"),
        ("notifications", "/vi/notifications/"),
        ("search", "/vi/search/?q=KANARIVANG"),
    ):
        looks[name] = lambda url=url: page(browser, url)  # type: ignore[misc]
        looks[f"{name} of visitors"] = lambda url=url: page(door, url)  # type: ignore[misc]
    return looks


def met(looks: dict[str, Callable[[], bool]]) -> set[str]:
    return {name for name, look in looks.items() if look()}


@pytest.fixture
def reader(db: None) -> Member:
    return make_member("Đặng Thu Carol", email="carol@thu.example")


@pytest.fixture
def told(reader: Member, bob: Member) -> Topic:
    """A topic with the word in it, of which a reader was told and has a letter waiting; she has read none of it."""
    make_space("phin")
    forum.watch_space(actor=reader, space="phin", level="watching", at=now())
    made = start(bob, title=f"Chuyện về {SIGN} nhà tôi", body=f"Con {SIGN} hót hay lắm.", at=now())
    relay.drain()
    assert Notification.objects.filter(member=reader, kind="topic", mail_due_at__isnull=False).count() == 1
    return made


def away_by_hiding(topic: Topic, mod: Member) -> None:
    forum.hide_post(actor=mod, post=Post.objects.get(topic=topic, number=1).public_id, reason="Xem lại", at=now())


def away_by_moving(topic: Topic, mod: Member) -> None:
    make_space("kin", staff_only=True)
    move_topic(actor=mod, topic=topic.public_id, space="kin", reason="Việc của nhà", at=now())


@pytest.mark.parametrize("act", [away_by_hiding, away_by_moving])
def test_behaviour_06_what_is_put_away_leaves_every_place_and_the_letter_that_waits(
    told: Topic, reader: Member, mod: Member, signed_in: Any, act: Callable[[Topic, Member], None]
) -> None:
    looks = places(reader, told, signed_in)
    assert {"topic", "list", "found", "inbox", "feed of visitors", "search", "topic of visitors"} <= met(looks)
    act(told, mod)
    relay.drain()
    assert met(looks) == set()
    queue_due_letters(now() + SOON)
    assert letters_to(reader) == []


def test_behaviour_06_without_it_the_letter_goes_out(told: Topic, reader: Member) -> None:
    queue_due_letters(now() + SOON)
    assert len(letters_to(reader)) == 1


@pytest.mark.parametrize("kind", ["silence", "suspend"])
def test_behaviour_06_whoever_is_kept_from_writing_is_refused_everywhere_at_once(
    told: Topic, bob: Member, mod: Member, kind: str
) -> None:
    room = make_room()
    said = say(bob, room)
    given = {"template": "rude", "reason": "Nói nặng lời", "hours": 24, "at": now()}
    actions.sanction(actor=mod, member=bob.public_id, kind=kind, **given)
    bob.refresh_from_db()
    first = Post.objects.get(topic=told, number=1)
    acts: list[Callable[[], Any]] = [
        lambda: reply(bob, told, "Một lời nữa", at=now()),
        lambda: start(bob, at=now()),
        lambda: forum.edit_post(actor=bob, post=first.public_id, body="Lời khác hẳn", revision=1, at=now()),
        lambda: chat.post_message(actor=bob, room_id=room.pk, text="Vẫn nói", key="k", at=now()),
        lambda: chat.edit_message(actor=bob, message_id=said.pk, text="Vẫn sửa", at=now()),
    ]
    for act in acts:
        with pytest.raises(Forbidden):
            act()


def test_behaviour_06_no_letter_goes_to_whoever_was_suspended_meanwhile(
    told: Topic, reader: Member, mod: Member
) -> None:
    given = {"template": "rude", "reason": "Nói nặng lời", "hours": 24, "at": now()}
    actions.sanction(actor=mod, member=reader.public_id, kind="suspend", **given)
    queue_due_letters(now() + SOON)
    assert SIGN not in str([letter.body for letter in mail.outbox])


@pytest.mark.django_db(transaction=True)
async def test_behaviour_06_a_suspension_ends_presence_and_no_frame_follows(tab: Any) -> None:
    bob, alice, mod, room = await sync_to_async(_cast)()
    hers, his = await tab(alice), await tab(bob)
    for page in (hers, his):
        assert (await page.sub(room.stream))["t"] == "ok"
        await page.send({"t": "here", "s": room.stream})
    await _until(lambda: set(realtime.present_members(room.stream)) == {alice.pk, bob.pk})
    given = {"template": "rude", "reason": "Nói nặng lời", "hours": 24, "at": now()}
    await sync_to_async(actions.sanction)(actor=mod, member=bob.public_id, kind="suspend", **given)
    assert await his.close_code(seconds=30) in (4401, 4403)
    await _until(lambda: set(realtime.present_members(room.stream)) == {alice.pk})


async def _until(holds: Callable[[], bool], seconds: float = 30.0) -> None:
    import asyncio

    for _step in range(int(seconds * 20)):
        if await sync_to_async(holds)():
            return
        await asyncio.sleep(0.05)
    assert await sync_to_async(holds)()


def _cast() -> tuple[Member, Member, Member, Any]:
    bob = make_member("Vũ Tiến Bob", email="bob@thu.example")
    alice = make_member("Trần Thị Alice", email="alice@thu.example")
    mod = make_staff("Đỗ Minh Mod", email="mod@thu.example", role="moderator", group="Moderators")
    return bob, alice, mod, make_room()

"""A house with three rooms: an open one, one from Silver on, one for those who work here."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import count

import pytest
from django.core.cache import cache

from community.chat import actions
from community.chat.models import Message, Room, RoomText
from portal.accounts.models import Member
from portal.scopes.models import Scope
from tests.portal.realtime import conftest as realtime

# Tabs on the whole stack; the hub is ended after each test.
tab = realtime.tab
AT = datetime(2026, 11, 21, 13, 0, tzinfo=UTC)
_keys = count(1)


def make_room(code: str, *, name: str = "", **fields: object) -> Room:
    scope, _created = Scope.objects.get_or_create(code="may", defaults={"kind": "brand", "name": "Mây"})
    room = Room.objects.create(code=code, scope=scope, **fields)
    RoomText.objects.create(room=room, locale="vi", name=name or code, description=f"Nơi {code}")
    return room


def say(
    actor: Member, room: Room, text: str, *, at: datetime = AT, key: str = "", live: bool = False, parent: str = ""
) -> Message:
    return actions.post_message(
        actor=actor, room_id=room.pk, text=text, key=key or f"test-{next(_keys)}", at=at, live=live, parent=parent
    )


@pytest.fixture(autouse=True)
def fresh_limits() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def hall(db: None) -> Room:
    return make_room("sanh-chung", name="Sảnh chung", position=1)


@pytest.fixture
def silver_room(db: None) -> Room:
    return make_room("phong-nem", name="Phòng nếm thử", position=2, from_rank=1)


@pytest.fixture
def back_room(db: None) -> Room:
    return make_room("sau-quay", name="Sau quầy", position=3, staff_only=True)


@pytest.fixture
def closed_room(db: None) -> Room:
    return make_room("da-dong", name="Đã đóng", position=4, live=False)


@pytest.fixture
def talk(hall: Room, alice: Member, bob: Member) -> Callable[[int], list[Message]]:
    """`talk(120)` fills the hall: alice and bob in turn, a minute apart."""

    def fill(amount: int) -> list[Message]:
        start = hall.messages.count()
        return [
            say((alice, bob)[i % 2], hall, f"Lời thứ {i}", at=AT + timedelta(minutes=i))
            for i in range(start, start + amount)
        ]

    return fill

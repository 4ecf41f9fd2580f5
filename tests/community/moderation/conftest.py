"""A space with a topic in it, a room, reporters, and short ways to act."""

from __future__ import annotations

from typing import Any

import pytest

from community import api
from community.chat.models import Message, Room
from community.forum.models import Post, Space, Topic
from community.moderation import actions, keeper
from community.moderation.models import Case
from portal.accounts.models import Member
from portal.events import relay
from portal.notifications.models import Notification
from portal.scopes.models import Scope
from tests.community.forum.conftest import AT, calm, make_space, new_key, one_window, reply, start  # noqa: F401
from tests.factories.portal import make_member, make_staff

FORUM = "/vi/community/topics/"


@pytest.fixture(autouse=True)
def fresh_rules() -> None:
    """Each test begins with an empty table, whose next rule has the number of the last test's."""
    keeper._book.clear()


@pytest.fixture
def space(db: None) -> Space:
    return make_space("phin")


@pytest.fixture
def topic(space: Space, alice: Member) -> Topic:
    return start(alice)


@pytest.fixture
def post(topic: Topic, bob: Member) -> Post:
    return reply(bob, topic, "Mua hàng ở chỗ tôi đi, rẻ lắm.")


@pytest.fixture
def second_mod(db: None) -> Member:
    """Another who keeps the talk kind."""
    return make_staff("Lý Thu Hai", email="mod2@thu.example", role="moderator", group="Moderators")


def make_room(**fields: Any) -> Room:
    scope, _created = Scope.objects.get_or_create(code="may", defaults={"kind": "brand", "name": "Mây"})
    return api.open_room(code="sanh", scope=scope, position=0, texts={"vi": ("Sảnh", ""), "en": ("Hall", "")}, **fields)


def say(actor: Member, room: Room, text: str = "Một lời", **more: Any) -> Message:
    return api.post_message(actor=actor, room=room, source=text, key=new_key(), at=AT, live=False, **more)


def report(actor: Member, post: Post, reason: str = "spam", **more: Any) -> Any:
    return actions.report(actor=actor, kind="post", public_id=post.public_id, reason=reason, **({"at": AT} | more))


def reporters(amount: int, level: int = 0) -> list[Member]:
    """Members of this trust level."""
    return [make_member(trust_level=level) for _ in range(amount)]


def case_of(post: Post) -> Case:
    return Case.objects.filter(post=post).order_by("-pk")[0]


def settle(actor: Member, case: Case, outcome: str, reason: str = "Đã đọc kỹ", **more: Any) -> Case:
    given = {"version": Case.objects.get(pk=case.pk).version, "at": AT} | more
    return actions.decide(actor=actor, case=case.public_id, outcome=outcome, reason=reason, **given)


def inbox(member: Member) -> list[str]:
    """The kinds of what waits in her inbox."""
    relay.drain()
    rows = Notification.objects.filter(member=member, read_at=None, rescinded_at=None)
    return sorted(kind for kind in rows.values_list("kind", flat=True) if kind != "badge")

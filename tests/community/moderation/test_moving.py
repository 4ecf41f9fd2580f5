"""Behaviour 7, moving: a topic in a closed space is gone for whoever may not read there, and comes back whole."""

from __future__ import annotations

from typing import Any

import pytest

from community.forum import counters
from community.forum.actions import mark_read
from community.forum.actions.moving import move_topic
from community.forum.models import Post, Space, Topic
from community.logbook.models import ModerationEntry
from portal.accounts.models import Member
from portal.core.errors import Forbidden, Invalid, NotFound
from portal.events import relay
from portal.notifications import selectors as inboxes
from tests.community.forum.conftest import make_space, reply
from tests.community.moderation.conftest import AT

pytestmark = pytest.mark.django_db


def move(actor: Member, topic: Topic, space: str, reason: str = "Hợp chỗ kia hơn") -> Topic:
    return move_topic(actor=actor, topic=topic.public_id, space=space, reason=reason, at=AT)


def shown(member: Member) -> int:
    """How many items her inbox shows."""
    return len(inboxes.visible(member, list(inboxes.inbox(member.pk))))


def test_behaviour_07_moving_to_a_closed_space_takes_everything_derived_along(
    topic: Topic, space: Space, alice: Member, bob: Member, mod: Member, signed_in: Any
) -> None:
    closed = make_space("kin", read_from_rank=2)
    Member.objects.filter(pk=alice.pk).update(trust_level=1)
    reply(bob, topic)
    mark_read(actor=bob, topic=topic.public_id, number=2, at=AT)
    relay.drain()
    before = shown(alice)
    assert before > 0
    moved = move(mod, topic, "kin")
    move(mod, moved, "kin", "Lần nữa")
    space.refresh_from_db()
    closed.refresh_from_db()
    assert (space.topic_count, closed.topic_count) == (0, 1)
    assert counters.drift() == []
    assert signed_in(bob).get(topic.get_absolute_url()).status_code == 404
    assert topic.title not in signed_in(bob).get("/vi/community/").content.decode()
    assert shown(alice) < before
    assert signed_in(mod).get(topic.get_absolute_url()).status_code == 200
    move(mod, topic, "phin", "Về chỗ cũ")
    assert signed_in(bob).get(topic.get_absolute_url()).status_code == 200
    assert shown(alice) == before
    assert counters.drift() == []
    log = ModerationEntry.objects.order_by("pk").values_list("act", "before", "after")
    assert list(log) == [
        ("move_topic", {"space": "phin"}, {"space": "kin"}), ("move_topic", {"space": "kin"}, {"space": "phin"}),
    ]  # fmt: skip


def test_only_moderators_move_with_a_reason_to_a_space_that_exists(topic: Topic, alice: Member, mod: Member) -> None:
    make_space("khac")
    with pytest.raises(Forbidden):
        move(alice, topic, "khac")
    with pytest.raises(Invalid):
        move(mod, topic, "khac", "")
    with pytest.raises(NotFound):
        move(mod, topic, "khong-co")
    assert Post.objects.get().topic.space.code == "phin"


def test_a_moderator_moves_from_the_page(topic: Topic, alice: Member, mod: Member, signed_in: Any) -> None:
    make_space("khac")
    url = f"/vi/community/topics/{topic.public_id}/do/move/"
    assert signed_in(alice).get(url).status_code == 403
    assert "Góc khac" in signed_in(mod).get(url).content.decode()
    assert signed_in(mod).post(url, {"space": "khac", "reason": "Hợp chỗ kia hơn"}).status_code == 302
    topic.refresh_from_db()
    assert topic.space.code == "khac"

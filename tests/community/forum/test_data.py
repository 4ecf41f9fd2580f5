"""Export holds her words and nobody else's; erasing takes her words and leaves a talk that still reads."""

from __future__ import annotations

import pytest
from django.test import Client

from community.forum import actions, counters
from community.forum.models import Post, Reaction, ReadMark, Topic, Watch
from portal.accounts.models import Member
from portal.core import clock
from portal.events.models import DomainEvent
from portal.notifications.models import Notification
from portal.privacy import actions as privacy
from portal.privacy import selectors as exports
from tests.community.forum.conftest import AT, first, react, reply, start
from tests.community.forum.test_subscribers import deliver

pytestmark = pytest.mark.django_db
CANARY = "chim hoàng yến"


def test_an_export_is_about_her_alone(topic: Topic, alice: Member, bob: Member, mod: Member) -> None:
    post = reply(bob, topic, f"Lời của Bob, {CANARY}")
    react(bob, first(topic))
    actions.hide_post(actor=mod, post=post.public_id, reason="Quảng cáo", at=AT)
    of_bob, of_alice = exports.everything_about(bob), exports.everything_about(alice)
    assert [row["source"] for row in of_bob["forum_words"]] == [f"Lời của Bob, {CANARY}"]
    assert [row["kind"] for row in of_bob["forum_reactions"]] == ["tea"]
    assert [row["act"] for row in of_bob["forum_moderation"]] == ["hide_post"]
    assert len(of_bob["forum_reading"]) == 2
    assert CANARY not in str(of_alice)


def test_erasing_takes_the_words_and_leaves_the_talk(
    client: Client, space: object, alice: Member, bob: Member, charlie: Member
) -> None:
    topic = start(alice, title=f"Chuyện con {CANARY}", body=f"Kể về {CANARY}", tags=[CANARY])
    other = start(bob, title="Chuyện của Bob đây")
    reply(alice, other, f"Thêm một {CANARY}")
    react(alice, first(other))
    react(charlie, first(other))
    actions.watch(actor=charlie, topic=topic.public_id, level="watching", at=AT)
    reply(bob, topic, "Lời của Bob còn lại")
    deliver()
    for _again in range(2):
        privacy.erase(actor=None, member_id=alice.pk, at=clock.now())
    topic.refresh_from_db()
    for found in (topic, other):
        page = client.get(found.get_absolute_url()).content.decode()
        assert CANARY not in page
        assert "Alice" not in page
        assert "post-gone" in page
    assert "Lời của Bob còn lại" in client.get(topic.get_absolute_url()).content.decode()
    assert CANARY not in str(list(Post.objects.values())) + str(list(Topic.objects.values()))
    assert CANARY not in str(list(Notification.objects.filter(rescinded_at=None).values()))
    assert first(other).reactions == {"tea": 1}
    assert Reaction.objects.filter(member=alice).count() == 0
    assert Watch.objects.filter(member=alice).count() == ReadMark.objects.filter(member=alice).count() == 0
    assert counters.drift() == []
    assert DomainEvent.objects.filter(name="topic_started").count() == 2

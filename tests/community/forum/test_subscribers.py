"""Who is told of what, once each, and what is taken back."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import translation

from community.forum import actions, subscribers
from community.forum.models import Topic
from portal.accounts.models import Member
from portal.events import bus
from portal.events.models import Delivery, DomainEvent
from portal.notifications import selectors as inbox
from portal.notifications.models import Notification
from tests.community.forum.conftest import AT, first, react, reply

pytestmark = pytest.mark.django_db


def deliver() -> None:
    """Lets the forum hear what waits for it, in order."""
    for delivery in Delivery.objects.filter(subscriber=subscribers.SUBSCRIBER, done_at=None).order_by("pk"):
        row = delivery.event
        bus.handler_of(subscribers.SUBSCRIBER, row.name)(bus.heard(row))
        Delivery.objects.filter(pk=delivery.pk).update(done_at=AT)


def seen(member: Member, language: str = "en") -> list[tuple[str, str, int]]:
    """Her inbox as she reads it."""
    items = inbox.visible(member, list(inbox.inbox(member.pk).filter(read_at=None)))
    with translation.override(language):
        return [(item["icon"], item["title"], item["count"]) for item in map(inbox.shown, items)]


def test_a_reply_reaches_the_author_and_all_who_follow(
    topic: Topic, alice: Member, bob: Member, charlie: Member
) -> None:
    actions.watch(actor=charlie, topic=topic.public_id, level="watching", at=AT)
    post = reply(bob, topic)
    deliver()
    sentence = f"Vũ Tiến Bob answered in “{topic.title}”"
    assert (seen(alice), seen(charlie), seen(bob)) == ([("reply", sentence, 1)], [("reply", sentence, 1)], [])
    item = Notification.objects.get(member=alice)
    assert inbox.shown(item)["url"] == post.get_absolute_url()


def test_many_replies_are_one_unread_item_with_a_count(
    topic: Topic, alice: Member, bob: Member, charlie: Member
) -> None:
    for actor in (bob, charlie, bob):
        reply(actor, topic)
    deliver()
    assert seen(alice) == [("reply", f"3 new answers in “{topic.title}”, the last by Vũ Tiến Bob", 3)]
    actions.mark_read(actor=alice, topic=topic.public_id, number=4, at=AT)
    assert seen(alice) == []


def test_who_muted_the_topic_hears_nothing(topic: Topic, alice: Member, bob: Member) -> None:
    actions.watch(actor=alice, topic=topic.public_id, level="muted", at=AT)
    reply(bob, topic)
    deliver()
    assert Notification.objects.count() == 0


def test_thanks_reach_the_author(topic: Topic, alice: Member, bob: Member, charlie: Member) -> None:
    react(bob, first(topic))
    deliver()
    assert seen(alice) == [("heart", f"Vũ Tiến Bob offers you tea for your words in “{topic.title}”", 1)]
    react(charlie, first(topic), "heart")
    deliver()
    assert seen(alice) == [("heart", f"2 thanks for your words in “{topic.title}”, the last from Lê Charlie", 2)]
    assert Notification.objects.get().mail_due_at is None


def test_a_reaction_that_was_taken_back_in_time_is_not_told(topic: Topic, alice: Member, bob: Member) -> None:
    react(bob, first(topic))
    actions.unreact(actor=bob, post=first(topic).public_id, kind="tea", at=AT)
    deliver()
    assert seen(alice) == []


def test_a_reply_that_was_hidden_in_time_is_not_told(topic: Topic, alice: Member, bob: Member) -> None:
    post = reply(bob, topic)
    actions.hide_post(actor=bob, post=post.public_id, at=AT)
    deliver()
    assert seen(alice) == []


def test_a_hidden_reply_leaves_the_inbox_and_the_others_stay(
    topic: Topic, alice: Member, bob: Member, charlie: Member, mod: Member
) -> None:
    reply(bob, topic)
    spam = reply(charlie, topic)
    deliver()
    actions.hide_post(actor=mod, post=spam.public_id, reason="Quảng cáo", at=AT)
    deliver()
    assert seen(alice) == [("reply", f"Vũ Tiến Bob answered in “{topic.title}”", 1)]
    assert seen(bob) == []
    actions.restore_post(actor=mod, post=spam.public_id, reason="Xem lại thì ổn", at=AT)
    deliver()
    assert seen(alice) == [("reply", f"2 new answers in “{topic.title}”, the last by Lê Charlie", 2)]
    assert seen(bob) == []  # he only tracks it: his list counts it


def test_a_hidden_reply_is_not_shown_even_before_the_forum_heard_of_it(
    topic: Topic, alice: Member, bob: Member, mod: Member
) -> None:
    post = reply(bob, topic)
    deliver()
    actions.hide_post(actor=mod, post=post.public_id, reason="Quảng cáo", at=AT)
    assert seen(alice) == []


def test_a_hidden_topic_leaves_every_inbox_and_comes_back_as_it_was(
    topic: Topic, alice: Member, bob: Member, charlie: Member
) -> None:
    actions.watch(actor=charlie, topic=topic.public_id, level="watching", at=AT)
    reply(bob, topic)
    react(bob, first(topic))
    deliver()
    before = (seen(alice), seen(charlie))
    actions.hide_post(actor=alice, post=first(topic).public_id, at=AT)
    deliver()
    assert Notification.objects.filter(rescinded_at=None).count() == 0
    actions.restore_post(actor=alice, post=first(topic).public_id, at=AT)
    deliver()
    assert (seen(alice), seen(charlie)) == before


def test_who_lost_the_right_to_read_sees_nothing(topic: Topic, space: Any, alice: Member, bob: Member) -> None:
    reply(bob, topic)
    deliver()
    space.staff_only = True
    space.save()
    assert seen(alice) == []
    reply_event = DomainEvent.objects.get(name="reply_posted")
    Notification.objects.all().delete()
    bus.handler_of(subscribers.SUBSCRIBER, "reply_posted")(bus.heard(reply_event))
    assert Notification.objects.count() == 0  # nor is she told in the first place

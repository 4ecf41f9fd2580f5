"""Hiding, restoring, closing, pinning, following and reading: what each does, refuses and logs."""

from __future__ import annotations

from datetime import timedelta

import pytest

from community.forum import actions, counters
from community.forum.models import ReadMark, Space, Topic, Watch
from community.logbook.models import ModerationEntry
from portal.accounts.models import Member
from portal.core.errors import Forbidden, Invalid, NotFound
from tests.community.forum.conftest import AT, first, react, reply
from tests.community.forum.test_actions import edit, newest_event, recorded, told

pytestmark = pytest.mark.django_db
LATER = AT + timedelta(hours=1)


def test_a_moderator_hides_and_restores_a_reply(topic: Topic, alice: Member, bob: Member, mod: Member) -> None:
    post = reply(bob, topic, at=LATER)
    react(alice, post)
    since = newest_event()
    hidden = actions.hide_post(actor=mod, post=post.public_id, reason="Quảng cáo trá hình", at=LATER)
    actions.hide_post(actor=mod, post=post.public_id, reason="Lần nữa xem sao", at=LATER)
    topic.refresh_from_db()
    assert (hidden.hidden_at, hidden.hidden_by, hidden.hidden_reason) == (LATER, mod, "Quảng cáo trá hình")
    assert (topic.reply_count, topic.people_count, topic.reaction_count, topic.last_poster) == (0, 1, 0, alice)
    assert topic.last_posted_at == AT
    facts = {"topic": topic.pk, "post": post.pk, "author": bob.pk}
    assert told(since) == [("post_hidden", mod.pk, facts | {"reason": "Quảng cáo trá hình"})]
    since = newest_event()
    actions.restore_post(actor=mod, post=post.public_id, reason="Xem lại thì ổn", at=LATER)
    actions.restore_post(actor=mod, post=post.public_id, reason="Lần nữa xem sao", at=LATER)
    topic.refresh_from_db()
    assert (topic.reply_count, topic.people_count, topic.reaction_count, topic.last_poster) == (1, 2, 1, bob)
    assert told(since) == [("post_restored", mod.pk, facts)]
    log = list(ModerationEntry.objects.order_by("pk").values_list("act", "actor", "reason", "before", "after"))
    before = {"hidden": True, "by": mod.pk, "reason": "Quảng cáo trá hình"}
    assert log == [
        ("hide_post", mod.pk, "Quảng cáo trá hình", {"hidden": False}, {"hidden": True}),
        ("restore_post", mod.pk, "Xem lại thì ổn", before, {"hidden": False}),
    ]
    assert [kind for kind, _ref in recorded(topic)][-2:] == ["post_hidden", "post_restored"]
    assert counters.drift() == []


def test_hiding_the_first_post_hides_the_topic(topic: Topic, space: Space, bob: Member, mod: Member) -> None:
    post = reply(bob, topic)
    actions.hide_post(actor=mod, post=first(topic).public_id, reason="Lộ chuyện riêng", at=LATER)
    topic.refresh_from_db()
    space.refresh_from_db()
    assert (topic.hidden_at, space.topic_count) == (LATER, 0)
    for act in (lambda: reply(bob, topic), lambda: react(bob, post), lambda: edit(bob, post)):
        with pytest.raises(NotFound):
            act()
    with pytest.raises(Forbidden):
        reply(mod, topic)
    actions.restore_post(actor=mod, post=first(topic).public_id, reason="Đã che tên rồi", at=LATER)
    topic.refresh_from_db()
    space.refresh_from_db()
    assert (topic.hidden_at, topic.reply_count, space.topic_count) == (None, 1, 1)
    assert counters.drift() == []


def test_an_author_hides_her_own_words_without_a_reason(topic: Topic, bob: Member, mod: Member) -> None:
    post = reply(bob, topic)
    actions.hide_post(actor=bob, post=post.public_id, at=LATER)
    actions.restore_post(actor=bob, post=post.public_id, at=LATER)
    actions.hide_post(actor=mod, post=post.public_id, reason="Quảng cáo", at=LATER)
    with pytest.raises(Forbidden) as refused:
        actions.restore_post(actor=bob, post=post.public_id, at=LATER)
    assert refused.value.code == "hidden_by_moderator"


@pytest.mark.parametrize("reason", ["", "  ", "..", "\x00", "a" * 301])
def test_a_moderator_must_give_a_reason(topic: Topic, mod: Member, reason: str) -> None:
    with pytest.raises(Invalid) as refused:
        actions.hide_post(actor=mod, post=first(topic).public_id, reason=reason, at=AT)
    assert refused.value.details["field"] == "reason"
    assert ModerationEntry.objects.count() == 0


def test_others_cannot_hide(topic: Topic, bob: Member, charlie: Member, manager: Member) -> None:
    post = reply(bob, topic)
    for actor in (charlie, manager):
        with pytest.raises(Forbidden):
            actions.hide_post(actor=actor, post=post.public_id, reason="Không thích", at=AT)
        with pytest.raises(Forbidden):
            actions.restore_post(actor=actor, post=post.public_id, reason="Không thích", at=AT)


# ── Steering, following, reading ────────────────────────────────────────────────────────────────────────────────
def test_steering_is_logged_once(topic: Topic, mod: Member, alice: Member) -> None:
    for _ in range(2):
        actions.set_locked(actor=mod, topic=topic.public_id, locked=True, reason="Đã có lời giải", at=AT)
        actions.set_pinned(actor=mod, topic=topic.public_id, pinned=True, at=AT)
    assert list(ModerationEntry.objects.order_by("pk").values_list("act", "before", "after")) == [
        ("set_locked", {"locked": False}, {"locked": True}),
        ("set_pinned", {"pinned": False}, {"pinned": True}),
    ]
    assert [kind for kind, _ref in recorded(topic)] == ["topic_changed", "topic_changed"]
    with pytest.raises(Forbidden):
        actions.set_pinned(actor=alice, topic=topic.public_id, pinned=False, at=AT)
    with pytest.raises(Invalid):
        actions.set_locked(actor=mod, topic=topic.public_id, locked=False, reason="", at=AT)


def test_watching(topic: Topic, bob: Member) -> None:
    for level, rows in (("watching", [4]), ("muted", [0]), ("", []), ("", [])):
        actions.watch(actor=bob, topic=topic.public_id, level=level, at=AT)
        assert list(Watch.objects.filter(member=bob).values_list("level", flat=True)) == rows


def test_the_reading_mark_only_rises(topic: Topic, alice: Member, bob: Member) -> None:
    for n in range(4):
        reply(alice, topic, f"Lời {n}")
    marks = [actions.mark_read(actor=bob, topic=topic.public_id, number=n, at=AT) for n in (3, 2, 0, -7, 4, 99)]
    assert marks == [3, 3, 3, 3, 4, 5]
    assert ReadMark.objects.get(member=bob).last_number == 5

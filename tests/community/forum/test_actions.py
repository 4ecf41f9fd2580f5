"""What each verb does, refuses, counts and tells."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from community.forum import actions, counters
from community.forum.models import Level, Post, Reaction, ReadMark, Space, Topic, Watch
from portal.accounts import pace
from portal.accounts.models import Member
from portal.core.errors import Conflict, Forbidden, Invalid, KeyReused, NotFound, SignInRequired, TooMany
from portal.events.models import DomainEvent
from portal.realtime.models import StreamEntry
from tests.community.forum.conftest import AT, BODY, TITLE, first, make_space, new_key, react, reply, set_rank, start

pytestmark = pytest.mark.django_db
LATER = AT + timedelta(hours=1)


def told(since: int = 0) -> list[tuple[str, int | None, dict[str, Any]]]:
    """The forum's facts, in order."""
    rows = DomainEvent.objects.filter(pk__gt=since).exclude(name__in=["member_joined", "standing_changed"])
    return [(row.name, row.actor_id, row.payload) for row in rows.order_by("pk")]


def newest_event() -> int:
    return DomainEvent.objects.order_by("-pk").values_list("pk", flat=True).first() or 0


def recorded(topic: Topic) -> list[tuple[str, dict[str, Any]]]:
    """What open pages of the topic were told, in order."""
    entries = StreamEntry.objects.filter(stream__key=f"topic:{topic.pk}").order_by("number")
    return [(entry.kind, entry.ref) for entry in entries]


# ── Topics ──────────────────────────────────────────────────────────────────────────────────────────────────────
def test_starting_a_topic(space: Space, alice: Member) -> None:
    topic = start(alice, title="  Phin   chảy quá nhanh? ", body="Lời\r\nđầu\x00 tiên", tags=["phin", "Phin", ""])
    post = first(topic)
    assert (topic.title, topic.slug) == ("Phin chảy quá nhanh?", "phin-chay-qua-nhanh")
    assert [tag.name for tag in topic.tags.all()] == ["phin"]
    assert (post.source, post.html) == ("Lời\nđầu tiên", "<p>Lời<br>\nđầu tiên</p>")
    assert (topic.created_at, topic.last_posted_at, topic.last_poster) == (AT, AT, alice)
    assert (topic.reply_count, topic.people_count, topic.next_number) == (0, 1, 2)
    space.refresh_from_db()
    assert (space.topic_count, space.last_posted_at) == (1, AT)
    assert Watch.objects.get().member == alice
    assert ReadMark.objects.get().last_number == 1
    assert told() == [
        (
            "topic_started",
            alice.pk,
            {
                "topic": topic.pk,
                "post": post.pk,
                "space": space.pk,
                "author": alice.pk,
                "title": topic.title,
                "scope": "may",
            },
        )
    ]
    assert counters.drift() == []


@pytest.mark.parametrize(
    ("title", "body", "field"),
    [
        ("", BODY, "title"),
        ("ngắn", BODY, "title"),
        ("aaaaaaaaaaaa", BODY, "title"),
        ("????? !!!!!!", BODY, "title"),
        ("a" + "\u0301" * 30, BODY, "title"),
        ("d" * 100 + "ài quá" * 30, BODY, "title"),
        (TITLE, "", "body"),
        (TITLE, " \n ", "body"),
        (TITLE, ".", "body"),
        (TITLE, "\u202e\u200b\x00", "body"),
        (TITLE, "dài " * 6_000, "body"),
        (TITLE, None, "body"),
    ],
)
def test_words_that_are_refused(space: Space, alice: Member, title: Any, body: Any, field: str) -> None:
    with pytest.raises(Invalid) as refused:
        start(alice, title=title, body=body)
    assert refused.value.details["field"] == field
    assert Topic.objects.count() == 0
    assert told() == []


def test_words_at_the_borders_pass(space: Space, alice: Member) -> None:
    start(alice, title="Trà gì?!", body="Có")
    start(alice, title="Trà " + "ả" * 196, body="ă" * 20_000)
    assert Topic.objects.count() == 2


def test_a_space_that_may_not_be_read_is_missing(alice: Member) -> None:
    make_space("silver", read_from_rank=1)
    make_space("staff", staff_only=True)
    make_space("closed")
    Space.objects.filter(code="closed").update(live=False)
    for code in ("silver", "staff", "closed", "nothing", ""):
        with pytest.raises(NotFound):
            start(alice, code)


def test_a_space_that_only_higher_tiers_write_in(alice: Member) -> None:
    make_space("silver", write_from_rank=1)
    with pytest.raises(Forbidden) as refused:
        start(alice, "silver")
    assert refused.value.code == "tier_too_low"
    start(set_rank(alice, 1), "silver")


def test_the_same_key_returns_the_first_topic(space: Space, alice: Member, bob: Member) -> None:
    one = start(alice, key="k1")
    assert start(alice, key="k1", at=LATER) == one
    with pytest.raises(KeyReused):
        start(alice, key="k1", body="Lời khác hẳn")
    start(bob, key="k1")  # keys are each member's own
    assert Topic.objects.count() == 2
    assert len(told()) == 2


def test_bad_keys_are_refused(topic: Topic, alice: Member) -> None:
    for key in ("", " ", "a" * 101, "khoá", "a\x00", None, 7):
        with pytest.raises(Invalid):
            start(alice, key=key)
        with pytest.raises(Invalid):
            reply(alice, topic, key=key)


# ── Replies ─────────────────────────────────────────────────────────────────────────────────────────────────────
def test_replying(topic: Topic, space: Space, alice: Member, bob: Member) -> None:
    since = newest_event()
    post = reply(bob, topic, "Ủ bột **45 giây**", at=LATER)
    topic.refresh_from_db()
    assert (post.number, post.html, post.created_at) == (2, "<p>Ủ bột <strong>45 giây</strong></p>", LATER)
    assert (topic.reply_count, topic.people_count, topic.next_number) == (1, 2, 3)
    assert (topic.last_posted_at, topic.last_poster, topic.version) == (LATER, bob, 2)
    space.refresh_from_db()
    assert space.last_posted_at == LATER
    assert set(Watch.objects.values_list("member", flat=True)) == {alice.pk, bob.pk}
    assert ReadMark.objects.get(member=bob).last_number == 2
    facts = {
        "topic": topic.pk, "post": post.pk, "space": space.pk, "author": bob.pk, "topic_author": alice.pk,
        "title": topic.title, "reply_to": None, "scope": "may",
    }  # fmt: skip
    assert told(since) == [("reply_posted", bob.pk, facts)]
    assert recorded(topic) == [("reply_posted", {"post": post.pk})]
    answer = reply(alice, topic, "Cảm ơn anh Bob", reply_to=post.public_id)
    assert (answer.number, answer.reply_to) == (3, post)
    assert counters.drift() == []


def test_replaying_the_past_does_not_turn_clocks_back(topic: Topic, space: Space, bob: Member) -> None:
    reply(bob, topic, at=AT - timedelta(days=30))
    topic.refresh_from_db()
    space.refresh_from_db()
    assert (topic.last_posted_at, space.last_posted_at) == (AT, AT)


def test_the_same_key_returns_the_first_reply(topic: Topic, alice: Member, bob: Member) -> None:
    one = reply(bob, topic, key="k")
    assert reply(bob, topic, key="k", at=LATER) == one
    for change in ({"body": "Lời khác"}, {"reply_to": one.public_id}):
        with pytest.raises(KeyReused):
            reply(bob, topic, key="k", **change)
    with pytest.raises(KeyReused):
        reply(bob, start(alice, title="Chuyện thứ hai ở đây"), key="k")
    assert Post.objects.filter(author=bob).count() == 1


def test_a_repeat_is_answered_even_when_the_topic_was_closed_since(topic: Topic, bob: Member, mod: Member) -> None:
    one = reply(bob, topic, key="k")
    actions.set_locked(actor=mod, topic=topic.public_id, locked=True, reason="Đã có lời giải", at=LATER)
    assert reply(bob, topic, key="k") == one


def test_replies_that_are_refused(topic: Topic, alice: Member, bob: Member, mod: Member) -> None:
    with pytest.raises(NotFound):
        actions.post_reply(actor=bob, topic="nonexistent2", body=BODY, key=new_key(), at=AT)
    other = reply(bob, start(alice, title="Chuyện thứ hai ở đây"))
    for target in (other.public_id, "nonexistent2"):
        with pytest.raises(Invalid):
            reply(bob, topic, reply_to=target)
    hidden = reply(bob, topic)
    actions.hide_post(actor=bob, post=hidden.public_id, at=AT)
    for actor in (alice, bob):
        with pytest.raises(Invalid):
            reply(actor, topic, reply_to=hidden.public_id)
    actions.set_locked(actor=mod, topic=topic.public_id, locked=True, reason="Đã có lời giải", at=AT)
    with pytest.raises(Forbidden) as refused:
        reply(bob, topic)
    assert refused.value.code == "locked"
    reply(mod, topic, "Mình khép chuyện ở đây nhé.")
    with pytest.raises(SignInRequired):
        actions.post_reply(actor=None, topic=topic.public_id, body=BODY, key=new_key(), at=AT)  # type: ignore[arg-type]


def test_muted_members_write_nothing(topic: Topic, alice: Member, bob: Member) -> None:
    bob.muted_until = LATER
    for act in (
        lambda: reply(bob, topic),
        lambda: start(bob),
        lambda: react(bob, first(topic)),
    ):
        with pytest.raises(Forbidden) as refused:
            act()
        assert refused.value.code == "muted"
    reply(bob, topic, at=LATER + timedelta(seconds=1))


def test_a_muted_topic_stays_muted_when_she_replies(topic: Topic, bob: Member) -> None:
    actions.watch(actor=bob, topic=topic.public_id, level="muted", at=AT)
    reply(bob, topic)
    assert Watch.objects.get(member=bob).level == Level.MUTED


@pytest.mark.usefixtures("one_window")
@pytest.mark.parametrize("verb", ["topic", "reply", "reaction"])
def test_limits_pass_exactly_at_the_number(verb: str, topic: Topic, alice: Member, bob: Member) -> None:
    times, seconds = pace.most(verb, 0)[0]
    posts = [reply(alice, topic, f"Lời {n}") for n in range((times // 2) + 1)] if verb == "reaction" else []
    act = {
        "topic": lambda n: start(bob, title=f"Chuyện mới số {n}", limited=True),
        "reply": lambda n: reply(bob, topic, limited=True),
        "reaction": lambda n: react(bob, posts[n // 2], ("tea", "heart")[n % 2], limited=True),
    }[verb]
    for n in range(times):
        act(n)
    with pytest.raises(TooMany) as refused:
        act(times)
    assert 1 <= refused.value.retry_after <= seconds
    assert counters.drift() == []


def test_a_repeat_costs_nothing(topic: Topic, bob: Member) -> None:
    for _ in range(pace.most("reply", 0)[0][0] * 2):
        reply(bob, topic, key="k", limited=True)


# ── Editing ─────────────────────────────────────────────────────────────────────────────────────────────────────
def edit(actor: Member, post: Post, body: str = "Lời đã sửa", revision: int = 1, **more: Any) -> Post:
    return actions.edit_post(actor=actor, post=post.public_id, body=body, revision=revision, at=LATER, **more)


def test_editing_a_reply(topic: Topic, bob: Member) -> None:
    post = reply(bob, topic)
    changed = edit(bob, post, title="Một tựa đề không ai đọc")
    topic.refresh_from_db()
    assert (changed.html, changed.revision, changed.edited_at) == ("<p>Lời đã sửa</p>", 2, LATER)
    assert topic.title == TITLE
    assert recorded(topic)[-1] == ("post_edited", {"post": post.pk})


def test_editing_the_first_post_may_rename_the_topic(topic: Topic, alice: Member) -> None:
    edit(alice, first(topic), title="Phin nhôm chảy nhanh quá")
    topic.refresh_from_db()
    assert (topic.title, topic.slug) == ("Phin nhôm chảy nhanh quá", "phin-nhom-chay-nhanh-qua")
    assert [kind for kind, _ref in recorded(topic)] == ["post_edited", "topic_changed"]


def test_an_edit_from_an_old_revision_gets_both_texts(topic: Topic, bob: Member) -> None:
    post = reply(bob, topic, "Lời gốc")
    edit(bob, post, "Lời một")
    with pytest.raises(Conflict) as refused:
        edit(bob, post, "Lời hai")
    details = refused.value.details
    assert (details["mine"], details["theirs"], details["revision"]) == ("Lời hai", "Lời một", 2)
    post.refresh_from_db()
    assert (post.source, post.revision) == ("Lời một", 2)
    assert edit(bob, post, "Lời một").revision == 2  # sent again after a lost answer: nothing changes


def test_edits_that_are_refused(topic: Topic, alice: Member, bob: Member, mod: Member) -> None:
    post = reply(bob, topic)
    with pytest.raises(Forbidden):
        edit(alice, post)
    with pytest.raises(Invalid):  # a moderator owes the author a reason
        edit(mod, post)
    actions.hide_post(actor=mod, post=post.public_id, reason="Quảng cáo", at=AT)
    for member in (bob, alice, mod):
        with pytest.raises(NotFound):
            edit(member, post)
    actions.restore_post(actor=mod, post=post.public_id, reason="Nhầm thôi", at=AT)
    actions.set_locked(actor=mod, topic=topic.public_id, locked=True, reason="Đã xong", at=AT)
    with pytest.raises(Forbidden):
        edit(bob, post)


# ── Reactions ───────────────────────────────────────────────────────────────────────────────────────────────────
def test_reacting_and_taking_it_back(topic: Topic, alice: Member, bob: Member, charlie: Member) -> None:
    post, since = first(topic), newest_event()
    reaction = react(bob, post)
    assert react(bob, post) == reaction
    react(bob, post, "heart")
    react(charlie, post)
    post.refresh_from_db()
    topic.refresh_from_db()
    assert (post.reactions, topic.reaction_count) == ({"tea": 2, "heart": 1}, 3)
    facts = {"kind": "tea", "topic": topic.pk, "post": post.pk, "author": alice.pk}
    assert told(since)[0] == (
        "reaction_added",
        bob.pk,
        facts | {"reaction": reaction.pk, "first_post": True, "title": TITLE},
    )
    assert len(told(since)) == 3
    since = newest_event()
    undo = {"actor": bob, "post": post.public_id, "kind": "tea", "at": LATER}
    assert actions.unreact(**undo) is True
    assert actions.unreact(**undo) is False
    assert told(since) == [("reaction_removed", bob.pk, facts | {"reaction": reaction.pk})]
    post.refresh_from_db()
    assert post.reactions == {"tea": 1, "heart": 1}
    assert [kind for kind, _ref in recorded(topic)] == ["reactions_changed"] * 4
    assert counters.drift() == []


def test_reactions_that_are_refused(topic: Topic, alice: Member, bob: Member, mod: Member) -> None:
    post = reply(bob, topic)
    with pytest.raises(Forbidden) as own:
        react(bob, post)
    assert own.value.code == "own_post"
    with pytest.raises(Invalid):
        react(alice, post, "love")
    actions.hide_post(actor=mod, post=post.public_id, reason="Quảng cáo", at=AT)
    with pytest.raises(NotFound):
        react(alice, post)
    with pytest.raises(Forbidden) as hidden:
        react(mod, post)
    assert hidden.value.code == "hidden"
    assert Reaction.objects.count() == 0

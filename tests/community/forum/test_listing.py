"""The lists of topics: what stands in each, in which order, and that they cost the same for one topic and for many."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from community.forum import actions, selectors, tasks
from community.forum.models import Level, Post, ReadMark, Space, SpaceWatch, Tag, TagWatch, Topic
from community.forum.selectors import feeds, listing
from community.forum.selectors.listing import Wanted
from portal.accounts.models import Member
from portal.core.clock import now
from portal.core.errors import NotFound, SignInRequired
from portal.realtime.models import StreamEntry
from tests.community.forum.conftest import first, make_space, new_key, react, reply, start
from tests.factories.portal import make_member
from tests.helpers.queries import assert_num_queries_constant

pytestmark = pytest.mark.django_db


def titles(viewer: Member | None, kind: str = "latest", **more: Any) -> list[str]:
    return [topic.title for topic in listing.read(Wanted(viewer, kind, **more), at=now()).topics]


def many(author: Member, number: int, space: Space) -> list[Topic]:
    """Topics in bulk, each a minute older than the one before, past all actions."""
    at, begun = now(), Topic.objects.count()
    rows = Topic.objects.bulk_create(
        Topic(
            space=space, author=author, title=f"Chuyện số {begun + n} ở đây", slug="chuyen", created_at=at,
            last_posted_at=at - timedelta(minutes=n), last_poster=author, people_count=1, next_number=2,
            top_score=n + 1, hot_score=n + 1, key=new_key(), body_hash="x", reply_count=0, ranked_version=1,
        )
        for n in range(number)
    )  # fmt: skip
    Post.objects.bulk_create(
        Post(topic=row, number=1, author=author, source="Lời", html="<p>Lời</p>", created_at=at, key=new_key(),
             body_hash="x")
        for row in rows
    )  # fmt: skip
    Space.objects.filter(pk=space.pk).update(topic_count=Topic.objects.filter(space=space).count())
    return rows


# ── What costs how much ─────────────────────────────────────────────────────────────────────────────────────────
def test_behaviour_22_every_list_costs_the_same_for_1_20_and_200_topics(
    client: Client, signed_in: Any, space: Space, alice: Member, bob: Member
) -> None:
    tag = Tag.objects.create(name="phin", fold="phin", slug="phin", created_at=now())
    TagWatch.objects.create(tag=tag, member=bob, level=Level.TRACKING)
    browser = signed_in(bob)

    def grow(number: int) -> None:
        for row in many(alice, number, space):
            row.tags.set([tag, *_tags(4)])
        ReadMark.objects.bulk_create(ReadMark(topic=row, member=bob, last_number=0, at=now()) for row in _half(bob))

    paths = [f"/vi/community/lists/{kind}/" for kind in listing.KINDS]
    paths += ["/vi/community/", "/vi/community/spaces/phin/", "/vi/community/spaces/phin/lists/top/"]
    paths += ["/vi/community/tags/phin/", "/vi/community/tags/phin/lists/hot/", "/vi/community/tags/"]
    paths += ["/vi/community/feeds/", "/vi/community/lists/latest/?format=json", "/vi/community/feeds/latest.rss"]

    def read_all() -> None:
        for path in paths:
            assert browser.get(path).status_code == 200, path
        for path in paths[6:12]:
            assert client.get(path).status_code == 200, path

    grow(2)
    assert_num_queries_constant(read_all, lambda: grow(20))
    assert_num_queries_constant(read_all, lambda: grow(200))


def _half(member: Member) -> list[Topic]:
    """Half of what she has not opened: what is new and what is unread grow alike."""
    unopened = Topic.objects.exclude(read_marks__member=member)
    return list(unopened)[::2]


def _tags(number: int) -> list[Tag]:
    names = [f"thẻ {n}" for n in range(number)]
    return [
        Tag.objects.get_or_create(fold=f"the {n}", defaults={"name": name, "slug": f"the-{n}", "created_at": now()})[0]
        for n, name in enumerate(names)
    ]


def test_behaviour_22_the_saved_page_costs_the_same_for_1_and_many(signed_in: Any, topic: Topic, bob: Member) -> None:
    browser = signed_in(bob)
    actions.save_post(actor=bob, post=first(topic).public_id, at=now())

    def grow() -> None:
        for n in range(19):
            post = reply(make_member(), topic, f"Lời thứ {n}")
            actions.save_post(actor=bob, post=post.public_id, at=now())

    def read() -> None:
        assert browser.get("/vi/community/saved/").status_code == 200

    assert_num_queries_constant(read, grow)


# ── What stands in each list ────────────────────────────────────────────────────────────────────────────────────
@pytest.fixture
def talk(space: Space, alice: Member, bob: Member) -> dict[str, Topic]:
    """Four topics of Alice's, begun an hour ago, in the order of their names."""
    Member.objects.filter(pk=bob.pk).update(joined_at=now() - timedelta(days=30))
    bob.refresh_from_db()
    names = ("Một", "Hai", "Ba", "Bốn")
    return {
        name: start(alice, title=f"Chuyện thứ {name} ở đây", at=now() - timedelta(minutes=60 - n))
        for n, name in enumerate(names)
    }


def names_of(viewer: Member | None, kind: str = "latest", **more: Any) -> list[str]:
    return [title.split()[2] for title in titles(viewer, kind, **more)]


def test_each_list_holds_what_it_says(talk: dict[str, Topic], alice: Member, bob: Member) -> None:
    assert names_of(bob) == names_of(bob, "new") == ["Bốn", "Ba", "Hai", "Một"]
    assert names_of(bob, "unanswered") == ["Bốn", "Ba", "Hai", "Một"]
    assert names_of(alice, "new") == []  # her own
    reply(bob, talk["Một"], at=now())
    assert names_of(bob) == ["Một", "Bốn", "Ba", "Hai"]
    assert names_of(bob, "unanswered") == names_of(bob, "new") == ["Bốn", "Ba", "Hai"]
    assert names_of(alice, "unread") == ["Một"]  # she watches what she began
    assert names_of(bob, "unread") == []
    actions.mark_read(actor=bob, topic=talk["Ba"].public_id, number=1, at=now())
    assert names_of(bob, "new") == ["Bốn", "Hai"]
    reply(alice, talk["Ba"], at=now())
    assert names_of(bob, "unread") == []  # he opened it and did not ask to be told
    actions.watch(actor=bob, topic=talk["Ba"].public_id, level="tracking", at=now())
    assert names_of(bob, "unread") == ["Ba"]


def test_new_ends_after_two_days_and_begins_with_joining(space: Space, alice: Member, bob: Member) -> None:
    at = now()
    start(alice, title="Chuyện thứ Cũ ở đây", at=at - timedelta(days=2, minutes=1))
    start(alice, title="Chuyện thứ Kề ở đây", at=at - timedelta(days=1, hours=23))
    start(alice, title="Chuyện thứ Mới ở đây", at=at - timedelta(hours=1))
    assert names_of(bob, "new") == ["Mới", "Kề"]
    late = make_member("Người đến sau", at=at - timedelta(hours=2))
    assert names_of(late, "new") == ["Mới"]


def test_hot_and_best_are_sorted_by_their_scores_and_best_by_when_a_topic_began(
    talk: dict[str, Topic], alice: Member, bob: Member
) -> None:
    old = start(alice, title="Chuyện thứ Xưa ở đây", at=now() - timedelta(days=20))
    react(bob, first(talk["Hai"]), at=now())
    reply(bob, talk["Hai"], at=now())
    react(bob, first(talk["Ba"]), at=now())
    for _n in range(3):
        react(make_member(), first(old), at=now())
    tasks.rank_topics(now())
    assert names_of(None, "hot")[:2] == ["Hai", "Ba"]
    assert names_of(None, "top", period="week")[0] == "Hai"
    assert names_of(None, "top", period="all")[0] == "Xưa"
    assert "Xưa" not in names_of(None, "top", period="week")
    assert "Xưa" in names_of(None, "top", period="month")
    with pytest.raises(NotFound):
        titles(None, "top", period="decade")
    with pytest.raises(NotFound):
        titles(None, "everything")
    with pytest.raises(SignInRequired):
        titles(None, "unread")


def test_pages_follow_one_another_without_a_gap_while_others_write(space: Space, alice: Member, bob: Member) -> None:
    rows = many(alice, 45, space)
    got, cursor = [], ""
    for _page in range(3):
        page = listing.read(Wanted(bob, cursor=cursor), at=now())
        got += [topic.pk for topic in page.topics]
        cursor = page.following
        start(bob, title=f"Chuyện chen ngang {cursor[:4]} nữa", at=now() + timedelta(seconds=1))
    assert got == [row.pk for row in rows]
    assert cursor == ""


@pytest.mark.parametrize("cursor", ["x", "a:b:c", "9" * 400])
def test_a_cursor_of_ones_own_making_leads_nowhere(cursor: str, space: Space) -> None:
    with pytest.raises(NotFound):
        listing.read(Wanted(None, cursor=cursor), at=now())


def test_a_cursor_of_another_list_leads_nowhere(space: Space, alice: Member) -> None:
    many(alice, 25, space)
    cursor = listing.read(Wanted(None), at=now()).following
    with pytest.raises(NotFound):
        listing.read(Wanted(None, "unanswered", cursor=cursor), at=now())


# ── Page, data, feed and counters are one list ──────────────────────────────────────────────────────────────────
def test_page_data_feed_and_numbers_in_the_tabs_agree(
    talk: dict[str, Topic], signed_in: Any, alice: Member, bob: Member
) -> None:
    make_space("kin", staff_only=True)
    actions.watch(actor=bob, topic=talk["Hai"].public_id, level="muted", at=now())
    actions.watch(actor=bob, topic=talk["Ba"].public_id, level="watching", at=now())
    actions.mark_read(actor=bob, topic=talk["Ba"].public_id, number=1, at=now())
    reply(alice, talk["Ba"], at=now())
    browser = signed_in(bob)
    for kind in ("latest", "new", "unread", "unanswered"):
        page = browser.get(f"/vi/community/lists/{kind}/").content.decode()
        data = json.loads(browser.get(f"/vi/community/lists/{kind}/?format=json").content)
        ids = [row["id"] for row in data["topics"]]
        assert ids == [t.public_id for t in listing.read(Wanted(bob, kind), at=now()).topics]
        listed = [t.public_id in ids for t in talk.values()]
        assert [f'id="topic-{t.public_id}"' in page for t in talk.values()] == listed
        actions.make_feed_key(actor=bob, at=now())
        feed = browser.get(f"/vi/community/feeds/{kind}.rss?key={feeds.feed_token(bob)}").content.decode()
        assert [t.public_id in feed for t in talk.values()] == listed
        if kind in listing.PERSONAL:
            assert data["counters"][kind] == len(ids)


def test_counters_stop_at_a_hundred(space: Space, alice: Member, bob: Member) -> None:
    Member.objects.filter(pk=bob.pk).update(joined_at=now() - timedelta(days=9))
    bob.refresh_from_db()
    many(alice, 120, space)
    assert listing.counters(Wanted(bob), at=now()) == {"new": 100, "unread": 0}


# ── Following ───────────────────────────────────────────────────────────────────────────────────────────────────
def level(viewer: Member, topic: Topic) -> int:
    return selectors.get_topic_for(viewer, topic.public_id).level  # type: ignore[attr-defined]


def test_her_word_about_the_topic_counts_first_then_the_tags_then_the_space(
    space: Space, alice: Member, bob: Member
) -> None:
    topic = start(alice, tags=["phin", "cỡ xay"])
    assert level(bob, topic) == Level.NORMAL
    actions.watch_space(actor=bob, space="phin", level="watching", at=now())
    assert level(bob, topic) == Level.WATCHING
    actions.watch_tag(actor=bob, tag="phin", level="muted", at=now())
    assert level(bob, topic) == Level.MUTED
    actions.watch_tag(actor=bob, tag="co-xay", level="tracking", at=now())
    assert level(bob, topic) == Level.TRACKING  # of several tags the strongest
    actions.watch(actor=bob, topic=topic.public_id, level="normal", at=now())
    assert level(bob, topic) == Level.NORMAL
    actions.watch(actor=bob, topic=topic.public_id, level="", at=now())
    assert level(bob, topic) == Level.TRACKING
    assert SpaceWatch.objects.count() == 1


@pytest.mark.parametrize("where", ["topic", "tag", "space"])
def test_what_is_muted_leaves_every_list(where: str, talk: dict[str, Topic], space: Space, bob: Member) -> None:
    topic = talk["Hai"]
    topic.tags.add(Tag.objects.create(name="ồn", fold="on", slug="on", created_at=now()))
    tasks.rank_topics(now())
    Topic.objects.update(hot_score=1, top_score=1)
    if where == "topic":
        actions.watch(actor=bob, topic=topic.public_id, level="muted", at=now())
    elif where == "tag":
        actions.watch_tag(actor=bob, tag="on", level="muted", at=now())
    else:
        actions.watch_space(actor=bob, space="phin", level="muted", at=now())
    gone = {"Hai"} if where != "space" else {"Một", "Hai", "Ba", "Bốn"}
    for kind in listing.KINDS:
        assert not gone & set(names_of(bob, kind)), kind
    assert names_of(None) == ["Bốn", "Ba", "Hai", "Một"]


def test_answering_tracks_and_beginning_watches(topic: Topic, alice: Member, bob: Member) -> None:
    reply(bob, topic)
    assert (level(alice, topic), level(bob, topic)) == (Level.WATCHING, Level.TRACKING)
    actions.watch(actor=bob, topic=topic.public_id, level="muted", at=now())
    reply(bob, topic, "Thêm một lời nữa nhé")
    assert level(bob, topic) == Level.MUTED


# ── Reading ─────────────────────────────────────────────────────────────────────────────────────────────────────
def test_behaviour_04_marks_in_any_order_end_at_the_highest(topic: Topic, alice: Member, bob: Member) -> None:
    for n in range(12):
        reply(alice, topic, f"Lời thứ {n}")
    for number in (10, 7, 12):
        actions.mark_read(actor=bob, topic=topic.public_id, number=number, at=now())
    assert ReadMark.objects.get(member=bob).last_number == 12
    actions.mark_unread(actor=bob, topic=topic.public_id, number=5, at=now())
    assert ReadMark.objects.get(member=bob).last_number == 4


def test_behaviour_04_hidden_words_do_not_wait_and_come_back_unread(
    talk: dict[str, Topic], alice: Member, bob: Member
) -> None:
    topic = talk["Một"]
    actions.watch(actor=bob, topic=topic.public_id, level="watching", at=now())
    actions.mark_read(actor=bob, topic=topic.public_id, number=1, at=now())
    post = reply(alice, topic, at=now())
    assert names_of(bob, "unread") == ["Một"]
    actions.hide_post(actor=alice, post=post.public_id, at=now())
    assert names_of(bob, "unread") == []
    assert listing.counters(Wanted(bob), at=now())["unread"] == 0
    actions.restore_post(actor=alice, post=post.public_id, at=now())
    assert names_of(bob, "unread") == ["Một"]


def test_behaviour_04_her_other_pages_hear_that_she_has_read(topic: Topic, alice: Member, bob: Member) -> None:
    told = StreamEntry.objects.filter(stream__key=f"member:{bob.pk}", kind="read")
    reply(alice, topic)
    for number, count in ((1, 1), (1, 1), (2, 2)):
        actions.mark_read(actor=bob, topic=topic.public_id, number=number, at=now())
        assert told.count() == count  # only when the mark moved
    assert not StreamEntry.objects.exclude(stream__key=f"member:{bob.pk}").filter(kind="read").exists()


def test_an_open_list_follows_its_readers_own_stream(
    talk: dict[str, Topic], client: Client, signed_in: Any, bob: Member
) -> None:
    for path in ("/vi/community/", "/vi/community/lists/latest/", "/vi/community/spaces/phin/"):
        page = signed_in(bob).get(path).content.decode()
        assert f'<live-stream stream="member:{bob.pk}"' in page
        assert 'refresh-on="read"' in page
        assert "<live-stream" not in client.get(path).content.decode()


def test_all_read_in_a_space_leaves_the_others_waiting(
    talk: dict[str, Topic], signed_in: Any, alice: Member, bob: Member
) -> None:
    make_space("tra")
    elsewhere = start(alice, "tra", title="Chuyện thứ Trà ở đây", at=now())
    browser = signed_in(bob)
    assert "is-unread" in browser.get("/vi/community/spaces/phin/").content.decode()
    assert browser.post("/vi/community/read/", {"space": "phin"}).url == "/vi/community/spaces/phin/"
    assert "is-unread" not in browser.get("/vi/community/spaces/phin/").content.decode()
    assert "is-unread" in browser.get("/vi/community/spaces/tra/").content.decode()
    assert names_of(bob, "new") == ["Trà"]
    assert not ReadMark.objects.filter(topic=elsewhere, member=bob).exists()
    assert ReadMark.objects.filter(member=bob).count() == 4


def test_the_line_before_what_is_new_stands_before_the_first_unread_post(
    topic: Topic, signed_in: Any, alice: Member, bob: Member
) -> None:
    actions.mark_read(actor=bob, topic=topic.public_id, number=1, at=now())
    page = signed_in(bob).get(topic.get_absolute_url()).content.decode()
    assert "new-from-here" not in page
    post = reply(alice, topic)
    page = signed_in(bob).get(topic.get_absolute_url()).content.decode()
    assert (
        page.index(f"post-{first(topic).public_id}")
        < page.index("new-from-here")
        < page.index(f'id="post-{post.public_id}"')
    )

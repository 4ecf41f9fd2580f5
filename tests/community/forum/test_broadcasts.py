"""A stale page to which the events were applied equals a fresh page, for every kind of event."""

from __future__ import annotations

import re
from collections.abc import Callable
from html.parser import HTMLParser

import pytest
from django.test import Client
from django.utils import translation

from community.forum import actions, broadcasts
from community.forum.actions import polling
from community.forum.models import Space, Topic
from community.forum.selectors import People
from portal.accounts.models import Member
from portal.realtime import streams
from portal.realtime.models import StreamEntry
from tests.community.forum.conftest import AT, first, make_space, react, reply, set_rank, start
from tests.helpers.queries import assert_num_queries_constant

pytestmark = pytest.mark.django_db
VOID = {"area", "base", "br", "col", "hr", "img", "input", "link", "meta", "path", "source", "use", "wbr"}


class Node:
    """An element of the page, as far as this test needs one."""

    def __init__(self, tag: str, attrs: dict[str, str | None], parent: Node | None) -> None:
        self.tag, self.attrs, self.parent = tag, attrs, parent
        self.children: list[Node | str] = []

    def find(self, wanted: Callable[[Node], bool]) -> Node | None:
        for child in self.children:
            if isinstance(child, Node):
                hit = child if wanted(child) else child.find(wanted)
                if hit is not None:
                    return hit
        return None

    def by_id(self, name: str | None) -> Node | None:
        return self.find(lambda node: node.attrs.get("id") == name) if name else None

    def by_tag(self, tag: str) -> Node:
        found = self.find(lambda node: node.tag == tag)
        assert found is not None, tag
        return found

    def html(self) -> str:
        inner = "".join(child.html() if isinstance(child, Node) else " ".join(child.split()) for child in self.children)
        attrs = "".join(f' {name}="{value}"' for name, value in sorted(self.attrs.items(), key=str))
        return f"<{self.tag}{attrs}>{inner}</{self.tag}>\n"


class Tree(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.root = self.at = Node("root", {}, None)
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        node = Node(tag, dict(attrs), self.at)
        self.at.children.append(node)
        if tag not in VOID:
            self.at = node

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            assert self.at.tag == tag, f"</{tag}> inside <{self.at.tag}>"
            self.at = self.at.parent  # type: ignore[assignment]

    def handle_data(self, data: str) -> None:
        if data.strip():
            self.at.children.append(data)


class OpenPage:
    """A neutral page of a topic, which follows its stream as browsers do: replace by id, else append, else ignore."""

    def __init__(self, client: Client, path: str) -> None:
        self.client, self.path = client, path
        self.main = self.load()
        live = self.main.by_tag("live-stream")
        self.stream = live.attrs["stream"] or ""
        self.after = int(live.attrs["after"] or 0)
        self.refresh_on = (live.attrs["refresh-on"] or "").split()

    def load(self) -> Node:
        answer = self.client.get(self.path, follow=True)
        assert answer.status_code == 200
        return Tree(answer.content.decode()).root.by_tag("main")

    def catch_up(self) -> list[str]:
        entries = StreamEntry.objects.filter(stream__key=self.stream, number__gt=self.after).order_by("number")
        rows = list(entries)
        with translation.override(self.path[1:3]):
            frames = streams.render(self.stream, [(row.kind, row.ref) for row in rows])
        for row, data in zip(rows, frames, strict=True):
            self.after = row.number
            if row.kind in self.refresh_on:
                self.main.by_tag("live-stream").children = self.load().by_tag("live-stream").children
            for change in data.get("changes", []):
                self.apply(change)
        return [row.kind for row in rows]

    def apply(self, change: dict[str, str]) -> None:
        (fresh,) = [child for child in Tree(change["html"]).root.children if isinstance(child, Node)]
        stale = self.main.by_id(fresh.attrs.get("id"))
        place = self.main.by_id(change.get("into"))
        if stale is not None:
            siblings = stale.parent.children  # type: ignore[union-attr]
            siblings[siblings.index(stale)] = fresh
            fresh.parent = stale.parent
        elif place is not None:
            assert change["at"] == "end"
            place.children.append(fresh)
            fresh.parent = place

    def html(self) -> str:
        return re.sub(r' after="\d+"', "", self.main.html())


Deed = Callable[[Topic, dict[str, Member]], object]
DEEDS: dict[str, list[Deed]] = {
    "reply_posted": [lambda t, m: reply(m["charlie"], t, "Lời **mới** tới")],
    "post_edited": [
        lambda t, m: actions.edit_post(
            actor=m["bob"], post=t.posts.get(number=2).public_id, body="Lời _đã_ sửa", revision=1, at=AT
        )
    ],
    "post_hidden": [lambda t, m: actions.hide_post(actor=m["bob"], post=t.posts.get(number=2).public_id, at=AT)],
    "post_restored": [
        lambda t, m: actions.hide_post(actor=m["bob"], post=t.posts.get(number=2).public_id, at=AT),
        lambda t, m: actions.restore_post(actor=m["bob"], post=t.posts.get(number=2).public_id, at=AT),
    ],
    "reactions_changed": [
        lambda t, m: react(m["charlie"], first(t)),
        lambda t, m: react(m["alice"], t.posts.get(number=2), "heart"),
        lambda t, m: actions.unreact(actor=m["charlie"], post=first(t).public_id, kind="tea", at=AT),
    ],
    "topic_changed": [
        lambda t, m: actions.edit_post(
            actor=m["alice"], post=first(t).public_id, title="Một tựa đề mới hẳn", body="Lời mới", revision=1, at=AT
        ),
        lambda t, m: actions.set_locked(actor=m["mod"], topic=t.public_id, locked=True, reason="Đã xong", at=AT),
        lambda t, m: actions.set_pinned(actor=m["mod"], topic=t.public_id, pinned=True, at=AT),
    ],
}


@pytest.fixture
def members(alice: Member, bob: Member, charlie: Member, mod: Member) -> dict[str, Member]:
    return {"alice": alice, "bob": bob, "charlie": charlie, "mod": mod}


def test_every_kind_has_a_deed() -> None:
    # A poll's numbers differ from reader to reader: its test is below.
    assert set(DEEDS) | {"poll_changed"} == broadcasts.KINDS


def test_a_vote_makes_open_pages_ask_for_their_own_numbers(
    client: Client, space: Space, alice: Member, bob: Member
) -> None:
    want = polling.wanted("Pha mấy lượt mỗi sáng?", "Một lượt\nHai lượt", results="voted")
    topic = start(alice, poll=want)
    page = OpenPage(client, topic.get_absolute_url())
    option = topic.poll.options.first()
    actions.vote(actor=bob, topic=topic.public_id, options=[option.pk], at=AT, limited=False)
    (entry,) = StreamEntry.objects.filter(stream__key=page.stream, number__gt=page.after)
    (frame,) = streams.render(page.stream, [(entry.kind, entry.ref)])
    assert frame == {"poll": topic.public_id}  # no number that somebody may not see yet
    fragment = client.get(f"/vi/community/topics/{topic.public_id}/poll/", headers={"X-Requested-With": "fetch"})
    assert 'data-live="voters">1' in fragment.content.decode()
    assert "100 %" not in fragment.content.decode()


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("kind", DEEDS)
def test_stale_page_plus_events_is_a_fresh_page(
    kind: str, language: str, client: Client, topic: Topic, members: dict[str, Member]
) -> None:
    reply(members["bob"], topic, "Lời đã có")
    path = topic.get_absolute_url().replace("/vi/", f"/{language}/")
    page = OpenPage(client, path)
    before = page.html()
    for deed in DEEDS[kind]:
        deed(topic, members)
    topic.refresh_from_db()
    assert kind in page.catch_up()
    page.path = topic.get_absolute_url().replace("/vi/", f"/{language}/")
    assert page.html() == OpenPage(client, page.path).html()
    assert kind in ("post_restored",) or page.html() != before


def test_the_check_catches_a_frame_that_tells_too_little(
    client: Client, topic: Topic, members: dict[str, Member], monkeypatch: pytest.MonkeyPatch
) -> None:
    page = OpenPage(client, topic.get_absolute_url())
    monkeypatch.setattr(broadcasts.selectors, "people_of", lambda topic: People(faces=[], count=0))
    reply(members["bob"], topic)
    page.catch_up()
    monkeypatch.undo()
    assert page.html() != OpenPage(client, topic.get_absolute_url()).html()


def test_all_kinds_one_after_the_other_and_twice(client: Client, topic: Topic, members: dict[str, Member]) -> None:
    reply(members["bob"], topic, "Lời đã có")
    page = OpenPage(client, topic.get_absolute_url())
    for kind in ("reply_posted", "reactions_changed", "post_edited", "post_hidden", "reply_posted"):
        DEEDS[kind][0](topic, members)
    begin = page.after
    page.catch_up()
    fresh = OpenPage(client, topic.get_absolute_url()).html()
    assert page.html() == fresh
    page.after = begin  # a connection that came back asks again from an older number
    page.catch_up()
    assert page.html() == fresh


def test_other_pages_of_the_topic_are_left_as_they_are(client: Client, topic: Topic, bob: Member) -> None:
    for n in range(2, 20):
        reply(bob, topic, f"Lời thứ {n}")
    page = OpenPage(client, topic.get_absolute_url())
    for n in range(20, 23):
        reply(bob, topic, f"Lời thứ {n}")
        page.catch_up()
        assert page.html() == OpenPage(client, topic.get_absolute_url()).html()
    second = OpenPage(client, topic.get_absolute_url() + "?page=2")
    reply(bob, topic, "Lời cuối cùng")
    actions.hide_post(actor=bob, post=topic.posts.get(number=3).public_id, at=AT)
    for open_page in (page, second):
        open_page.catch_up()
        assert open_page.html() == OpenPage(client, open_page.path).html()


def test_a_hidden_topic_says_nothing_any_more(client: Client, topic: Topic, alice: Member, bob: Member) -> None:
    page = OpenPage(client, topic.get_absolute_url())
    reply(bob, topic, "Lời không ai được đọc nữa")
    actions.hide_post(actor=alice, post=first(topic).public_id, at=AT)
    rows = StreamEntry.objects.filter(stream__key=page.stream)
    assert streams.render(page.stream, [(row.kind, row.ref) for row in rows]) == [{}, {}]
    assert client.get(page.path).status_code == 404  # and so does the page that fetches itself anew


def test_a_hidden_text_is_never_replayed(topic: Topic, bob: Member) -> None:
    post = reply(bob, topic, "Lời bí mật")
    react(Member.objects.get(pk=topic.author_id), post)
    actions.hide_post(actor=bob, post=post.public_id, at=AT)
    rows = StreamEntry.objects.filter(stream__key=f"topic:{topic.pk}")
    assert "Lời bí mật" not in str(streams.render(f"topic:{topic.pk}", [(row.kind, row.ref) for row in rows]))


def test_fragments_are_for_everybody(topic: Topic, bob: Member) -> None:
    post = reply(bob, topic)
    (data,) = streams.render(f"topic:{topic.pk}", [("reply_posted", {"post": post.pk})])
    html = "".join(change["html"] for change in data["changes"])
    assert "csrf" not in html
    assert "<form" not in html
    assert 'aria-pressed="true"' not in html
    assert html.count('class="own-only"') == 3
    assert html.count("hidden>") == 4  # those three, and the button that quotes, which only scripts can serve


def test_rendering_takes_four_queries(topic: Topic, bob: Member) -> None:
    posts = [reply(bob, topic)]
    entries = lambda: [("reply_posted", {"post": post.pk}) for post in posts]  # noqa: E731

    def grow() -> None:
        posts.extend(reply(bob, topic, f"Lời {n}") for n in range(5))

    assert_num_queries_constant(lambda: streams.render(f"topic:{topic.pk}", entries()), grow, expected=4)


def test_who_may_listen(topic: Topic, alice: Member, bob: Member, mod: Member, manager: Member) -> None:
    make_space("silver", read_from_rank=1)
    secret = start(manager, "silver")

    def hears(viewer: Member | None, found: Topic) -> bool:
        return streams.may_hear(viewer, f"topic:{found.pk}")

    assert [hears(viewer, topic) for viewer in (None, alice, bob, mod)] == [True] * 4
    assert [hears(viewer, secret) for viewer in (None, bob, mod, manager)] == [False, False, True, True]
    assert hears(set_rank(bob, 1), secret)
    actions.hide_post(actor=alice, post=first(topic).public_id, at=AT)
    assert [hears(viewer, topic) for viewer in (None, alice, bob, mod)] == [False, True, False, True]
    assert not streams.may_hear(bob, "topic:999999")

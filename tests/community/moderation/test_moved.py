"""Posts that a moderator moved: their authors hear where they stand, older notices lead there, open pages look anew."""

from __future__ import annotations

from typing import Any

import pytest

from community.forum import actions
from community.forum.actions import mark_read
from community.forum.actions.moving import move_topic
from community.forum.actions.spaces import Door, keep_space
from community.forum.models import Space, Topic
from portal import notifications
from portal.accounts.models import Member
from portal.events import relay
from portal.notifications import registry
from portal.notifications.models import Notification
from portal.realtime.models import StreamEntry
from tests.community.forum.conftest import make_space, react, reply, start
from tests.community.moderation.test_merging import LATER, OTHER, merge, now, other, split  # noqa: F401
from tests.helpers.queries import assert_num_queries_constant

pytestmark = pytest.mark.django_db


def items(member: Member, kind: str) -> list[Notification]:
    """Her unread items of a kind, after everything was heard."""
    relay.drain()
    return list(Notification.objects.filter(member=member, kind=kind, read_at=None, rescinded_at=None))


def test_authors_of_joined_posts_hear_where_their_words_stand(
    topic: Topic, other: Topic, alice: Member, bob: Member, charlie: Member, mod: Member, signed_in: Any
) -> None:
    mine = reply(charlie, topic, "Tôi cũng gặp chuyện này.")
    merge(mod, topic, other)
    (item,) = items(charlie, "posts_moved")
    assert (item.args["place"], item.args["title"]) == (mine.public_id, OTHER)
    assert len(items(alice, "posts_moved")) == 1
    assert (items(bob, "posts_moved"), items(mod, "posts_moved")) == ([], [])
    page = signed_in(charlie).get("/vi/notifications/").content.decode()
    assert f"1 bài của bạn trong “{topic.title}” nay ở “{OTHER}”" in page


def test_the_title_that_the_words_left_is_told_only_to_who_may_know_it_when_she_looks(
    topic: Topic, bob: Member, mod: Member, signed_in: Any
) -> None:
    own = reply(bob, topic, "Cái ấm của tôi rò.")
    split(mod, topic, [own])
    (item,) = items(bob, "posts_moved")
    assert topic.title not in str(item.args)
    assert topic.title not in registry.kind_of("posts_moved").sentence(item)  # asked by nobody: the neutral words

    def told() -> tuple[bool, bool, bool]:
        page = signed_in(bob).get("/vi/notifications/").content.decode()
        (kept,) = notifications.selectors.visible(bob, items(bob, "posts_moved"))
        letter = notifications.selectors.shown(kept)["title"]
        turned = signed_in(bob).post(
            f"/vi/notifications/{item.pk}/turn/", {"read": "0"}, headers={"HX-Request": "true"}
        )  # fmt: skip
        assert "Chuyện cái ấm đun nước" in page
        return topic.title in page, topic.title in letter, topic.title in turned.content.decode()

    assert told() == (True, True, True)
    make_space("kin", staff_only=True)
    move_topic(actor=mod, topic=topic.public_id, space="kin", reason="Việc nhà", at=LATER)
    assert told() == (False, False, False)


def test_a_joined_topic_that_stood_in_a_closed_space_is_not_named(
    topic: Topic, other: Topic, alice: Member, mod: Member, signed_in: Any
) -> None:
    merge(mod, topic, other)
    assert len(items(alice, "posts_moved")) == 1
    assert topic.title in signed_in(alice).get("/vi/notifications/").content.decode()
    make_space("kin", staff_only=True)
    Topic.objects.filter(pk=topic.pk).update(space=Space.objects.get(code="kin"))
    page = signed_in(alice).get("/vi/notifications/").content.decode()
    assert (topic.title in page, OTHER in page) == (False, True)


def test_an_inbox_of_moved_words_costs_the_same_for_one_and_for_many(
    topic: Topic, bob: Member, mod: Member, signed_in: Any
) -> None:
    def move_one(title: str) -> None:
        split(
            mod, start(bob, title=f"Gốc {title}"), [reply(bob, Topic.objects.latest("pk"), "Lời sẽ đi.")], title=title
        )
        relay.drain()

    move_one("Chuyện thứ nhất đây")
    browser = signed_in(bob)
    assert_num_queries_constant(
        lambda: browser.get("/vi/notifications/").content,
        lambda: [move_one(f"Chuyện số {n} đây") for n in range(2, 6)],
    )


def test_authors_of_split_posts_hear_of_it_and_others_do_not(
    topic: Topic, alice: Member, bob: Member, charlie: Member, mod: Member
) -> None:
    first, second = reply(bob, topic, "Cái ấm của tôi rò."), reply(bob, topic, "Ấm nào cũng rò thôi.")
    reply(charlie, topic, "Còn phin thì sao?")
    split(mod, topic, [first, second])
    (item,) = items(bob, "posts_moved")
    assert (item.args["place"], item.args["posts"]) == (first.public_id, 2)
    assert (items(alice, "posts_moved"), items(charlie, "posts_moved")) == ([], [])


def test_whose_words_went_where_she_may_not_read_hears_nothing(
    topic: Topic, alice: Member, bob: Member, mod: Member
) -> None:
    own = reply(bob, topic, "Cái ấm của tôi rò.")
    make_space("kin", staff_only=True)
    split(mod, topic, [own], space="kin")
    assert items(bob, "posts_moved") == []
    move_topic(actor=mod, topic=topic.public_id, space="kin", reason="Việc nhà", at=LATER)
    assert items(alice, "posts_moved") == []


def test_who_began_a_topic_hears_that_it_went_to_another_space(
    topic: Topic, alice: Member, bob: Member, mod: Member
) -> None:
    reply(bob, topic)
    make_space("am")
    move_topic(actor=mod, topic=topic.public_id, space="am", reason="Hợp hơn", at=LATER)
    assert [item.args["posts"] for item in items(alice, "posts_moved")] == [0]
    assert items(bob, "posts_moved") == []


def test_older_notices_of_a_joined_topic_lead_to_where_the_words_are_and_end_when_they_are_read(
    topic: Topic, other: Topic, alice: Member, bob: Member, mod: Member
) -> None:
    relay.drain()
    actions.watch(actor=alice, topic=other.public_id, level="watching", at=LATER)
    reply(bob, topic, "Một câu trả lời ở chủ đề đầu.")
    reply(bob, other, "Một câu trả lời ở chủ đề kia.")
    assert sorted(item.subject for item in items(alice, "reply")) == sorted([f"topic:{topic.pk}", f"topic:{other.pk}"])
    merge(mod, topic, other)
    (item,) = items(alice, "reply")
    assert (item.subject, item.args["title"], item.count) == (f"topic:{other.pk}", OTHER, 2)
    mark_read(actor=alice, topic=other.public_id, number=now(other).last_number, at=LATER)
    assert items(alice, "reply") == []


def test_notices_of_split_posts_go_along_and_those_of_others_stay(
    topic: Topic, alice: Member, bob: Member, charlie: Member, mod: Member
) -> None:
    leaving = reply(bob, topic, "Cái ấm của tôi rò.")
    react(charlie, leaving)
    relay.drain()
    made = split(mod, topic, [leaving])
    (item,) = items(bob, "reaction")
    assert (item.subject, item.args["title"]) == (f"topic:{made.pk}", made.title)
    assert [row.subject for row in items(alice, "reply")] == [f"topic:{made.pk}"]


def test_a_space_that_closes_tells_the_open_pages_of_its_lively_topics(
    topic: Topic, manager: Member, space: Space
) -> None:
    door = Door(position=0, staff_only=True)
    words = {"vi": ("Phin", ""), "en": ("Phin", "")}
    before = StreamEntry.objects.filter(stream__key=f"topic:{topic.pk}", kind="topic_changed").count()
    given = {"actor": manager, "code": "phin", "scope": space.scope, "words": words, "new": False, "at": LATER}
    keep_space(door=door, **given)
    keep_space(door=door, **given)
    told = StreamEntry.objects.filter(stream__key=f"topic:{topic.pk}", kind="topic_changed").count()
    assert told == before + 1

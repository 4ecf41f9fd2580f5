"""Reads: what they contain, in which order, and that their queries do not grow with the rows."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from community import api
from community.forum import actions, selectors
from community.forum.models import Post, Space, Topic
from portal.accounts.models import Member
from portal.core.errors import NotFound
from tests.community.forum.conftest import AT, first, make_space, react, reply, start
from tests.factories.portal import make_member, make_members
from tests.helpers.queries import assert_num_queries_constant

pytestmark = pytest.mark.django_db


def test_topics_pinned_first_then_by_the_newest_answer(space: Space, alice: Member, bob: Member, mod: Member) -> None:
    one, two, three = (
        start(alice, title=f"Chuyện thứ {n} ở đây", at=AT + timedelta(minutes=n))
        for n in ("1", "2", "3")
        for n in [int(n)]
    )
    reply(bob, one, at=AT + timedelta(hours=1))
    actions.set_pinned(actor=mod, topic=two.public_id, pinned=True, at=AT)
    hidden = start(alice, title="Chuyện sẽ cất đi")
    actions.hide_post(actor=alice, post=first(hidden).public_id, at=AT)
    fresh = Space.objects.get(pk=space.pk)
    assert list(selectors.topics_of(fresh, None)) == [two, one, three]
    assert selectors.latest_topics(None) == [one, three, two]
    assert selectors.hidden_topics_of(fresh, alice) == [hidden]
    assert selectors.hidden_topics_of(fresh, mod) == [hidden]
    assert selectors.hidden_topics_of(fresh, bob) == []
    assert selectors.hidden_topics_of(fresh, None) == []
    assert selectors.nearby_topics(one, None) == [two, three]


def test_topic_pages(space: Space, alice: Member) -> None:
    for n in range(21):
        start(alice, title=f"Chuyện thứ {n} ở đây", at=AT + timedelta(minutes=n))
    fresh = Space.objects.get(pk=space.pk)
    first_page, second_page = selectors.topics_of(fresh, None, 1), selectors.topics_of(fresh, None, "2")
    assert (len(first_page.object_list), len(second_page.object_list), first_page.has_next()) == (20, 1, True)
    assert not {t.pk for t in first_page} & {t.pk for t in second_page}
    with pytest.raises(NotFound):
        selectors.topics_of(fresh, None, 3)


def test_latest_topics_keep_to_what_the_viewer_may_read(space: Space, alice: Member, manager: Member) -> None:
    make_space("staff", staff_only=True)
    secret, public = start(manager, "staff"), start(alice)
    assert api.latest_topics(alice) == [public]
    assert set(api.latest_topics(manager)) == {secret, public}


def test_posts_keep_their_page_when_one_is_hidden(topic: Topic, bob: Member) -> None:
    posts = [reply(bob, topic, f"Lời thứ {n}") for n in range(2, 23)]
    actions.hide_post(actor=bob, post=posts[3].public_id, at=AT)
    topic.refresh_from_db()
    assert [p.number for p in selectors.posts_of(topic, 1)] == list(range(1, 21))
    assert [p.number for p in selectors.posts_of(topic, 2)] == [21, 22]
    assert [selectors.page_of(n) for n in (0, 1, 20, 21, 40, 41)] == [1, 1, 1, 2, 2, 3]


def test_people_in_the_order_they_came(topic: Topic, alice: Member, bob: Member, charlie: Member) -> None:
    reply(bob, topic)
    last = reply(charlie, topic)
    reply(alice, topic)
    actions.hide_post(actor=charlie, post=last.public_id, at=AT)
    people = selectors.people_of(selectors.get_topic_for(None, topic.public_id))
    assert ([face.member_id for face in people.faces], people.count) == ([alice.pk, bob.pk], 2)


def test_what_is_unread(topic: Topic, space: Space, alice: Member, bob: Member) -> None:
    def unread(viewer: Member | None) -> list[bool]:
        return [row.unread for row in selectors.topics_of(Space.objects.get(pk=space.pk), viewer)]  # type: ignore[attr-defined]

    late = make_member("Người đến sau", at=AT + timedelta(days=1))
    assert (unread(None), unread(alice), unread(bob), unread(late)) == ([False], [False], [True], [False])
    actions.mark_read(actor=bob, topic=topic.public_id, number=1, at=AT)
    assert unread(bob) == [False]
    reply(alice, topic)
    assert (unread(bob), unread(alice)) == ([True], [False])
    assert selectors.first_unread(selectors.get_topic_for(bob, topic.public_id)) == 2
    assert selectors.first_unread(selectors.get_topic_for(alice, topic.public_id)) == 0


def test_spaces_speak_the_readers_language(space: Space) -> None:
    from django.utils import translation

    (shown,) = selectors.spaces_for(None)
    assert shown.text.name == "Góc phin"
    with translation.override("en"):
        assert shown.text.name == "The phin corner"
    space.texts.filter(locale="en").delete()
    (shown,) = selectors.spaces_for(None)
    with translation.override("en"):
        assert shown.text.name == "Góc phin"


def test_one_discussion_per_story(space: Space, manager: Member, bob: Member) -> None:
    given = {"actor": manager, "space_code": "phin", "title": "Bàn về chuyện mùa sương", "source": "Bạn nghĩ sao?"}
    topic = api.open_discussion(story="8f14e45f-ceea-467f-a8d5-2f4a1c6b0d11", at=AT, **given)
    again = api.open_discussion(
        story="8f14e45f-ceea-467f-a8d5-2f4a1c6b0d11", at=AT, **(given | {"title": "The season of mist, in English"})
    )
    assert (again, Topic.objects.count()) == (topic, 1)
    assert api.discussion_of("8f14e45f-ceea-467f-a8d5-2f4a1c6b0d11") == topic
    assert api.discussion_of("another") is None
    actions.hide_post(actor=manager, post=api.first_post(topic).public_id, at=AT)
    hidden = api.discussion_of("8f14e45f-ceea-467f-a8d5-2f4a1c6b0d11")
    assert hidden is not None
    assert (api.can_read_topic(bob, hidden), api.can_read_topic(manager, hidden)) == (False, True)


# ── Query counts ────────────────────────────────────────────────────────────────────────────────────────────────
def crowd(topic: Topic, number: int) -> None:
    """Posts by as many authors, each with reactions and every third an answer to another."""
    answered = ""
    for n, member in enumerate(make_members(number)):
        post = reply(member, topic, f"Lời của bạn {n}", reply_to=answered if n % 3 == 0 else "")
        answered = post.public_id
        for other in Post.objects.exclude(author=member).order_by("pk")[:2]:
            react(member, other, ("tea", "heart")[n % 2])


def more_topics(number: int) -> None:
    for n, member in enumerate(make_members(number)):
        made = start(member, title=f"Chuyện thứ {n} của bạn")
        reply(make_member(), made)


def get(browser: Client, path: str) -> Any:
    answer = browser.get(path)
    assert answer.status_code == 200
    return answer


def test_a_topic_page_needs_the_same_queries_for_1_and_20_posts(
    client: Client, signed_in: Any, topic: Topic, bob: Member, mod: Member
) -> None:
    path = topic.get_absolute_url()
    reply(bob, topic)
    browsers = [client, signed_in(bob), signed_in(mod)]
    counts = []
    for browser in browsers:
        counts.append(
            assert_num_queries_constant(lambda b=browser: get(b, path), lambda: crowd(topic, 6))  # type: ignore[misc]
        )
    # One of them is the number of the topic's stream, by which the page is kept for the next visitor (she costs one).
    assert counts[0] <= 7


def test_reading_a_topic_takes_few_queries(topic: Topic, bob: Member) -> None:
    def read() -> None:
        found = selectors.get_topic_for(bob, topic.public_id)
        page = selectors.posts_of(found)
        selectors.people_of(found)
        selectors.reactions_by(bob, page)

    assert_num_queries_constant(read, lambda: crowd(topic, 19), expected=6)


def test_lists_need_the_same_queries_for_1_and_many(client: Client, signed_in: Any, topic: Topic, bob: Member) -> None:
    for path in ("/vi/community/", "/vi/community/spaces/phin/"):
        for browser in (client, signed_in(bob)):
            assert_num_queries_constant(lambda b=browser, p=path: get(b, p), lambda: more_topics(4))  # type: ignore[misc]

"""Words of somebody whom a reader keeps away lie folded for her, wherever many talk; for everybody else they stand."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

from community.chat import actions as chat
from community.chat import selectors
from community.chat.models import Room, ThreadSeat
from community.forum.broadcasts import post_html
from community.forum.models import Space, Topic
from community.forum.selectors import whole_posts
from portal.accounts.blocks.actions import block, unblock
from portal.accounts.models import Member
from portal.core.clock import now
from portal.realtime import last_number, stream_name
from tests.community.chat.conftest import make_room, say
from tests.community.forum.conftest import calm, make_space, reply, start
from tests.helpers.queries import assert_num_queries_constant
from tests.helpers.realtime import frames_after

pytestmark = pytest.mark.django_db
__all__ = ["calm"]
FOLD = '<details class="fold">'


@pytest.fixture
def space(db: None) -> Space:
    return make_space("phin")


@pytest.fixture
def topic(space: Space, alice: Member) -> Topic:
    return start(alice)


@pytest.fixture
def hall(db: None) -> Room:
    return make_room("sanh-chung", name="Sảnh chung", position=1)


@pytest.fixture
def away(alice: Member, bob: Member) -> None:
    """Alice keeps Bob away."""
    block(actor=alice, member_id=bob.pk, at=now())


def html(client: Client, path: str) -> str:
    return client.get(path).content.decode()


def folded(page: str, kind: str) -> list[bool]:
    """For each message, post or place on a page, in order, whether it lies folded."""
    begins = [match.end() for match in re.finditer(kind, page)]
    return [page[at : at + len(FOLD)] == FOLD for at in begins]


MESSAGE, POST = r'<li class="message[^>]*data-author[^>]*>', r'<article class="post[^>]*>\n'


def test_in_a_room_and_its_history_they_lie_folded_for_her_alone(
    away: None, hall: Room, alice: Member, bob: Member, charlie: Member, signed_in: Any, client: Client
) -> None:
    for who in (alice, bob, charlie, bob):
        say(who, hall, f"Lời của {who.name}")
    for path in ("/vi/chat/sanh-chung/", "/vi/chat/sanh-chung/history/"):
        assert folded(html(signed_in(alice), path), MESSAGE) == [False, True, False, True]
        for browser in (signed_in(bob), signed_in(charlie), client):
            assert folded(html(browser, path), MESSAGE) == [False] * 4
    unblock(actor=alice, member_id=bob.pk)
    assert FOLD not in html(signed_in(alice), "/vi/chat/sanh-chung/")


def test_the_words_are_there_for_who_opens_them_and_the_page_tells_its_scripts(
    away: None, hall: Room, alice: Member, bob: Member, charlie: Member, signed_in: Any
) -> None:
    say(bob, hall, "Một lời của Bob")
    page = html(signed_in(alice), "/vi/chat/sanh-chung/")
    assert "Một lời của Bob" in page
    assert f'<template data-folded="{bob.pk} ">' in page
    assert "data-folded" not in html(signed_in(charlie), "/vi/chat/sanh-chung/")
    assert "data-folded" not in html(signed_in(bob), "/vi/chat/sanh-chung/")


def test_in_a_thread_the_list_of_threads_the_search_and_the_pins(
    away: None, hall: Room, alice: Member, bob: Member, mod: Member, signed_in: Any
) -> None:
    above = say(bob, hall, "Nước sôi rồi")
    say(bob, hall, "đáp lời", parent=above.public_id)
    say(alice, hall, "đáp lại", parent=above.public_id)
    chat.pin_message(actor=mod, message_id=above.pk, at=now())
    reader = signed_in(alice)
    thread = html(reader, f"/vi/chat/sanh-chung/threads/{above.public_id}/")
    assert folded(thread, r'<li class="message[^>]*id="above[^>]*>') == [True]
    replies = r'<li class="message[^>]*id="message-[^>]*>'
    assert folded(thread.split("chat-thread", 1)[1], replies)[:2] == [True, False]
    assert ThreadSeat.objects.filter(member=alice).exists()
    assert folded(
        html(reader, "/vi/chat/threads/"), r"<li[^>]*>(?=<details class=\"fold\"|<a href=\"/vi/chat/sanh)"
    ) == [True]
    found = html(reader, "/vi/chat/sanh-chung/search/?q=nuoc")
    assert FOLD in found
    pins = html(reader, "/vi/chat/sanh-chung/pins/")
    assert "Nước sôi rồi" not in pins.split("</summary>")[0]
    assert FOLD in pins
    other = signed_in(mod)
    assert FOLD not in html(other, "/vi/chat/sanh-chung/search/?q=nuoc")
    assert "Nước sôi rồi" in html(other, "/vi/chat/sanh-chung/pins/").split("</summary>")[0]


def test_they_are_not_counted_as_new_in_a_room(
    away: None, hall: Room, alice: Member, bob: Member, charlie: Member
) -> None:
    say(alice, hall, "Chào")
    chat.mark_read(actor=alice, room_id=hall.pk, number=1, at=now())
    say(bob, hall, "Một")
    assert selectors.unread_by_room(alice.pk, [hall.pk]) == {hall.pk: 0}
    assert selectors.rooms_for(alice)[0].unread == 0
    say(charlie, hall, "Hai")
    assert selectors.unread_by_room(alice.pk, [hall.pk]) == {hall.pk: 1}


def test_in_a_topic_and_where_somebody_else_quotes_them(
    away: None, topic: Topic, alice: Member, bob: Member, charlie: Member, signed_in: Any, client: Client
) -> None:
    said = reply(bob, topic, "Cứ tráng phin trước đã.")
    reply(charlie, topic, f"> [quote:{said.public_id}]\n> Cứ tráng phin trước đã.\n\nĐúng vậy, thử xem.")
    page = html(signed_in(alice), topic.get_absolute_url())
    assert folded(page, POST) == [False, True, False]
    assert page.count(FOLD) == 3  # the post, the quote of it, and the line that scripts copy
    assert re.search(r'<blockquote[^>]*><details class="fold">.*?</details><p class="quote-from"', page, re.S)
    for browser in (signed_in(bob), signed_in(charlie), client):
        assert FOLD not in html(browser, topic.get_absolute_url())


def test_what_is_broadcast_is_for_everybody_and_says_whose_words_it_quotes(
    away: None, topic: Topic, bob: Member, charlie: Member
) -> None:
    said = reply(bob, topic, "Cứ tráng phin trước đã.")
    quoting = reply(charlie, topic, f"> [quote:{said.public_id}]\n> Cứ tráng phin trước đã.\n\nĐúng vậy, thử xem.")
    told = post_html(whole_posts().get(pk=quoting.pk))
    assert FOLD not in told
    assert f'class="quote-from" data-author="{bob.pk}"' in told


def test_in_the_search_of_the_house(away: None, topic: Topic, alice: Member, bob: Member, signed_in: Any) -> None:
    reply(bob, topic, "Xay thô hơn một nấc là xong.")
    assert FOLD in html(signed_in(alice), "/vi/search/?q=xay+tho+hon")
    assert FOLD not in html(signed_in(bob), "/vi/search/?q=xay+tho+hon")


def test_a_page_asks_once_however_many_lie_folded(
    away: None, hall: Room, topic: Topic, alice: Member, bob: Member, signed_in: Any
) -> None:
    reader = signed_in(alice)
    say(bob, hall, "Lời đầu")
    reply(bob, topic, "Lời đầu ở đây")
    assert_num_queries_constant(
        lambda: reader.get("/vi/chat/sanh-chung/"), lambda: [say(bob, hall, f"Lời {n}") for n in range(20)]
    )
    assert_num_queries_constant(
        lambda: reader.get(topic.get_absolute_url()),
        lambda: [reply(bob, topic, f"Thêm một lời thứ {n}") for n in range(10)],
    )


def test_people_of_the_house_are_never_folded(hall: Room, alice: Member, bob: Member, signed_in: Any) -> None:
    block(actor=alice, member_id=bob.pk, at=now())
    Member.objects.filter(pk=bob.pk).update(role=Member.NamePart.MODERATOR)
    say(bob, hall, "Một lời của nhà")
    assert FOLD not in html(signed_in(alice), "/vi/chat/sanh-chung/")


@pytest.mark.parametrize("path", ["/vi/community/spaces/phin/", "/vi/community/lists/latest/"])
def test_titles_in_lists_lie_folded_for_her_alone_and_what_is_kept_is_not_mixed_up(
    path: str, away: None, topic: Topic, alice: Member, bob: Member, charlie: Member, signed_in: Any, client: Client
) -> None:
    start(bob, title="Chuyện của Bob về cái ấm")

    def seen(browser: Client) -> dict[str, bool]:
        page = html(browser, path)
        names = re.findall(r'<li class="topic-row.*?</h3>', page, re.S)
        return {("Bob" if "Bob về" in name else "khác"): FOLD in name for name in names}

    # Twice around, each after the other: the same row is kept for all readers to whom it is the same.
    for _round in range(2):
        assert seen(signed_in(alice)) == {"Bob": True, "khác": False}
        for browser in (signed_in(bob), signed_in(charlie), client):
            assert seen(browser) == {"Bob": False, "khác": False}
    page = html(signed_in(alice), path)
    assert "Chuyện của Bob về cái ấm" in page  # it is there for who opens the line
    unblock(actor=alice, member_id=bob.pk)
    assert seen(signed_in(alice)) == {"Bob": False, "khác": False}


def test_titles_beside_a_topic_and_in_the_search_lie_folded_and_suggestions_leave_them_out(
    away: None, topic: Topic, alice: Member, bob: Member, charlie: Member, signed_in: Any
) -> None:
    theirs = start(bob, title="Ấm đun nước của Bob kêu to")
    reply(charlie, theirs, "Lò xo hỏng rồi đấy.")
    beside = re.compile(r'<li data-author="\d+">(<details class="fold">)?')
    page = html(signed_in(alice), topic.get_absolute_url())
    assert [bool(found) for found in beside.findall(page.split('class="rail-links"')[1])] == [True]
    # Charlie's words answer best, but the title over them is Bob's.
    assert FOLD in html(signed_in(alice), "/vi/search/?q=lo+xo+hong")
    assert FOLD not in html(signed_in(charlie), "/vi/search/?q=lo+xo+hong")
    for reader, offered in ((alice, False), (charlie, True)):
        said = html(signed_in(reader), "/vi/search/suggest/?q=am+dun")
        assert (theirs.get_absolute_url() in said) is offered


def test_a_list_asks_once_however_many_titles_lie_folded(
    away: None, topic: Topic, alice: Member, bob: Member, signed_in: Any
) -> None:
    reader = signed_in(alice)
    start(bob, title="Chuyện đầu của Bob ở đây")
    assert_num_queries_constant(
        lambda: reader.get("/vi/community/lists/latest/"),
        lambda: [start(bob, title=f"Chuyện thứ {n} của Bob ở đây") for n in range(10)],
    )


def test_her_open_pages_hear_whose_words_to_fold_and_nobody_elses_do(alice: Member, bob: Member) -> None:
    own, other = stream_name("member", alice.pk), stream_name("member", bob.pk)
    after, theirs = last_number(own), last_number(other)

    def told() -> list[list[int]]:
        return [frame["d"]["folded"] for frame in frames_after(own, after, alice) if frame["k"] == "folds"]

    block(actor=alice, member_id=bob.pk, at=now())
    block(actor=alice, member_id=bob.pk, at=now())  # once
    assert told() == [[bob.pk]]
    unblock(actor=alice, member_id=bob.pk)
    assert told() == [[], []]  # both tell how it stands now
    assert not [frame for frame in frames_after(other, theirs, bob) if frame["k"] == "folds"]
    block(actor=alice, member_id=bob.pk, at=now())
    (*_earlier, last) = [frame for frame in frames_after(own, after, alice) if frame["k"] == "folds"]
    assert FOLD in last["d"]["line"]

"""Reading the chat: who sees which room, what is new in it, and its history in pages."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import translation

from community.chat import actions, permissions, selectors
from community.chat.models import RoomText
from portal.accounts.actions import update_standing
from portal.core.errors import NotFound
from tests.community.chat.conftest import AT, make_room, say
from tests.factories.portal import make_member
from tests.helpers.queries import assert_num_queries_constant

pytestmark = pytest.mark.django_db


@pytest.fixture
def house(hall, silver_room, back_room, closed_room):
    return {room.code: room for room in (hall, silver_room, back_room, closed_room)}


@pytest.fixture
def silver():
    member = make_member("Bạn Bạc")
    update_standing(member_id=member.pk, at=AT, tier_code="silver", tier_rank=1)
    member.refresh_from_db()
    return member


def test_each_sees_the_rooms_that_are_hers(house, alice, silver, mod, manager, staff):
    expected = {
        None: ["sanh-chung"],
        alice: ["sanh-chung"],
        silver: ["sanh-chung", "phong-nem"],
        mod: ["sanh-chung", "phong-nem", "sau-quay"],
        manager: ["sanh-chung", "phong-nem", "sau-quay"],
        staff: ["sanh-chung", "phong-nem", "sau-quay"],
    }
    for viewer, codes in expected.items():
        assert [entry.room.code for entry in selectors.rooms_for(viewer)] == codes
        for code, room in house.items():
            assert permissions.can_enter(viewer, room) == (code in codes), (viewer, code)
            if code in codes:
                assert selectors.get_room_for(viewer, code) == room
                continue
            with pytest.raises(NotFound):
                selectors.get_room_for(viewer, code)
            with pytest.raises(NotFound):
                selectors.history(room, viewer)


def test_names_are_in_the_readers_language_and_fall_back(hall, silver_room, mod):
    RoomText.objects.create(room=hall, locale="en", name="The hall", description="For all")
    with translation.override("en"):
        assert [(e.name, e.description) for e in selectors.rooms_for(mod)] == [
            ("The hall", "For all"),
            ("Phòng nếm thử", "Nơi phong-nem"),
        ]
    with translation.override("vi"):
        assert [entry.name for entry in selectors.rooms_for(mod)] == ["Sảnh chung", "Phòng nếm thử"]


def unread(viewer) -> dict[str, int]:
    return {entry.room.code: entry.unread for entry in selectors.rooms_for(viewer)}


def test_unread_counts_the_standing_words_of_others_after_the_mark(hall, talk, alice, bob, charlie):
    messages = talk(10)  # alice says the odd numbers, bob the even ones
    assert unread(alice) == unread(charlie) == unread(None) == {"sanh-chung": 0}
    actions.mark_read(actor=alice, room_id=hall.pk, number=4, at=AT)
    actions.mark_read(actor=charlie, room_id=hall.pk, number=4, at=AT)
    assert unread(alice) == {"sanh-chung": 3}
    assert unread(charlie) == {"sanh-chung": 6}
    actions.remove_message(actor=bob, message_id=messages[7].pk, at=AT)
    assert unread(alice) == {"sanh-chung": 2}
    actions.mark_read(actor=alice, room_id=hall.pk, number=10, at=AT)
    assert unread(alice) == {"sanh-chung": 0}


def test_unread_is_not_counted_past_what_is_shown(hall, talk, charlie):
    actions.mark_read(actor=charlie, room_id=hall.pk, number=0, at=AT)
    talk(105)
    assert unread(charlie) == {"sanh-chung": selectors.UNREAD_SHOWN}


def test_rooms_cost_the_same_for_one_and_many(hall, alice):
    def grow():
        for number in range(8):
            room = make_room(f"phong-{number}")
            actions.mark_read(actor=alice, room_id=room.pk, number=0, at=AT)
            say(alice, room, "Chào")

    assert_num_queries_constant(lambda: selectors.rooms_for(alice), grow, expected=3)


def test_history_costs_the_same_for_one_and_many(hall, talk, alice):
    talk(1)

    def read():
        found = selectors.history(hall, alice)
        return [(line.message.author.standing.name, line.day) for line in selectors.lines(found, alice, 0)]

    assert_num_queries_constant(read, lambda: talk(60), expected=2)


def numbers(found) -> list[int]:
    return [message.number for message in found.messages]


def test_history_comes_in_pages_without_gap_or_repeat(hall, talk, alice):
    talk(23)
    newest = selectors.history(hall, alice, limit=10)
    older = selectors.history(hall, alice, before=newest.first, limit=10)
    oldest = selectors.history(hall, alice, before=older.first, limit=10)
    assert numbers(oldest) + numbers(older) + numbers(newest) == list(range(1, 24))
    assert [(p.has_older, p.has_newer) for p in (oldest, older, newest)] == [(False, True), (True, True), (True, False)]
    later = selectors.history(hall, alice, after=3, limit=10)
    assert (numbers(later), later.has_older, later.has_newer) == (list(range(4, 14)), True, True)
    assert numbers(selectors.history(hall, alice, after=13, limit=10)) == list(range(14, 24))
    assert selectors.history(hall, alice, before=1).messages == []


def test_lines_part_days_speakers_and_new_words(hall, alice, bob):
    say(alice, hall, "Một", at=AT)
    say(alice, hall, "Hai", at=AT + timedelta(minutes=4))
    say(alice, hall, "Ba", at=AT + timedelta(minutes=9))
    say(bob, hall, "Bốn", at=AT + timedelta(minutes=10))
    say(bob, hall, "Năm", at=AT + timedelta(minutes=11))
    say(bob, hall, "Sáu", at=AT.replace(hour=17, minute=1))
    found = selectors.lines(selectors.history(hall, alice), alice, 4)
    day = AT.date()
    assert [(line.message.number, line.day, line.begins_new, line.follows, line.own) for line in found] == [
        (1, day, False, False, True),
        (2, None, False, True, True),
        (3, None, False, False, True),
        (4, None, False, False, False),
        (5, None, True, False, False),
        (6, day + timedelta(days=1), False, False, False),
    ]


def test_own_words_and_a_first_visit_begin_nothing_new(hall, talk, alice, charlie):
    talk(3)
    found = selectors.history(hall, alice)
    assert [line.message.number for line in selectors.lines(found, alice, 2) if line.begins_new] == []
    assert [line.message.number for line in selectors.lines(found, charlie, None) if line.begins_new] == []
    assert [line.message.number for line in selectors.lines(found, charlie, 0) if line.begins_new] == [1]


def test_what_was_typed_is_for_the_author_and_the_moderators(hall, alice, bob, mod):
    message = say(alice, hall, "Chín độ")
    permissions.check_source(alice, message)
    permissions.check_source(mod, message)
    for viewer in (bob, None):
        with pytest.raises(NotFound):
            permissions.check_source(viewer, message)
    removed = actions.remove_message(actor=alice, message_id=message.pk, at=AT)
    permissions.check_source(mod, removed)
    with pytest.raises(NotFound):
        permissions.check_source(alice, removed)


def test_what_the_page_offers_is_what_the_action_grants(hall, alice, bob, mod):
    message = say(alice, hall, "Chín độ")
    late = AT + timedelta(minutes=16)
    assert permissions.can_edit(alice, message, AT)
    assert not any(permissions.can_edit(v, message, AT) for v in (bob, mod, None))
    assert not permissions.can_edit(alice, message, late)
    assert permissions.can_remove(alice, message)
    assert permissions.can_remove(mod, message)
    assert not any(permissions.can_remove(v, message) for v in (bob, None))
    assert permissions.can_send(alice, hall, AT)
    assert not permissions.can_send(None, hall, AT)

"""Conversations of a few: who begins, who reads, who keeps whom away."""

from __future__ import annotations

import pytest

from community.chat import actions, broadcasts, selectors
from community.chat.data import _erase_letters
from community.chat.models import Message, Room, Seat
from portal.accounts.blocks import actions as blocking
from portal.accounts.blocks import selectors as blocks
from portal.core.errors import Forbidden, Invalid, NotFound
from portal.core.personal_data import data_types
from portal.events import relay
from portal.notifications.models import Notification
from portal.realtime import frames, streams
from tests.community.chat.conftest import AT, make_room, say
from tests.factories.portal import make_member, make_members
from tests.helpers.queries import assert_num_queries_constant

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def brand(hall):
    """The hall's brand is there: conversations belong to it."""


def begin(actor, *people) -> Room:
    return actions.start_conversation(actor=actor, people=[one.pk for one in people], at=AT)


def told(member) -> list[tuple[str, int]]:
    relay.drain()
    rows = Notification.objects.filter(member=member, read_at=None, rescinded_at=None).order_by("pk")
    return list(rows.values_list("kind", "count"))


def test_the_same_people_find_the_conversation_they_have(alice, bob, charlie):
    room = begin(alice, bob)
    assert begin(bob, alice).pk == room.pk
    assert begin(alice, bob, charlie).pk != room.pk
    assert Seat.objects.filter(room=room).count() == 2


def test_it_holds_two_to_twenty_people_who_are_here(alice, bob):
    with pytest.raises(Invalid):
        begin(alice)
    with pytest.raises(Invalid):
        begin(alice, alice)
    many = make_members(20)
    with pytest.raises(Invalid) as refusal:
        begin(alice, *many)
    assert refusal.value.code == "too_many_people"
    assert Seat.objects.filter(room=begin(alice, *many[:19])).count() == 20
    bob.is_active = False
    bob.save()
    with pytest.raises(NotFound):
        begin(alice, bob)


def test_nobody_else_reads_it_neither_moderator_nor_administrator(alice, bob, charlie, mod, manager, client, signed_in):
    room = begin(alice, bob)
    message = say(alice, room, "Chuyện canary")
    admin = make_member("Quản trị", email="admin@thu.example", is_superuser=True, is_staff=True)
    for viewer in (charlie, mod, manager, admin, None):
        assert not broadcasts.may_listen(viewer, room.pk)
        assert room not in [entry.room for entry in selectors.rooms_for(viewer)]
        for read in (
            lambda v=viewer: selectors.get_room_for(v, room.code),
            lambda v=viewer: selectors.history(room, v),
            lambda v=viewer: selectors.get_message_for(v, room.code, message.public_id),
            lambda v=viewer: selectors.found_in_room(room, v, "canary"),
        ):
            with pytest.raises(NotFound):
                read()
    for address in ("", "history/", "pins/", "search/?q=canary", f"messages/{message.public_id}/"):
        assert client.get(f"/vi/chat/{room.code}/{address}").status_code == 404
        assert signed_in(mod).get(f"/vi/chat/{room.code}/{address}").status_code == 404
    assert signed_in(bob).get(f"/vi/chat/{room.code}/").status_code == 200


def test_moderators_read_a_reported_message_with_five_around_it_and_no_more(alice, bob, mod):
    room = begin(alice, bob)
    messages = [say(alice, room, f"Lời {n}") for n in range(20)]
    seen = selectors.reported_context(messages[10])
    assert [m.number for m in seen] == list(range(6, 17))
    with pytest.raises(Forbidden):
        actions.remove_reported(actor=bob, message_id=messages[10].pk, at=AT, reason="x")
    actions.remove_reported(actor=mod, message_id=messages[10].pk, at=AT, reason="Nặng lời")
    messages[10].refresh_from_db()
    assert messages[10].removed_by_id == mod.pk


def test_the_other_is_told_once_until_she_reads(alice, bob):
    room = begin(alice, bob)
    for n in range(3):
        say(alice, room, f"Lời {n}")
    assert told(bob) == [("direct", 3)]
    assert told(alice) == []
    actions.mark_read(actor=bob, room_id=room.pk, number=3, at=AT)
    assert told(bob) == []


def test_talk_among_a_few_earns_no_day(alice, bob):
    from community.chat.models import ChatDay

    say(alice, begin(alice, bob), "Chào", live=True)
    assert not ChatDay.objects.exists()


@pytest.mark.parametrize(("wish", "begins"), [("everybody", True), ("talked", False), ("nobody", False)])
def test_who_may_write_is_what_she_chose(alice, bob, mod, wish, begins):
    blocking.set_company(actor=bob, direct_from=wish, shows_presence=True)
    if begins:
        begin(alice, bob)
    else:
        with pytest.raises(Forbidden):
            begin(alice, bob)
    begin(mod, bob)  # the house has to reach everybody


def test_people_she_talked_with_are_those_she_answered(hall, alice, bob, charlie):
    blocking.set_company(actor=bob, direct_from="talked", shows_presence=True)
    above = say(alice, hall, "Ai biết?")
    say(charlie, hall, "Em cũng hỏi", parent=above.public_id)
    with pytest.raises(Forbidden):
        begin(alice, bob)
    say(bob, hall, "Tôi biết", parent=above.public_id)
    begin(alice, bob)


def test_a_block_ends_writing_both_ways_and_is_not_named(alice, bob, charlie):
    room, three = begin(alice, bob), begin(alice, bob, charlie)
    blocking.block(actor=bob, member_id=alice.pk, at=AT)
    blocking.block(actor=bob, member_id=alice.pk, at=AT)
    for actor in (alice, bob):
        with pytest.raises(Forbidden) as refusal:
            say(actor, room, "Nữa")
        assert refusal.value.code == "apart"
    say(alice, three, "Còn Charlie nghe")
    assert told(bob) == []
    assert told(charlie) == [("direct", 1)]
    blocking.set_company(actor=charlie, direct_from="nobody", shows_presence=True)
    words = set()
    stranger = make_member("Người Lạ")
    blocking.block(actor=stranger, member_id=alice.pk, at=AT)
    for other in (stranger, charlie):
        with pytest.raises(Forbidden) as refusal:
            begin(alice, other)
        words.add((refusal.value.code, str(refusal.value).replace(other.name, "")))
    assert len(words) == 1  # a block and a wish read alike
    blocking.unblock(actor=bob, member_id=alice.pk)
    say(alice, room, "Lại được")


def test_people_of_the_house_cannot_be_blocked(alice, mod, staff):
    for one in (mod, staff):
        with pytest.raises(Forbidden):
            blocking.block(actor=alice, member_id=one.pk, at=AT)
    with pytest.raises(Forbidden):
        blocking.block(actor=alice, member_id=alice.pk, at=AT)
    assert blocks.apart(alice.pk) == frozenset()


def test_a_blocked_member_is_not_told_of_and_a_mention_by_her_tells_nothing(hall, alice, bob):
    bob.handle = "bob"
    bob.save()
    blocking.block(actor=bob, member_id=alice.pk, at=AT)
    say(alice, hall, "@bob ơi")
    assert told(bob) == []


def test_typing_and_presence_leave_out_whom_one_stays_apart_from():
    typing = frames.ephemeral("room:1", "typing", {"member": 7, "name": "An"})
    assert frames.without(typing, frozenset({7})) is None
    assert frames.without(typing, frozenset({8})) == typing
    presence = frames.ephemeral("room:1", "presence", {"members": [5, 7, 9], "count": 3})
    told_of = frames.without(presence, frozenset({7}))
    assert told_of is not None
    assert '"members":[5,9],"count":2' in told_of


def test_leaving_a_conversation_of_several_ends_reading(alice, bob, charlie):
    room = begin(alice, bob, charlie)
    say(alice, room, "Trước")
    actions.leave_conversation(actor=charlie, room_id=room.pk, at=AT)
    with pytest.raises(NotFound):
        selectors.history(room, charlie)
    assert not streams.may_hear(charlie, room.stream)
    with pytest.raises(Invalid):
        actions.leave_conversation(actor=alice, room_id=begin(alice, bob).pk, at=AT)
    assert begin(charlie, alice, bob).pk == room.pk  # and she may come back
    assert len(selectors.history(room, charlie).messages) == 1


def test_conversations_cost_the_same_for_one_and_many(alice, bob):
    say(bob, begin(alice, bob), "Chào")

    def grow() -> None:
        for other in make_members(9):
            say(other, begin(alice, other), "Chào chị")

    assert_num_queries_constant(lambda: selectors.rooms_for(alice), grow)


def test_the_picker_names_only_who_takes_letters_from_her(alice, bob, charlie):
    assert [one.pk for one in selectors.members_to_ask(alice, "Vũ")] == [bob.pk]
    assert [one.pk for one in selectors.members_to_ask(alice, "bob")] == [bob.pk]
    blocking.block(actor=alice, member_id=bob.pk, at=AT)
    blocking.set_company(actor=charlie, direct_from="nobody", shows_presence=True)
    assert selectors.members_to_ask(alice, "bob") == selectors.members_to_ask(alice, "Charlie") == []


def test_export_holds_her_letters_and_erasing_takes_them(alice, bob):
    room = begin(alice, bob)
    say(alice, room, "Lời canary")
    say(bob, room, "Lời của Bob")
    exported = str([row for kind in data_types() if kind.name == "messages" for row in kind.export(alice)])
    assert "canary" in exported
    assert "Bob" not in exported
    _erase_letters(alice)
    mine, his = Message.objects.order_by("number")
    assert (mine.source, mine.html, mine.folded) == ("", "", "")
    assert his.source == "Lời của Bob"


def test_a_space_has_its_room_with_its_name_and_its_rights(alice, mod, silver_room):
    from community.api import open_space

    scope = silver_room.scope
    texts = {"vi": ("Góc phin", "Hỏi về phin"), "en": ("The phin corner", "")}
    space = open_space(code="goc-phin", scope=scope, position=1, texts=texts)
    room = Room.objects.get(space=space)
    entry = next(entry for entry in selectors.rooms_for(None) if entry.room.pk == room.pk)
    assert (entry.name, entry.description) == ("Góc phin", "Hỏi về phin")
    say(alice, room, "Chào góc phin")
    open_space(code="goc-phin", scope=scope, position=1, texts=texts, read_from_rank=2)
    room.refresh_from_db()
    assert not broadcasts.may_listen(alice, room.pk)
    with pytest.raises(NotFound):
        say(alice, Room.objects.get(pk=room.pk), "Không vào được")
    assert broadcasts.may_listen(mod, room.pk)
    assert Room.objects.filter(space=space).count() == 1


def test_the_house_opens_and_changes_rooms_and_history_is_settled_once(alice, mod, manager):
    texts = {"vi": ("Phòng mới", "Để thử"), "en": ("A new room", "")}
    with pytest.raises(NotFound):
        actions.keep_room(actor=alice, room=None, texts=texts)
    room = actions.keep_room(actor=mod, room=None, texts=texts, history="since", icon="leaf")
    assert room.code == "phong-moi"
    actions.keep_room(actor=mod, room=room, texts={"vi": ("Phòng khác", "")}, history="full", from_rank=1)
    room.refresh_from_db()
    assert (room.history, room.from_rank) == ("since", 1)
    assert selectors.room_name(room) == "Phòng khác"
    assert make_room("khac").code == "khac"


def test_an_empty_list_asks_once_to_begin_and_a_list_asks_above(alice, bob, signed_in):
    browser = signed_in(alice)
    assert browser.get("/vi/chat/conversations/").content.decode().count('href="/vi/chat/conversations/new/"') == 1
    begin(alice, bob)
    assert browser.get("/vi/chat/conversations/").content.decode().count('href="/vi/chat/conversations/new/"') == 1

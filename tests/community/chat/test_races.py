"""Many at once, on both databases: numbers without gaps, one message for one key."""

from __future__ import annotations

import pytest

from community.chat import actions
from community.chat.models import ChatDay, Message, Seat
from portal.events.models import DomainEvent
from portal.realtime.models import StreamEntry
from tests.community.chat.conftest import AT, make_room, say
from tests.factories.portal import make_member, make_members
from tests.helpers.races import run_parallel

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.both_databases]


def test_fifty_senders_leave_no_gap():
    room, members = make_room("sanh"), make_members(50)
    race = run_parallel(lambda n: say(members[n], room, f"Lời của {n}", live=True), 50)
    assert race.errors == {}
    assert sorted(Message.objects.values_list("number", flat=True)) == list(range(1, 51))
    told = StreamEntry.objects.filter(stream__key=f"room:{room.pk}").order_by("number")
    assert [entry.number for entry in told] == list(range(1, 51))
    in_order = list(Message.objects.order_by("number").values_list("pk", flat=True))
    assert [entry.ref["message"] for entry in told] == in_order


def test_one_key_sent_at_once_is_one_message():
    room, member = make_room("sanh"), make_member()
    race = run_parallel(lambda n: say(member, room, "Một chỗ chiều mai", key="k-1", live=True).pk, 10)
    assert race.errors == {}
    assert len(set(race.values)) == 1
    assert Message.objects.count() == 1
    assert StreamEntry.objects.filter(stream__key=f"room:{room.pk}").count() == 1


def test_talking_in_two_rooms_at_once_is_one_day():
    rooms, member = [make_room(f"phong-{n}") for n in range(6)], make_member()
    race = run_parallel(lambda n: say(member, rooms[n], "Chào"), 6)
    assert race.errors == {}
    assert ChatDay.objects.filter(member=member).count() == 1
    assert DomainEvent.objects.filter(name="talked_in_chat").count() == 1


def test_an_edit_that_meets_a_removal_leaves_a_tombstone():
    room, member = make_room("sanh"), make_member()
    messages = [say(member, room, f"Lời {n}") for n in range(5)]

    def act(n: int) -> None:
        if n % 2:
            actions.remove_message(actor=member, message_id=messages[n // 2].pk, at=AT)
        else:
            actions.edit_message(actor=member, message_id=messages[n // 2].pk, text="Khác", at=AT)

    race = run_parallel(act, 10)
    assert set(race.error_types()) <= {"NotFound"}
    assert Message.objects.filter(removed_at=None).count() == 0
    kinds = list(
        StreamEntry.objects.filter(stream__key=f"room:{room.pk}").order_by("number").values_list("kind", "ref")
    )
    for message in messages:
        assert [kind for kind, ref in kinds if ref["message"] == message.pk][-1] == "message_removed"


def test_reading_marks_from_many_tabs_end_at_the_highest():
    room, member = make_room("sanh"), make_member()
    for n in range(12):
        say(member, room, f"Lời {n}")
    race = run_parallel(lambda n: actions.mark_read(actor=member, room_id=room.pk, number=12 - n, at=AT), 12)
    assert race.errors == {}
    assert Seat.objects.get(member=member).last_read == 12

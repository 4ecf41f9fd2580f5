"""Saying, changing, taking back, reading: what each act writes, and what it refuses."""

from __future__ import annotations

from datetime import timedelta

import pytest

from community.chat import actions
from community.chat.models import ChatDay, Message, Seat
from portal.core.errors import Conflict, Forbidden, Invalid, KeyReused, NotFound, SignInRequired, TooMany
from portal.events.models import DomainEvent
from portal.realtime.models import StreamEntry
from tests.community.chat.conftest import AT, say
from tests.factories.portal import make_member

pytestmark = pytest.mark.django_db


def entries(stream: str) -> list[tuple[int, str, dict]]:
    return list(StreamEntry.objects.filter(stream__key=stream).order_by("number").values_list("number", "kind", "ref"))


def told() -> list[dict]:
    return list(DomainEvent.objects.filter(name="talked_in_chat").order_by("id").values_list("payload", flat=True))


def test_a_message_gets_the_next_number_and_is_told_once(hall, alice, bob):
    first = say(alice, hall, "Ấm đội mũ **đẹp** quá!")
    second = say(bob, hall, "Cho em xin một chỗ")
    hall.refresh_from_db()
    assert (first.number, second.number, hall.last_number, hall.last_message_at) == (1, 2, 2, AT)
    assert "<strong>đẹp</strong>" in first.html
    assert entries(f"room:{hall.pk}") == [
        (1, "message_posted", {"message": first.pk}),
        (2, "message_posted", {"message": second.pk}),
    ]


def test_talking_is_told_once_a_programme_day(hall, silver_room, mod, alice):
    say(alice, hall, "Chào buổi sáng")
    say(alice, hall, "Chào lần nữa")
    late = AT.replace(hour=17, minute=30)  # half past midnight in the programme's zone
    third = say(alice, hall, "Khuya rồi", at=late)
    assert [(event["day"], event["message"]) for event in told()] == [
        ("2026-11-21", Message.objects.get(number=1).pk),
        ("2026-11-22", third.pk),
    ]
    assert ChatDay.objects.filter(member=alice).count() == 2
    assert told()[0] == {"member": alice.pk, "room": hall.pk, "message": told()[0]["message"], "day": "2026-11-21"}


def test_the_same_key_returns_the_first_message(hall, alice):
    first = say(alice, hall, "Một chỗ chiều mai", key="k-1", live=True)
    again = say(alice, hall, "  Một chỗ chiều mai ", key="k-1", live=True, at=AT + timedelta(seconds=3))
    assert again == first
    assert Message.objects.count() == 1
    assert len(entries(f"room:{hall.pk}")) == 1


def test_a_repeat_is_not_counted_against_the_limit(hall, alice):
    for _ in range(60):
        say(alice, hall, "Vẫn lời ấy", key="k-1", live=True)
    assert Message.objects.count() == 1


def test_a_key_with_other_words_is_refused(hall, silver_room, mod):
    say(mod, hall, "Lời đầu", key="k-1")
    with pytest.raises(KeyReused):
        say(mod, hall, "Lời khác", key="k-1")
    with pytest.raises(KeyReused):
        say(mod, silver_room, "Lời đầu", key="k-1")
    assert Message.objects.count() == 1


def test_two_members_may_use_the_same_key(hall, alice, bob):
    say(alice, hall, "Của Alice", key="k-1")
    say(bob, hall, "Của Bob", key="k-1")
    assert Message.objects.count() == 2


@pytest.mark.parametrize("key", ["", "có dấu", "a b", "x" * 101, None, 7])
def test_a_bad_key_is_refused(hall, alice, key):
    with pytest.raises(Invalid):
        actions.post_message(actor=alice, room_id=hall.pk, text="Chào", key=key, at=AT)


@pytest.mark.parametrize("text", ["", "  \n ", "\x00", "\u200b\u202e", "x" * 4_001, None, 12])
def test_words_that_are_none_or_too_many_are_refused(hall, alice, text):
    with pytest.raises(Invalid):
        say(alice, hall, text)
    assert Message.objects.count() == 0
    assert entries(f"room:{hall.pk}") == []


@pytest.mark.parametrize(
    "text",
    ["x" * 4_000, "e\u0302\u0301ch NFD", "👩‍🌾🏔️", "a\ud800b", "\u202eđảo", "<script>alert(1)</script>", "`" * 4000],
)
def test_strange_words_survive(hall, alice, text):
    message = say(alice, hall, text)
    message.refresh_from_db()
    assert message.source
    assert "<script" not in message.html
    assert "\u202e" not in message.source


def test_limit_lets_twenty_through_and_refuses_the_next(hall, alice, monkeypatch):
    monkeypatch.setattr("portal.core.limits.time.time", lambda: 1_800_000_000.0)
    for number in range(20):
        say(alice, hall, f"Lời {number}", live=True)
    with pytest.raises(TooMany) as refusal:
        say(alice, hall, "Thêm một lời", live=True)
    assert 1 <= refusal.value.retry_after <= 30
    assert Message.objects.count() == 20


def test_people_of_the_house_answer_many_at_once(hall, mod, monkeypatch):
    monkeypatch.setattr("portal.core.limits.time.time", lambda: 1_800_000_000.0)
    for number in range(25):
        say(mod, hall, f"Lời {number}", live=True)
    assert Message.objects.count() == 25


def test_loading_the_past_knows_no_limit(hall, alice):
    for _ in range(30):
        say(alice, hall, "Như nhau", live=False)
    assert Message.objects.count() == 30


def test_same_words_within_ten_seconds_are_refused(hall, silver_room, mod):
    say(mod, hall, "Chào cả nhà", live=True)
    with pytest.raises(Conflict) as refusal:
        say(mod, hall, "chào  cả NHÀ", live=True, at=AT + timedelta(seconds=10))
    assert refusal.value.code == "repeated"
    say(mod, silver_room, "Chào cả nhà", live=True, at=AT + timedelta(seconds=2))
    say(mod, hall, "Chào cả nhà", live=True, at=AT + timedelta(seconds=11))
    assert Message.objects.count() == 3


def test_words_taken_back_may_be_said_again(hall, alice):
    message = say(alice, hall, "Nhầm phòng", live=True)
    actions.remove_message(actor=alice, message_id=message.pk, at=AT)
    say(alice, hall, "Nhầm phòng", live=True, at=AT + timedelta(seconds=2))
    assert Message.objects.count() == 2


def test_muted_member_is_told_why(hall, alice):
    alice.muted_until = AT + timedelta(hours=1)
    with pytest.raises(Forbidden) as refusal:
        say(alice, hall, "Chào")
    assert refusal.value.code == "muted"
    assert "21" in str(refusal.value)
    assert say(alice, hall, "Chào", at=AT + timedelta(hours=2)).number == 1


def test_visitor_cannot_speak(hall, back_room):
    with pytest.raises(SignInRequired):
        say(None, hall, "Chào")
    with pytest.raises(NotFound):
        say(None, back_room, "Chào")


def test_hidden_and_unknown_rooms_refuse_alike(silver_room, back_room, closed_room, alice, mod):
    for actor, room_id in (
        (alice, silver_room.pk),
        (alice, back_room.pk),
        (alice, closed_room.pk),
        (mod, closed_room.pk),
        (alice, 999_999),
    ):
        with pytest.raises(NotFound):
            actions.post_message(actor=actor, room_id=room_id, text="Chào", key="k", at=AT)
        with pytest.raises(NotFound):
            actions.mark_read(actor=actor, room_id=room_id, number=1, at=AT)


def test_author_changes_her_words_within_the_window(hall, alice):
    message = say(alice, hall, "Chín độ")
    later = AT + timedelta(minutes=15)
    actions.edit_message(actor=alice, message_id=message.pk, text="*Tám* độ", at=later)
    message.refresh_from_db()
    assert (message.source, message.html.strip(), message.edited_at) == ("*Tám* độ", "<p><em>Tám</em> độ</p>", later)
    assert entries(f"room:{hall.pk}")[1:] == [(2, "message_edited", {"message": message.pk})]


def test_an_edit_without_a_change_is_not_told(hall, alice):
    message = say(alice, hall, "Chín độ")
    actions.edit_message(actor=alice, message_id=message.pk, text=" Chín độ ", at=AT)
    message.refresh_from_db()
    assert message.edited_at is None
    assert len(entries(f"room:{hall.pk}")) == 1


def test_edits_that_are_refused(hall, alice, bob, mod):
    message = say(alice, hall, "Chín độ")
    for actor in (bob, mod):
        with pytest.raises(Forbidden):
            actions.edit_message(actor=actor, message_id=message.pk, text="Khác", at=AT)
    with pytest.raises(Forbidden) as refusal:
        actions.edit_message(actor=alice, message_id=message.pk, text="Khác", at=AT + timedelta(minutes=15, seconds=1))
    assert refusal.value.code == "too_late"
    with pytest.raises(Invalid):
        actions.edit_message(actor=alice, message_id=message.pk, text=" ", at=AT)
    actions.remove_message(actor=alice, message_id=message.pk, at=AT)
    with pytest.raises(NotFound):
        actions.edit_message(actor=alice, message_id=message.pk, text="Khác", at=AT)
    with pytest.raises(NotFound):
        actions.edit_message(actor=alice, message_id=999_999, text="Khác", at=AT)
    assert Message.objects.get().source == "Chín độ"


def test_author_takes_back_her_words_at_any_time(hall, alice):
    message = say(alice, hall, "Chín độ")
    later = AT + timedelta(days=40)
    actions.remove_message(actor=alice, message_id=message.pk, at=later)
    actions.remove_message(actor=alice, message_id=message.pk, at=later + timedelta(days=1))
    message.refresh_from_db()
    assert (message.removed_at, message.removed_by, message.source) == (later, alice, "Chín độ")
    assert entries(f"room:{hall.pk}")[1:] == [(2, "message_removed", {"message": message.pk})]


def test_moderator_says_why(hall, alice, bob, mod):
    message = say(alice, hall, "Lời nặng")
    with pytest.raises(Forbidden):
        actions.remove_message(actor=bob, message_id=message.pk, at=AT)
    with pytest.raises(Invalid):
        actions.remove_message(actor=mod, message_id=message.pk, at=AT)
    actions.remove_message(actor=mod, message_id=message.pk, at=AT, reason="Chửi khách")
    message.refresh_from_db()
    assert (message.removed_by, message.removed_reason) == (mod, "Chửi khách")


def test_read_mark_only_rises_and_other_tabs_hear_of_it(hall, talk, alice):
    talk(12)
    marks = [actions.mark_read(actor=alice, room_id=hall.pk, number=n, at=AT) for n in (10, 7, 12, 99, -5)]
    assert marks == [10, 10, 12, 12, 12]
    assert Seat.objects.get(member=alice, room=hall).last_read == 12
    assert entries(f"member:{alice.pk}") == [(1, "room_read", {"room": hall.pk}), (2, "room_read", {"room": hall.pk})]


def test_a_new_member_sits_down_in_an_empty_room(hall):
    member = make_member()
    assert actions.mark_read(actor=member, room_id=hall.pk, number=0, at=AT) == 0
    assert Seat.objects.get(member=member).joined_at == AT

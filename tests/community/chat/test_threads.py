"""What hangs on a message: answers under it, thanks, pins; and what is left when it goes."""

from __future__ import annotations

from datetime import timedelta

import pytest

from community.chat import actions, selectors
from community.chat.actions.purging import KEPT
from community.chat.models import Message, MessageReaction, Seat, ThreadSeat
from portal.core.errors import Forbidden, Invalid, NotFound, TooMany
from portal.core.limits import Limit
from portal.events import relay
from portal.notifications.models import Notification
from portal.realtime import streams
from portal.realtime.models import StreamEntry
from tests.community.chat.conftest import AT, make_room, say
from tests.helpers.queries import assert_num_queries_constant

pytestmark = pytest.mark.django_db


def told(member) -> list[tuple[str, int]]:
    relay.drain()
    rows = Notification.objects.filter(member=member, read_at=None, rescinded_at=None).order_by("pk")
    return list(rows.values_list("kind", "count"))


def test_answers_have_numbers_of_their_own_and_the_room_keeps_its(hall, alice, bob):
    above = say(alice, hall, "Ai có phin nhôm?")
    first = say(bob, hall, "Em có", parent=above.public_id)
    second = say(alice, hall, "Cho chị mượn", parent=above.public_id)
    after = say(bob, hall, "Chuyện khác")
    assert [first.number, second.number, after.number] == [1, 2, 2]
    above.refresh_from_db()
    assert (above.reply_count, above.last_reply) == (2, 2)
    assert [m.pk for m in selectors.history(hall, alice).messages] == [above.pk, after.pk]
    assert [m.pk for m in selectors.replies(above, alice).messages] == [first.pk, second.pk]


def test_an_answer_to_what_stands_elsewhere_is_gone_or_is_an_answer_is_refused(hall, back_room, alice, bob, mod):
    elsewhere = say(mod, back_room, "Sau quầy")
    above = say(alice, hall, "Trên")
    under = say(bob, hall, "Dưới", parent=above.public_id)
    gone = say(alice, hall, "Đã gỡ")
    actions.remove_message(actor=alice, message_id=gone.pk, at=AT)
    for parent in (elsewhere.public_id, under.public_id, gone.public_id, "khong-co"):
        with pytest.raises(Invalid) as refusal:
            say(bob, hall, "Lạc chỗ", parent=parent)
        assert refusal.value.status == 422
        assert refusal.value.code == "no_parent"
    assert Message.objects.filter(source="Lạc chỗ").count() == 0


def test_who_wrote_and_who_answered_hears_of_the_next_answer(hall, alice, bob, charlie):
    above = say(alice, hall, "Trên")
    say(bob, hall, "Một", parent=above.public_id)
    assert told(alice) == [("chat_reply", 1)]
    say(charlie, hall, "Hai", parent=above.public_id)
    assert told(alice) == [("chat_reply", 2)]
    assert told(bob) == [("chat_reply", 1)]
    actions.follow_thread(actor=bob, message_id=above.pk, following=False)
    actions.mark_thread_read(actor=alice, message_id=above.pk, number=2, at=AT)
    assert told(alice) == []
    say(charlie, hall, "Ba", parent=above.public_id)
    assert told(bob) == [("chat_reply", 1)]
    assert told(charlie) == []


def test_reading_a_thread_only_rises_and_leaves_the_room_alone(hall, alice, bob):
    above = say(alice, hall, "Trên")
    for n in range(3):
        say(bob, hall, f"Đáp {n}", parent=above.public_id)
    assert [actions.mark_thread_read(actor=alice, message_id=above.pk, number=n, at=AT) for n in (2, 1, 9)] == [2, 2, 3]
    assert not Seat.objects.filter(member=alice, last_read__gt=1).exists()
    assert [entry.new for entry in selectors.threads_of(alice)] == [0]
    say(bob, hall, "Đáp nữa", parent=above.public_id)
    assert [entry.new for entry in selectors.threads_of(alice)] == [1]


def test_threads_and_their_list_cost_the_same_for_one_and_many(hall, alice, bob):
    above = say(alice, hall, "Trên")

    def grow() -> None:
        for n in range(12):
            other = say(alice, hall, f"Lời {n}")
            say(bob, hall, f"Dưới {n}", parent=other.public_id)
            say(bob, hall, f"Đáp {n}", parent=above.public_id)

    say(bob, hall, "Đáp", parent=above.public_id)
    assert_num_queries_constant(lambda: selectors.threads_of(alice), grow)

    def more() -> None:
        for n in range(20):
            say(bob, hall, f"Thêm {n}", parent=above.public_id)

    assert_num_queries_constant(lambda: selectors.replies(above, alice).messages, more)


def test_thanks_are_counted_once_and_taken_back(hall, alice, bob, charlie):
    message = say(alice, hall, "Mười một độ")
    for _ in range(3):
        actions.react(actor=bob, message_id=message.pk, kind="tea", at=AT)
    actions.react(actor=charlie, message_id=message.pk, kind="tea", at=AT)
    actions.react(actor=bob, message_id=message.pk, kind="heart", at=AT)
    message.refresh_from_db()
    assert message.reactions == {"tea": [bob.pk, charlie.pk], "heart": [bob.pk]}
    for _ in range(2):
        actions.take_back_reaction(actor=bob, message_id=message.pk, kind="tea", at=AT)
    message.refresh_from_db()
    assert message.reactions == {"tea": [charlie.pk], "heart": [bob.pk]}
    entries = StreamEntry.objects.filter(stream__key=hall.stream, kind="message_reacted")
    assert entries.count() == 4
    assert MessageReaction.objects.count() == 2


def test_thanks_that_are_refused(hall, back_room, alice, bob, mod, monkeypatch):
    message, hidden = say(alice, hall, "Lời"), say(mod, back_room, "Kín")
    with pytest.raises(Forbidden):
        actions.react(actor=alice, message_id=message.pk, kind="tea", at=AT)
    with pytest.raises(NotFound):
        actions.react(actor=bob, message_id=hidden.pk, kind="tea", at=AT)
    with pytest.raises(Invalid):
        actions.react(actor=bob, message_id=message.pk, kind="clap", at=AT)
    monkeypatch.setattr("community.chat.actions.reacting.REACTIONS", Limit("few", times=1, seconds=3600))
    actions.react(actor=bob, message_id=message.pk, kind="tea", at=AT)
    with pytest.raises(TooMany):
        actions.react(actor=bob, message_id=message.pk, kind="heart", at=AT)


def test_the_house_pins_and_nobody_else(hall, alice, mod):
    messages = [say(alice, hall, f"Lời {n}") for n in range(2)]
    with pytest.raises(Forbidden):
        actions.pin_message(actor=alice, message_id=messages[0].pk, at=AT)
    for n, message in enumerate(messages):
        actions.pin_message(actor=mod, message_id=message.pk, at=AT + timedelta(minutes=n))
    assert [m.pk for m in selectors.pinned(hall, None)] == [messages[1].pk, messages[0].pk]
    actions.remove_message(actor=alice, message_id=messages[1].pk, at=AT)
    actions.unpin_message(actor=mod, message_id=messages[0].pk)
    assert selectors.pinned(hall, None) == []


def test_what_was_taken_away_is_kept_thirty_days_for_moderators_and_then_gone(hall, alice, mod):
    message = say(alice, hall, "Lời **canary**")
    actions.remove_message(actor=alice, message_id=message.pk, at=AT)
    assert actions.purge_removed(AT + KEPT - timedelta(seconds=1)) == 0
    message.refresh_from_db()
    assert message.source == "Lời **canary**"
    assert actions.purge_removed(AT + KEPT + timedelta(seconds=1)) == 1
    assert actions.purge_removed(AT + KEPT + timedelta(days=1)) == 0
    message.refresh_from_db()
    assert (message.source, message.html, message.folded, message.body_hash) == ("", "", "", "")
    assert message.purged_at is not None
    assert [m.pk for m in selectors.history(hall, alice).messages] == [message.pk]


def test_a_removed_answer_is_no_longer_counted(hall, alice, bob):
    above = say(alice, hall, "Trên")
    under = say(bob, hall, "Dưới", parent=above.public_id)
    actions.remove_message(actor=bob, message_id=under.pk, at=AT)
    above.refresh_from_db()
    assert (above.reply_count, above.last_reply) == (0, 1)
    assert say(alice, hall, "Lại", parent=above.public_id).number == 2


def test_a_muted_room_counts_nothing_and_tells_only_who_is_named(hall, alice, bob):
    alice.handle = "alice"
    alice.save()
    actions.mark_read(actor=alice, room_id=hall.pk, number=0, at=AT)
    above = say(alice, hall, "Trên")
    actions.mute_room(actor=alice, room_id=hall.pk, muted=True, at=AT)
    say(bob, hall, "Mới")
    say(bob, hall, "Dưới", parent=above.public_id)
    assert [entry.unread for entry in selectors.rooms_for(alice)] == [0]
    assert told(alice) == []
    say(bob, hall, "Chị @alice ơi")
    assert told(alice) == [("chat_mention", 1)]
    actions.mute_room(actor=alice, room_id=hall.pk, muted=False, at=AT)
    assert [entry.unread for entry in selectors.rooms_for(alice)] == [2]


def test_mentions_tell_who_may_read_once_and_an_edit_only_the_added(hall, back_room, alice, bob, charlie, mod):
    for member, handle in ((alice, "alice"), (bob, "bob"), (charlie, "charlie")):
        member.handle = handle
        member.save()
    message = say(alice, hall, "@bob và @alice, mã `@charlie`\n\n> @charlie nói")
    assert told(bob) == [("chat_mention", 1)]
    assert told(alice) == told(charlie) == []
    assert f'<b data-named="{bob.pk}">@bob</b>' in message.html
    actions.edit_message(actor=alice, message_id=message.pk, text="@bob và @charlie", at=AT)
    assert told(bob) == [("chat_mention", 1)]
    assert told(charlie) == [("chat_mention", 1)]
    say(mod, back_room, "@bob không vào được đây")
    assert told(bob) == [("chat_mention", 1)]


def test_a_mention_that_was_taken_back_is_not_told_any_more(hall, alice, bob):
    bob.handle = "bob"
    bob.save()
    message = say(alice, hall, "@bob")
    actions.remove_message(actor=alice, message_id=message.pk, at=AT)
    assert told(bob) == []


def test_looking_finds_folded_words_and_puts_the_exact_ones_first(hall, alice, bob, back_room, mod):
    say(alice, hall, "Được rồi")
    say(alice, hall, "DUOC SI ghé quán")
    say(bob, hall, "Không được đâu & <b>")
    above = say(alice, hall, "Trên")
    say(bob, hall, "Dưới này cũng được", parent=above.public_id)
    say(mod, back_room, "Được sau quầy")
    gone = say(alice, hall, "Được mà gỡ")
    actions.remove_message(actor=alice, message_id=gone.pk, at=AT)

    def found(words: str) -> list[str]:
        return [hit.message.source for hit in selectors.found_in_room(hall, alice, words)]

    assert found("duoc") == ["DUOC SI ghé quán", "Dưới này cũng được", "Không được đâu & <b>", "Được rồi"]
    assert found("được") == ["Dưới này cũng được", "Không được đâu & <b>", "Được rồi", "DUOC SI ghé quán"]
    assert found("được đâu") == ["Không được đâu & <b>"]
    assert found("  ") == found("khong-ai-noi") == []
    [hit] = selectors.found_in_room(hall, alice, "được đâu")
    assert hit.words == "Không <mark>được</mark> <mark>đâu</mark> &amp; &lt;b&gt;"
    with pytest.raises(NotFound):
        selectors.found_in_room(back_room, alice, "được")


def test_a_room_that_begins_with_a_seat_shows_nothing_from_before(alice, bob, charlie):
    room = make_room("tu-hom-nay", history="since")
    say(alice, room, "Trước canary")
    above = Message.objects.get()
    assert selectors.history(room, bob).messages == []
    assert selectors.history(room, None).messages == []
    actions.sit_down(actor=bob, room_id=room.pk, at=AT)
    say(alice, room, "Sau khi ngồi")
    assert [m.source for m in selectors.history(room, bob).messages] == ["Sau khi ngồi"]
    assert selectors.found_in_room(room, bob, "canary") == []
    assert selectors.found_in_room(room, alice, "canary") != []
    with pytest.raises(NotFound):
        selectors.get_message_for(bob, room.code, above.public_id)
    with pytest.raises(Invalid):
        say(bob, room, "Đáp lời cũ", parent=above.public_id)
    assert say(charlie, room, "Em vào").number == 3
    assert [m.source for m in selectors.history(room, charlie).messages] == ["Em vào"]


def test_what_the_stream_of_such_a_room_says_and_replays_holds_no_words(alice, bob):
    room = make_room("tu-hom-nay", history="since")
    message = say(alice, room, "Bí mật canary")
    actions.edit_message(actor=alice, message_id=message.pk, text="Vẫn canary", at=AT)
    actions.sit_down(actor=bob, room_id=room.pk, at=AT)
    rows = list(StreamEntry.objects.filter(stream__key=room.stream).order_by("number"))
    data = streams.render(room.stream, [(row.kind, row.ref) for row in rows])
    assert data == [{"message": message.public_id, "number": 1, "parent": "", "ask": True}] * 2


def test_a_thread_is_left_alone_by_who_may_not_enter(back_room, alice, mod):
    above = say(mod, back_room, "Kín")
    for act in (
        lambda: actions.follow_thread(actor=alice, message_id=above.pk, following=True),
        lambda: actions.mark_thread_read(actor=alice, message_id=above.pk, number=1, at=AT),
        lambda: selectors.replies(above, alice),
    ):
        with pytest.raises(NotFound):
            act()
    assert not ThreadSeat.objects.exists()

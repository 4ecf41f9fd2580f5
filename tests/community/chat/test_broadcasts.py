"""Live pages: for every kind of entry a stale page with its frames put in equals a fresh page."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.template.loader import render_to_string
from django.utils import timezone, translation

from community.chat import actions, broadcasts, selectors
from community.chat.models import Message
from portal.core.errors import Conflict, NotFound
from portal.realtime import streams
from portal.realtime.models import StreamEntry
from tests.community.chat.conftest import AT, say
from tests.helpers.queries import assert_num_queries_constant

pytestmark = pytest.mark.django_db


def fresh_page(room) -> dict[str, str]:
    """Every message of the room and of its threads, as a page that is drawn now shows it to nobody in particular."""
    with timezone.override(timezone.get_default_timezone()):
        talk = selectors.history(room, None, limit=500).messages
        shown = [*talk, *(reply for above in talk for reply in selectors.replies(above, None, limit=500).messages)]
        return {
            message.public_id: render_to_string("community/chat/_message.html", {"message": message})
            for message in shown
        }


def replay(room, after: int) -> list[tuple[int, str, dict]]:
    rows = list(StreamEntry.objects.filter(stream__key=f"room:{room.pk}", number__gt=after).order_by("number"))
    data = streams.render(f"room:{room.pk}", [(row.kind, row.ref) for row in rows])
    return [(row.number, row.kind, answer) for row, answer in zip(rows, data, strict=True)]


def apply(page: dict[str, str], frames: list[tuple[int, str, dict]]) -> dict[str, str]:
    """What `chat.js` does with frames: the message takes its place, the one above it is renewed."""
    page = dict(page)
    for _number, _kind, data in frames:
        page[data["message"]] = data["html"]
        if "parent" in data:
            page[data["parent"]] = data["above"]
    return page


@pytest.fixture
def stale(hall, talk):
    """The page as it was after three messages, with the number of the room's stream at that time."""
    messages = talk(3)
    return messages, fresh_page(hall), selectors.stream_end(hall)


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("kind", sorted(broadcasts.KINDS))
def test_stale_page_with_frames_equals_a_fresh_page(hall, stale, alice, bob, mod, kind, language):
    messages, page, after = stale
    with translation.override(language):
        page = fresh_page(hall)
        if kind == "message_posted":
            say(bob, hall, "Lời mới & <b>đậm</b>")
        elif kind == "message_edited":
            actions.edit_message(actor=alice, message_id=messages[0].pk, text="Lời đã sửa", at=AT)
        elif kind == "message_reacted":
            actions.react(actor=bob, message_id=messages[0].pk, kind="tea", at=AT)
            actions.react(actor=mod, message_id=messages[0].pk, kind="heart", at=AT)
            actions.take_back_reaction(actor=mod, message_id=messages[0].pk, kind="heart", at=AT)
        elif kind == "message_pinned":
            actions.pin_message(actor=mod, message_id=messages[0].pk, at=AT)
            actions.pin_message(actor=mod, message_id=messages[1].pk, at=AT)
            actions.unpin_message(actor=mod, message_id=messages[1].pk)
        else:
            actions.remove_message(actor=alice, message_id=messages[0].pk, at=AT)
            actions.remove_message(actor=mod, message_id=messages[1].pk, at=AT, reason="Nặng lời")
        frames = replay(hall, after)
        assert {frame_kind for _n, frame_kind, _d in frames} == {kind}
        assert apply(page, frames) == fresh_page(hall)
        assert apply(page, frames) != page
        assert apply(page, frames * 2) == fresh_page(hall)


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("what", ["answer", "edit", "react", "remove"])
def test_stale_thread_with_frames_equals_a_fresh_thread(hall, stale, alice, bob, what, language):
    messages, _page, _after = stale
    first = say(bob, hall, "Dưới lời này", parent=messages[0].public_id)
    with translation.override(language):
        page, after = fresh_page(hall), selectors.stream_end(hall)
        if what == "answer":
            say(alice, hall, "Thêm một lời", parent=messages[0].public_id)
        elif what == "edit":
            actions.edit_message(actor=bob, message_id=first.pk, text="Lời khác", at=AT)
        elif what == "react":
            actions.react(actor=alice, message_id=first.pk, kind="heart", at=AT)
        else:
            actions.remove_message(actor=bob, message_id=first.pk, at=AT)
        frames = replay(hall, after)
        assert apply(page, frames) == fresh_page(hall)
        assert apply(page, frames) != page
        assert apply(page, frames * 2) == fresh_page(hall)


def test_replay_shows_the_present_state_and_never_a_removed_text(hall, stale, alice):
    _messages, page, after = stale
    secret = say(alice, hall, "Bí mật của canary")
    actions.edit_message(actor=alice, message_id=secret.pk, text="Vẫn còn canary", at=AT)
    actions.remove_message(actor=alice, message_id=secret.pk, at=AT)
    frames = replay(hall, after)
    assert [kind for _n, kind, _d in frames] == ["message_posted", "message_edited", "message_removed"]
    assert all("canary" not in str(data) for _n, _k, data in frames)
    assert apply(page, frames) == fresh_page(hall)


def test_frame_is_neutral_and_names_its_place(hall, alice):
    message = say(alice, hall, "Chín độ", key="k-9")
    data = broadcasts.message_data(Message.objects.select_related("author__standing").get())
    html = data.pop("html")
    assert data == {"message": message.public_id, "number": 1, "author": alice.pk, "key": "k-9"}
    assert 'class="message"' in html
    assert "csrf" not in html
    assert "20:00" in html


def test_rendering_costs_the_same_for_one_and_many(hall, talk):
    talk(1)
    assert_num_queries_constant(lambda: replay(hall, 0), lambda: talk(30), expected=3)


def test_audience_is_whoever_may_enter(hall, silver_room, back_room, alice, mod):
    assert broadcasts.may_listen(None, hall.pk)
    assert broadcasts.may_listen(alice, hall.pk)
    for room in (silver_room, back_room):
        assert not broadcasts.may_listen(alice, room.pk)
        assert broadcasts.may_listen(mod, room.pk)
    assert not broadcasts.may_listen(mod, 999_999)
    assert not streams.may_hear(alice, f"room:{back_room.pk}")


def test_reading_marks_reach_only_her_own_tabs(hall, silver_room, talk, alice, mod):
    talk(5)
    actions.mark_read(actor=alice, room_id=hall.pk, number=3, at=AT)
    row = StreamEntry.objects.get(stream__key=f"member:{alice.pk}", kind="room_read")
    assert streams.render(f"member:{alice.pk}", [(row.kind, row.ref)]) == [{"room": hall.pk, "number": 3, "unread": 1}]
    assert broadcasts.is_own(alice, alice.pk)
    assert not broadcasts.is_own(mod, alice.pk)
    assert not broadcasts.is_own(None, alice.pk)


def test_socket_and_page_share_one_action(hall, alice):
    frame = {"t": "send", "key": "k-1", "text": "Qua đường dây"}
    sent = streams.act_for("room", "send")(alice, hall.pk, frame, AT)
    again = streams.act_for("room", "send")(alice, hall.pk, frame, AT + timedelta(seconds=1))
    assert sent == again
    assert Message.objects.get().source == "Qua đường dây"
    with pytest.raises(Conflict):
        streams.act_for("room", "send")(alice, hall.pk, {**frame, "text": "Khác"}, AT)
    streams.act_for("room", "read")(alice, hall.pk, {"t": "read", "n": 1}, AT)
    assert selectors.last_read(hall, alice) == 1


@pytest.mark.parametrize("number", [None, "1", True, 1.5, [1]])
def test_a_malformed_reading_mark_changes_nothing(hall, alice, number):
    assert streams.act_for("room", "read")(alice, hall.pk, {"t": "read", "n": number}, AT) is None
    assert selectors.last_read(hall, alice) is None


def test_the_socket_refuses_a_hidden_room(back_room, alice):
    for name, frame in (("send", {"key": "k", "text": "Chào"}), ("read", {"n": 1})):
        with pytest.raises(NotFound):
            streams.act_for("room", name)(alice, back_room.pk, frame, AT)

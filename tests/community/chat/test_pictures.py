"""Pictures in messages: drawn anew, shown to whoever may read the message, gone with it."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from community.chat import actions, selectors
from community.chat.actions.pictures import KEPT_WAITING, folder
from community.chat.actions.purging import KEPT
from community.chat.models import ChatPicture
from portal.core.errors import Invalid, NotFound, TooMany
from portal.core.limits import Limit
from tests.community.chat.conftest import AT

pytestmark = pytest.mark.django_db


def photograph(width: int = 320, height: int = 200, kind: str = "JPEG") -> bytes:
    """A picture that carries a place in its metadata."""
    out = BytesIO()
    exif = Image.Exif()
    exif[0x010E] = "canary-place"
    Image.new("RGB", (width, height), "#a2392a").save(out, kind, exif=exif)
    return out.getvalue()


def send_picture(actor, room, text: str = "", **more):
    picture = actions.add_picture(actor=actor, room=room, data=photograph(), words="Ấm đội mũ len", at=AT)
    return actions.post_message(
        actor=actor, room_id=room.pk, text=text, key=f"p-{picture.public_id}", at=AT,
        pictures=[picture.public_id], live=False, **more,
    ), picture  # fmt: skip


def test_a_picture_is_drawn_anew_and_may_stand_alone(hall, alice):
    message, picture = send_picture(alice, hall)
    picture.refresh_from_db()
    data = (folder() / picture.file).read_bytes()
    assert picture.message_id == message.pk
    assert (picture.width, picture.height) == (320, 200)
    assert data[:4] == b"RIFF"
    assert b"canary-place" not in data
    again = actions.post_message(
        actor=alice, room_id=hall.pk, text="", key=message.key, at=AT, pictures=[picture.public_id]
    )
    assert again.pk == message.pk


@pytest.mark.parametrize(
    "data", [b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"not a picture", photograph()[:200], photograph(10, 10)]
)
def test_what_is_no_picture_is_refused(hall, alice, data):
    with pytest.raises(Invalid) as refusal:
        actions.add_picture(actor=alice, room=hall, data=data, words="", at=AT)
    assert refusal.value.details["field"] == "picture"
    assert not ChatPicture.objects.exists()


def test_only_her_own_waiting_pictures_of_this_room_go_into_a_message(hall, back_room, alice, bob):
    his = actions.add_picture(actor=bob, room=hall, data=photograph(), words="", at=AT)
    _message, used = send_picture(alice, hall, "Có ảnh")
    for public_id in (his.public_id, used.public_id, "khong-co"):
        with pytest.raises(Invalid):
            actions.post_message(
                actor=alice, room_id=hall.pk, text="Ảnh", key="k", at=AT, pictures=[public_id], live=False
            )


def test_pictures_have_a_limit_of_their_own(hall, alice, monkeypatch):
    monkeypatch.setattr("community.chat.actions.pictures.PER_HOUR", Limit("one", times=1, seconds=3600))
    actions.add_picture(actor=alice, room=hall, data=photograph(), words="", at=AT)
    with pytest.raises(TooMany):
        actions.add_picture(actor=alice, room=hall, data=photograph(), words="", at=AT)


def test_a_picture_is_served_to_whoever_may_read_its_message_and_to_nobody_else(
    hall, alice, bob, charlie, mod, signed_in, client
):
    room = actions.start_conversation(actor=alice, people=[bob.pk], at=AT)
    _message, private = send_picture(alice, room)
    message, open_one = send_picture(alice, hall)
    at = f"/vi/chat/pictures/{private.public_id}/"
    answer = signed_in(bob).get(at)
    assert answer.status_code == 200
    assert answer["Content-Type"] == "image/webp"
    assert answer["Cache-Control"].startswith("private")
    for browser in (signed_in(charlie), signed_in(mod), client):
        assert browser.get(at).status_code == 404
    assert client.get(f"/vi/chat/pictures/{open_one.public_id}/").status_code == 200
    actions.remove_message(actor=alice, message_id=message.pk, at=AT)
    assert client.get(f"/vi/chat/pictures/{open_one.public_id}/").status_code == 404


def test_a_waiting_picture_is_its_owners_alone_and_is_swept_after_two_days(hall, alice, bob):
    picture = actions.add_picture(actor=alice, room=hall, data=photograph(), words="", at=AT)
    assert selectors.get_picture_for(alice, picture.public_id).pk == picture.pk
    for viewer in (bob, None):
        with pytest.raises(NotFound):
            selectors.get_picture_for(viewer, picture.public_id)
    assert actions.sweep_pictures(AT + KEPT_WAITING) == 0
    assert actions.sweep_pictures(AT + KEPT_WAITING + timedelta(seconds=1)) == 1
    assert not ChatPicture.objects.exists()


def test_pictures_go_with_the_words_after_thirty_days(hall, alice, django_capture_on_commit_callbacks):
    message, picture = send_picture(alice, hall, "Có ảnh")
    actions.remove_message(actor=alice, message_id=message.pk, at=AT)
    with django_capture_on_commit_callbacks(execute=True):
        actions.purge_removed(AT + KEPT + timedelta(seconds=1))
    assert not ChatPicture.objects.exists()
    assert not (folder() / picture.file).exists()


def test_a_plain_form_brings_a_picture_along_and_a_script_sends_it_before(hall, alice, signed_in):
    browser = signed_in(alice)
    file = SimpleUploadedFile("am.jpg", photograph(), content_type="text/html")
    plain = browser.post("/vi/chat/sanh-chung/send/", {"text": "", "key": "k-1", "picture": file})
    assert plain.status_code == 302
    file = SimpleUploadedFile("am.jpg", photograph())
    taken = browser.post("/vi/chat/sanh-chung/pictures/", {"picture": file}, HTTP_ACCEPT="application/json").json()
    sent = browser.post(
        "/vi/chat/sanh-chung/send/",
        {"text": "Đây", "key": "k-2", "pictures": [taken["picture"]]},
        HTTP_ACCEPT="application/json",
    )
    assert taken["url"] in sent.json()["html"]
    browser.post(f"/vi/chat/sanh-chung/pictures/{taken['picture']}/", {"words": "Cái ấm"})
    assert 'alt="Cái ấm"' in browser.get("/vi/chat/sanh-chung/").content.decode()

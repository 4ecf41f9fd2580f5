"""Pictures in posts: drawn anew without what they carried, handed to the post's readers alone, swept when forgotten."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from community.forum import actions, limits, tasks
from community.forum.models import Post, Topic
from community.forum.pictures import markdown_of, storage
from community.forum.writing import Upload
from portal.accounts.models import Member
from portal.core.errors import Forbidden, Invalid, SignInRequired, TooMany
from portal.privacy import actions as privacy
from tests.community.forum.conftest import AT, make_space, new_key, reply, set_rank, start
from tests.helpers.events import committed

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def own_folder(settings, tmp_path: Path) -> Path:
    settings.PRIVATE_ROOT = tmp_path
    return tmp_path


def photograph(kind: str = "JPEG", size: tuple[int, int] = (2000, 1000)) -> bytes:
    out = BytesIO()
    exif = Image.Exif()
    exif[0x010E] = "Nha rieng cua toi"
    exif.get_ifd(0x8825)[1] = "N"
    Image.new("RGB", size, (120, 80, 40)).save(out, kind, exif=exif)
    return out.getvalue()


def upload(actor: Member, data: bytes | None = None, **more) -> Upload:
    return actions.upload_picture(actor=actor, data=data or photograph(), at=AT, **({"limited": False} | more))


def fetch(client: Client, upload: Upload):
    return client.get(f"/pictures/{upload.public_id}.webp")


def test_a_picture_is_drawn_anew_and_carries_nothing_but_pixels(bob: Member) -> None:
    made = upload(bob, alt="Chiếc phin [nhỏ]")
    with storage().open(made.file) as file:
        data = file.read()
    assert b"Nha rieng" not in data
    with Image.open(BytesIO(data)) as picture:
        assert (picture.format, picture.size, dict(picture.getexif())) == ("WEBP", (1600, 800), {})
    assert markdown_of(made) == f"![Chiếc phin (nhỏ)](upload:{made.public_id}/1600x800)"


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"\x89PNG\r\n\x1a\nnonsense",
        b"GIF89a",
    ],
)
def test_what_is_no_picture_is_refused_whatever_it_calls_itself(bob: Member, data: bytes) -> None:
    with pytest.raises(Invalid):
        upload(bob, data or b" ")
    assert Upload.objects.count() == 0


def test_a_picture_of_too_many_pixels_is_refused_before_it_is_opened(bob: Member) -> None:
    out = BytesIO()
    Image.new("1", (30_000, 2_000)).save(out, "PNG")
    with pytest.raises(Invalid):
        upload(bob, out.getvalue())


def test_uploads_are_counted_per_member(bob: Member, alice: Member, one_window: None) -> None:
    for _n in range(limits.UPLOAD[0].times):
        upload(bob, photograph(size=(60, 60)), limited=True)
    with pytest.raises(TooMany):
        upload(bob, photograph(size=(60, 60)), limited=True)
    upload(alice, photograph(size=(60, 60)), limited=True)


def test_visitors_and_silenced_members_send_nothing(bob: Member) -> None:
    with pytest.raises(SignInRequired):
        upload(None)  # type: ignore[arg-type]
    bob.muted_until = AT + timedelta(days=1)
    with pytest.raises(Forbidden):
        upload(bob)


def test_until_a_post_shows_it_only_its_owner_sees_it(
    client: Client, signed_in, topic: Topic, alice: Member, bob: Member
) -> None:
    made = upload(bob)
    assert fetch(signed_in(bob), made).status_code == 200
    assert [fetch(one, made).status_code for one in (client, signed_in(alice))] == [404, 404]
    reply(bob, topic, f"Xem này {markdown_of(made)}")
    answer = fetch(client, made)
    assert (answer.status_code, answer["Content-Type"], answer["Cache-Control"]) == (
        200,
        "image/webp",
        "private, no-cache",
    )
    assert "sandbox" in answer["Content-Security-Policy"]
    again = client.get(f"/pictures/{made.public_id}.webp", HTTP_IF_NONE_MATCH=answer["ETag"])
    assert again.status_code == 304


def test_a_closed_space_keeps_its_pictures_for_its_readers(
    client: Client, signed_in, alice: Member, bob: Member
) -> None:
    make_space("bac", read_from_rank=1)
    silver = set_rank(bob, 1)
    made = upload(silver)
    start(silver, space="bac", body=f"Ảnh phòng Bạc {markdown_of(made)}")
    assert fetch(signed_in(silver), made).status_code == 200
    assert [fetch(one, made).status_code for one in (client, signed_in(alice))] == [404, 404]


def test_hiding_the_post_hides_its_pictures_even_from_who_has_seen_them(
    client: Client, topic: Topic, bob: Member, mod: Member
) -> None:
    made = upload(bob)
    post = reply(bob, topic, f"Xem này {markdown_of(made)}")
    tag = fetch(client, made)["ETag"]
    actions.hide_post(actor=mod, post=post.public_id, reason="Quảng cáo", at=AT)
    assert client.get(f"/pictures/{made.public_id}.webp", HTTP_IF_NONE_MATCH=tag).status_code == 404
    actions.restore_post(actor=mod, post=post.public_id, reason="Nhầm", at=AT)
    assert fetch(client, made).status_code == 200


def test_naming_the_picture_of_another_opens_nothing(client: Client, topic: Topic, alice: Member, bob: Member) -> None:
    made = upload(bob)
    reply(alice, topic, f"Của Bob {markdown_of(made)}")
    assert fetch(client, made).status_code == 404
    made.refresh_from_db()
    assert made.post is None


def test_pictures_that_no_post_shows_are_swept_after_48_hours(topic: Topic, bob: Member) -> None:
    kept, gone = upload(bob), upload(bob, photograph(size=(300, 300)))
    reply(bob, topic, markdown_of(kept) + " đây này")
    tasks.sweep_orphans(AT + timedelta(hours=47))
    assert Upload.objects.count() == 2
    with committed():
        assert tasks.sweep_orphans(AT + timedelta(hours=49)) == 1
    assert not storage().exists(gone.file)
    assert storage().exists(kept.file)


def test_without_scripts_a_picture_comes_with_the_form(signed_in, topic: Topic, bob: Member) -> None:
    sent = SimpleUploadedFile("phin.jpg", photograph(size=(400, 300)), content_type="image/jpeg")
    form = {"body": "Nhìn bột này", "key": new_key(), "picture": sent, "alt": "Bột cà phê"}
    signed_in(bob).post(f"/vi/community/topics/{topic.public_id}/do/replies/", form)
    post = Post.objects.get(number=2)
    assert 'alt="Bột cà phê"' in post.html
    assert post.uploads.count() == 1


def test_a_refused_picture_keeps_the_words(signed_in, topic: Topic, bob: Member) -> None:
    sent = SimpleUploadedFile("x.jpg", b"no picture at all", content_type="image/jpeg")
    form = {"body": "Lời không được mất", "key": new_key(), "picture": sent}
    page = signed_in(bob).post(f"/vi/community/topics/{topic.public_id}/do/replies/", form)
    assert page.status_code == 422
    assert "Lời không được mất" in page.content.decode()
    assert Post.objects.count() == 1


def test_the_composer_sends_a_picture_and_gets_its_markdown(signed_in, bob: Member) -> None:
    sent = SimpleUploadedFile("phin.png", photograph("PNG", (100, 100)), content_type="text/html")
    answer = signed_in(bob).post("/vi/community/uploads/", {"picture": sent})
    assert answer.status_code == 201
    assert answer.json()["markdown"].startswith("![](upload:")
    bad = SimpleUploadedFile("x.png", b"<html>", content_type="image/png")
    assert signed_in(bob).post("/vi/community/uploads/", {"picture": bad}).status_code == 422
    assert Client().post("/vi/community/uploads/", {"picture": bad}).status_code in (302, 401)


def test_erasing_a_member_deletes_her_pictures(topic: Topic, bob: Member) -> None:
    made = upload(bob)
    reply(bob, topic, f"Ảnh đây {markdown_of(made)}")
    with committed():
        privacy.erase(actor=None, member_id=bob.pk, at=AT)
    assert Upload.objects.count() == 0
    assert not storage().exists(made.file)

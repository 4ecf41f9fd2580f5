"""The rooms of the settings: what is typed is kept, what is refused is said, what is chosen holds at once."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from portal.accounts import selectors
from portal.accounts.models import Consent, Member, Picture
from portal.core import clock, mail
from portal.notifications import notify
from portal.notifications.models import Notification, Preference
from portal.ui import settings_area
from tests.helpers.events import committed

pytestmark = pytest.mark.django_db
SignedIn = Callable[..., Client]
ROOMS = ["", "profile/", "privacy/", "place/", "consents/", "leave/"]
S = "/vi/my/settings/"
WELCOME = ("name", "home_url", "community_url", "stories_url")


@pytest.mark.parametrize("room", ROOMS)
@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_room_opens_to_a_member_and_to_nobody_else(
    room: str, language: str, alice: Member, client: Client, signed_in: SignedIn
) -> None:
    path = f"/{language}/my/settings/{room}"
    assert "/accounts/login/" in client.get(path)["Location"]
    answer = signed_in(alice).get(path)
    assert answer.status_code == 200
    assert "no-store" in answer["Cache-Control"]
    assert "noindex" in answer.content.decode()


@pytest.mark.parametrize("path", ["profile/name/", "pictures/face/", "pictures/face/remove/", "consents/news/"])
def test_nothing_changes_by_looking(path: str, alice: Member, signed_in: SignedIn) -> None:
    assert signed_in(alice).get(S + path).status_code == 405


def test_what_was_refused_comes_back_as_it_was_typed(alice: Member, bob: Member, signed_in: SignedIn) -> None:
    answer = signed_in(alice).post(f"{S}profile/name/", {"name": "Vũ Tiến Bob"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert 'value="Vũ Tiến Bob"' in page
    assert "Đã có người mang tên này" in page or "tên" in page
    english = signed_in(alice).post("/en/my/settings/profile/handle/", {"handle": "ngọc hân"})
    assert "Three to thirty signs" in english.content.decode()
    assert 'value="ngọc hân"' in english.content.decode()
    alice.refresh_from_db()
    assert (alice.name, alice.handle) == ("Phạm Ngọc Alice", None)


def test_the_parts_of_a_profile_are_kept(alice: Member, signed_in: SignedIn) -> None:
    browser = signed_in(alice)
    posts = {
        "name": {"name": "Tên Mới"},
        "handle": {"handle": "ten-moi"},
        "about": {"bio": "Pha phin.", "city": "Huế"},
        "birthday": {"day": "9", "month": "2", "year": ""},
    }
    for part, data in posts.items():
        assert browser.post(f"{S}profile/{part}/", data)["Location"] == f"{S}profile/#{part}"
    alice.refresh_from_db()
    assert (alice.name, alice.handle, alice.bio, alice.profile.city) == ("Tên Mới", "ten-moi", "Pha phin.", "Huế")
    assert (alice.profile.birth_day, alice.profile.birth_month, alice.born_year) == (9, 2, None)
    assert browser.post(f"{S}profile/points/", {"points": "1"}).status_code == 404


def test_mass_assignment_changes_nothing_else(alice: Member, signed_in: SignedIn) -> None:
    extra = {
        "bio": "x",
        "city": "y",
        "is_staff": "1",
        "is_superuser": "1",
        "tier": "gold",
        "points": "1e9",
        "role": "brand",
    }
    signed_in(alice).post(f"{S}profile/about/", extra)
    alice.refresh_from_db()
    assert (alice.is_staff, alice.is_superuser, alice.role, alice.standing.tier_code) == (False, False, "", "member")


def test_a_picture_goes_up_is_cut_and_comes_down_without_scripts(
    alice: Member, signed_in: SignedIn, settings: Any, tmp_path: Path
) -> None:
    settings.MEDIA_ROOT = tmp_path
    cache.clear()
    browser, data = signed_in(alice), BytesIO()
    Image.new("RGB", (300, 200), (90, 60, 30)).save(data, "PNG")
    with committed():
        sent = SimpleUploadedFile("evil.php", data.getvalue(), content_type="text/html")
        assert browser.post(f"{S}pictures/face/", {"picture": sent}).status_code == 302
    alice.refresh_from_db()
    served = browser.get(alice.avatar)
    assert served["Content-Type"] == "image/webp"
    assert served["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in served["Content-Security-Policy"]
    assert "focus-grid" in browser.get(f"{S}profile/").content.decode()
    with committed():
        browser.post(f"{S}pictures/face/focus/", {"focus": "0-100"})
    assert (Picture.objects.get().focus_x, Picture.objects.get().focus_y) == (0, 100)
    with committed():
        browser.post(f"{S}pictures/face/remove/")
    alice.refresh_from_db()
    assert alice.avatar == ""
    assert browser.post(f"{S}pictures/passport/", {}).status_code == 404


def test_a_file_that_is_no_picture_is_refused_beside_its_box(alice: Member, signed_in: SignedIn) -> None:
    sent = SimpleUploadedFile("me.png", b"<svg xmlns='http://www.w3.org/2000/svg'/>", content_type="image/png")
    answer = signed_in(alice).post(f"{S}pictures/cover/", {"picture": sent})
    assert answer.status_code == 422
    assert "cover-picture-error" in answer.content.decode()


def test_language_and_zone_hold_at_once_for_pages_and_letters(alice: Member, signed_in: SignedIn) -> None:
    browser = signed_in(alice)
    answer = browser.post(f"{S}place/", {"language": "en", "zone": "America/New_York"})
    assert answer["Location"] == "/en/my/settings/place/"
    page = browser.get(answer["Location"]).content.decode()
    assert "Language and time" in page
    assert browser.get("/")["Location"] == "/en/"
    alice.refresh_from_db()
    letter = mail.compose(
        "welcome",
        to=alice.email,
        language=alice.language,
        context={"name": "A", "home_url": "", "community_url": "", "stories_url": ""},
    )
    assert "xin chào" not in letter.subject.lower()
    assert browser.post(f"{S}place/", {"language": "fr", "zone": "Mars/Olympus"}).status_code == 422


def test_privacy_is_kept_field_by_field(alice: Member, signed_in: SignedIn) -> None:
    browser = signed_in(alice)
    page = browser.get(f"{S}privacy/").content.decode()
    assert 'name="findable"' in page
    assert "checked" not in page  # nothing is agreed to beforehand
    from portal.accounts.profiles import FIELDS

    data = {field.name: field.default for field in FIELDS} | {"bio": "me"}
    assert browser.post(f"{S}privacy/", data).status_code == 302
    alice.refresh_from_db()
    assert alice.profile.privacy == {"bio": "me"}
    assert browser.post(f"{S}privacy/", data | {"bio": "friends"}).status_code == 422


def test_no_box_on_any_page_of_consent_is_ticked_beforehand(alice: Member, signed_in: SignedIn) -> None:
    """Promise 46: silence is not consent."""
    for room in ("consents/", "leave/", "privacy/"):
        assert " checked" not in signed_in(alice).get(S + room).content.decode()


def test_news_is_agreed_to_and_taken_back_with_a_row_each_and_letters_end_at_once(
    alice: Member, signed_in: SignedIn, kind: Any
) -> None:
    """Promise 46: opt-in, provable, withdrawable; a kind of news sends nothing without it."""
    kind("news", consent="news")
    browser = signed_in(alice)

    def letter_due(subject: str) -> bool:
        row = notify(member_id=alice.pk, kind="news", subject=subject, at=clock.now())
        return row is not None and row.mail_due_at is not None

    assert not letter_due("story:1")
    for _twice in range(2):
        browser.post(f"{S}consents/news/", {"given": "1"})
    assert letter_due("story:2")
    browser.post(f"{S}consents/news/", {"given": "0"})
    assert not letter_due("story:3")
    rows = Consent.objects.filter(member=alice, purpose="news").order_by("pk")
    assert [(row.given, row.way, bool(row.text_version)) for row in rows] == [
        (True, "settings", True),
        (False, "settings", True),
    ]
    page = browser.get(f"{S}consents/").content.decode()
    assert page.count("ngay trong phần cài đặt") == 2
    assert "lúc bạn xin một chỗ ngồi" in page


def test_a_letter_that_waits_is_not_sent_after_the_consent_was_taken_back(alice: Member, kind: Any) -> None:
    from portal.accounts.actions import record_consent
    from portal.notifications import tasks

    kind("news", consent="news")
    record_consent(member=alice, purposes=["news"], way="settings", at=clock.now())
    row = notify(member_id=alice.pk, kind="news", subject="story:1", at=clock.now())
    assert row is not None
    record_consent(member=alice, purposes=["news"], way="settings", at=clock.now(), given=False)
    assert not tasks.send_notice.func(member_id=alice.pk, ids=[row.pk], key="k")
    assert not selectors.consent_given(alice, "news")


def test_wishes_are_a_table_of_kinds_and_channels_saved_at_once_or_by_button(
    alice: Member, signed_in: SignedIn, kind: Any
) -> None:
    kind("told")
    browser = signed_in(alice)
    page = browser.get("/vi/notifications/wishes/").content.decode()
    assert '<table class="wishes">' in page
    assert 'hx-trigger="change"' in page
    names = [name.split('"')[0] for name in page.split('name="')[1:] if name.split('"')[0].endswith(("-site", "-mail"))]
    everything = dict.fromkeys(names, "on")
    del everything["told-mail"]
    at_once = browser.post("/vi/notifications/wishes/", everything, headers={"HX-Request": "true"})
    assert (at_once.status_code, at_once.content.decode()) == (200, "Đã giữ lại.")
    wish = Preference.objects.get(member=alice, kind="told")
    assert (wish.site, wish.mail) == (True, False)
    assert browser.post("/vi/notifications/wishes/", everything).status_code == 302
    assert Notification.objects.count() == 0


def test_a_room_may_bring_its_own_entry_and_an_unserved_page_is_left_out(
    alice: Member, signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings_area, "_entries", dict(settings_area._entries))
    settings_area.register(settings_area.Entry("later", "Phòng chưa mở", "lock", "no_such_address", 55))
    settings_area.register(settings_area.Entry("book", "Sổ của tôi", "bean", "my:statement", 56))
    assert settings_area.offer(settings_area.Entry("book", "Khác", "bean", "my:home", 1)).label == "Sổ của tôi"
    page = signed_in(alice).get(f"{S}privacy/").content.decode()
    assert "Sổ của tôi" in page
    assert "Phòng chưa mở" not in page
    keys = [room.key for room in settings_area.rooms(f"{S}privacy/")]
    assert keys[:2] == ["profile", "privacy"]
    assert [room.key for room in settings_area.rooms(f"{S}privacy/") if room.current] == ["privacy"]

"""Promise 45, erasing; leaving, coming back in time, and what is left after fourteen days."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from allauth.account.models import EmailAddress
from django.apps import apps
from django.core.cache import cache
from django.core.management import call_command
from django.db import connection
from django.test import Client
from PIL import Image

from badges import api as badges
from community import api as community
from portal import notifications
from portal.accounts import actions, handles, leaving, pictures, profiles
from portal.accounts.models import Member, Standing
from portal.accounts.permissions import is_present
from portal.events import relay
from portal.privacy import actions as privacy
from portal.privacy import tasks
from portal.scopes.models import Scope
from tests.factories.portal import make_member
from tests.helpers.events import committed
from tests.helpers.sessions import enter

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 22, 5, 0, tzinfo=UTC)
DAY = timedelta(days=1)
CANARY = [
    "Kanari Vàng Anh",
    "kanari@thu.example",
    "kanari-han",
    "BIO-KANARI",
    "Thị-trấn-Kanari",
    "LỜI-KANARI",
    "Kanari Cũ",
]


def at_the_door(member: Member) -> Client:
    """A browser that came in just now."""
    return enter(Client(), member)


def here_for_hours(member: Member) -> Client:
    """A browser that came in long ago."""
    return enter(Client(), member, at=time.time() - 3_600)


def test_leaving_signs_out_everywhere_and_hides_her(alice: Member, kind: Any) -> None:
    kind("told")
    browser, other = at_the_door(alice), at_the_door(alice)
    assert other.get("/vi/my/").status_code == 200
    refused = browser.post("/vi/my/settings/leave/now/", {})
    assert refused.status_code == 422
    assert "Bạn đánh dấu vào đây nếu thật lòng muốn thế." in refused.content.decode()
    gone = browser.post("/vi/my/settings/leave/now/", {"sure": "on"})
    assert gone.status_code == 200
    assert "Tạm biệt" in gone.content.decode()
    for each in (browser, other):
        assert each.get("/vi/my/").status_code == 302
    alice.refresh_from_db()
    assert not is_present(alice, at=NOON)
    assert Client().get(f"/vi/people/{alice.public_id}/").status_code == 404
    assert notifications.notify(member_id=alice.pk, kind="told", subject="topic:1", at=NOON) is None


def test_leaving_asks_for_a_fresh_proof_and_looking_does_not(alice: Member) -> None:
    browser = here_for_hours(alice)
    assert browser.get("/vi/my/settings/leave/").status_code == 200
    answer = browser.post("/vi/my/settings/leave/now/", {"sure": "on"})
    assert answer.status_code == 302
    assert "next=/vi/my/settings/leave/now/" in unquote(answer["Location"])
    alice.refresh_from_db()
    assert alice.left_at is None


def test_signing_in_within_the_grace_undoes_it(alice: Member) -> None:
    leaving.leave(actor=alice, at=NOON)
    leaving.leave(actor=alice, at=NOON + DAY)
    alice.refresh_from_db()
    assert leaving.erased_from(alice) == NOON + 14 * DAY
    at_the_door(alice)
    alice.refresh_from_db()
    assert alice.left_at is None
    assert tasks.erase_left(NOON + 30 * DAY) == 0
    assert not leaving.come_back(member=alice, at=NOON)


def test_a_password_of_hers_still_opens_the_door_after_coming_back(alice: Member) -> None:
    alice.set_password("mot-cau-rat-dai-cua-alice")
    alice.save()
    leaving.leave(actor=alice, at=NOON)
    leaving.come_back(member=alice, at=NOON + DAY)
    assert Member.objects.get(pk=alice.pk).check_password("mot-cau-rat-dai-cua-alice")


def test_after_the_grace_she_is_erased_once_and_not_a_day_before(alice: Member) -> None:
    leaving.leave(actor=alice, at=NOON)
    assert tasks.erase_left(NOON + 14 * DAY - timedelta(seconds=1)) == 0
    assert tasks.erase_left(NOON + 14 * DAY) == 1
    assert tasks.erase_left(NOON + 15 * DAY) == 0
    left = Member.objects.get(pk=alice.pk)
    assert (left.is_active, left.is_erased, left.left_at) == (False, True, None)
    assert not leaving.come_back(member=left, at=NOON + 15 * DAY)


def test_one_erasure_that_fails_stops_no_other(alice: Member, bob: Member, monkeypatch: pytest.MonkeyPatch) -> None:
    for member in (alice, bob):
        leaving.leave(actor=member, at=NOON)
    real = privacy.erase

    def fails_for_alice(**kwargs: Any) -> list[str]:
        if kwargs["member_id"] == alice.pk:
            raise RuntimeError("a room was broken")
        return real(**kwargs)

    monkeypatch.setattr(privacy, "erase", fails_for_alice)
    assert tasks.erase_left(NOON + 15 * DAY) == 1
    assert Member.objects.get(pk=alice.pk).left_at is not None
    assert Member.objects.get(pk=bob.pk).is_erased


def full_member() -> Member:
    """Somebody who left a trace in every room."""
    member = make_member("Kanari Cũ", email="kanari@thu.example", at=NOON - 30 * DAY)
    handles.change_name(actor=member, name="Kanari Vàng Anh", at=NOON - 20 * DAY)
    handles.change_handle(actor=member, handle="kanari-cu", at=NOON - 20 * DAY)
    member.refresh_from_db()
    Member.objects.filter(pk=member.pk).update(handle="kanari-han", handle_fold="kanarlhan")
    actions.update_standing(member_id=member.pk, handle="kanari-han", at=NOON)
    member.refresh_from_db()
    profiles.tell_about(actor=member, bio="BIO-KANARI", city="Thị-trấn-Kanari", at=NOON)
    profiles.set_birthday(actor=member, day=29, month=2, year=1988, at=NOON)
    profiles.set_place(actor=member, language="en", zone="Europe/Berlin", at=NOON)
    face = BytesIO()
    Image.new("RGB", (200, 200), (90, 60, 30)).save(face, "JPEG")
    with committed():
        pictures.set_picture(actor=member, kind="face", data=face.getvalue(), at=NOON)
    scope = Scope.objects.get_or_create(code="may", defaults={"kind": "brand", "name": "Mây"})[0]
    community.open_space(code="mo", scope=scope, position=0, texts={"vi": ("Mở", ""), "en": ("Open", "")})
    other = make_member("Người Ở Lại")
    topic = community.start_topic(
        actor=other, space_code="mo", title="Chuyện ở lại", source="Lời ở lại", key="t", at=NOON, live=False
    )
    reply = community.post_reply(actor=member, topic=topic, source="LỜI-KANARI", key="r", at=NOON, live=False)
    community.post_reply(actor=other, topic=topic, source="Đáp lại", reply_to=reply, key="r2", at=NOON, live=False)
    relay.drain()
    return member


def everything_stored() -> dict[str, str]:
    """Every text of every table, by table and column."""
    found: dict[str, str] = {}
    with connection.cursor() as cursor:
        for model in apps.get_models(include_auto_created=True):
            table = model._meta.db_table
            for field in model._meta.concrete_fields:
                if field.get_internal_type() in (
                    "CharField",
                    "TextField",
                    "JSONField",
                    "EmailField",
                    "SlugField",
                    "URLField",
                ):
                    column, quoted = connection.ops.quote_name(field.column), connection.ops.quote_name(table)
                    cursor.execute(f"SELECT {column} FROM {quoted}")
                    found[f"{table}.{field.column}"] = " ".join(str(row[0]) for row in cursor.fetchall())
    return found


def test_no_column_of_any_table_holds_the_canary_after_erasure(settings: Any, tmp_path: Path, mod: Member) -> None:
    """Every text column of every table is read, not only those that somebody thought of."""
    settings.MEDIA_ROOT, settings.PRIVATE_ROOT = tmp_path / "media", tmp_path / "private"
    cache.clear()
    member = full_member()
    with committed():
        privacy.ask_export(actor=member, at=NOON)
    assert [path for path in tmp_path.rglob("*") if path.is_file()]
    before = everything_stored()
    assert all(any(word in text for text in before.values()) for word in CANARY), "the canary must have been there"
    spendable = badges.balance(member.pk)["spend"]
    assert spendable > 0
    leaving.leave(actor=member, at=NOON)
    with committed():
        assert tasks.erase_left(NOON + 15 * DAY) == 1
    hits = {column: word for column, text in everything_stored().items() for word in CANARY if word in text}
    assert hits == {}
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
    # The sums stand, and what she could still spend has lapsed.
    assert badges.balance(member.pk)["spend"] == 0
    call_command("verify_ledger", verbosity=0)
    # Her address is free, her name too, and nobody comes in by either.
    assert not EmailAddress.objects.filter(email="kanari@thu.example").exists()
    assert make_member("Kanari Vàng Anh", email="kanari@thu.example").pk != member.pk


def test_threads_read_well_and_the_chip_names_a_former_member(settings: Any, tmp_path: Path, client: Client) -> None:
    settings.MEDIA_ROOT, settings.PRIVATE_ROOT = tmp_path / "media", tmp_path / "private"
    member = full_member()
    with committed():
        privacy.erase(actor=None, member_id=member.pk, at=NOON)
    standing = Standing.objects.get(member=member)
    assert (standing.name, standing.known_as, standing.url) == ("", "Một người đã rời nhà", "")
    topic = community.latest_topics(None)[0]
    page = client.get(topic.get_absolute_url()).content.decode()
    assert "Đáp lại" in page
    assert "Kanari" not in page
    assert "left-" not in page
    english = client.get(topic.get_absolute_url().replace("/vi/", "/en/")).content.decode()
    assert "Kanari" not in english

"""A small cut of the demo world, told twice: the same points, tiers and choices each time."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction

from badges import api as badges
from community.forum.models import Topic
from portal.accounts.models import Member, Picture
from portal.accounts.profiles import PUBLIC, field_visible, level_of
from portal.demo import choices, files, loader
from portal.scopes.actions import mirror
from portal.scopes.models import Scope

pytestmark = pytest.mark.django_db

KEYS = {"yen", "khoa", "ngan", "phuc", "son", "emma", "han", "dung", "manager", "staff", "care"}
TOPIC = "ca-phe-trung-xep"
BEHIND_THE_DOOR: dict[str, Any] = {
    "key": "behind-the-door", "space": "phong-bac", "author": "dung", "at": datetime(2026, 11, 5, 2, tzinfo=UTC),
    "title": "Mẻ thử số bảy", "body": "Ai nếm rồi thì nói.", "tags": [], "language": "vi",
    "replies": [{"author": "khoa", "at": datetime(2026, 11, 5, 4, tzinfo=UTC), "body": "Tôi nếm rồi, đắng gọn."}],
}  # fmt: skip


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch, settings: Any, tmp_path: Path) -> None:
    """Eleven people, a topic and one behind the door of a tier, no story; what they bought and chose is whole."""
    settings.MEDIA_ROOT = str(tmp_path)
    talk = next(topic for topic in files.topics() if topic["key"] == TOPIC)
    given = files.choices()
    told = {
        "people": [person for person in files.people() if person["key"] in KEYS],
        "topics": [_among(talk, replies=[_among(reply) for reply in talk["replies"]]), BEHIND_THE_DOOR],
        "bought": [row for row in files.bought() if row["member"] in KEYS],
        "choices": given | {"chosen": {key: one for key, one in given["chosen"].items() if key in KEYS}},
        "opened_at_the_counter": [],
    }
    for name, rows in told.items():
        monkeypatch.setattr(files, name, lambda rows=rows: rows)
    brand = mirror(code="may", kind=Scope.Kind.BRAND, name="Mây")
    for code in ("may-rang", "may-tra", "may-quan"):
        mirror(code=code, kind=Scope.Kind.SUB_BRAND, name=code, parent=brand)


def _among(post: dict[str, Any], **more: Any) -> dict[str, Any]:
    return post | {"reactions": [one for one in post.get("reactions", []) if one["by"] in KEYS]} | more


def tell() -> dict[str, Member]:
    world = loader.World()
    loader._people(world)
    choices.plan(world)
    loader._forum(world)
    loader._counter(world)
    world.play()
    choices.fill_shelves(world)
    return {key: Member.objects.select_related("standing").get(pk=one.pk) for key, one in world.members.items()}


def books(members: dict[str, Member]) -> dict[str, Any]:
    return {key: (badges.balance(one.pk), one.standing.tier_code) for key, one in members.items()}


@pytest.mark.usefixtures("small")
def test_told_twice_it_leaves_the_same_books() -> None:
    found = []
    for _time in range(2):
        with transaction.atomic():
            found.append(books(tell()))
            transaction.set_rollback(True)
    assert found[0] == found[1]
    assert {key: tier for key, (_points, tier) in found[0].items() if tier not in ("", "member")} == {
        "phuc": "diamond", "yen": "gold", "khoa": "silver", "dung": "silver",
    }  # fmt: skip


@pytest.mark.usefixtures("small")
def test_members_stand_as_they_chose() -> None:
    members = tell()
    assert Topic.objects.get(space__code="phong-bac").reply_count == 1
    assert members["emma"].zone == "Europe/Stockholm"
    assert members["emma"].profile.city == "Gothenburg"
    assert level_of(members["emma"].profile, "city") == PUBLIC
    assert not field_visible(members["son"].profile, "page", None)
    assert members["son"].profile.direct_from == "nobody"
    assert Picture.objects.filter(member=members["son"], kind=Picture.Kind.COVER).count() == 1
    assert not members["ngan"].profile.shows_presence
    assert members["han"].profile.completed_at is None
    shown = [badge.code for badge in badges.badges_of(members["phuc"], None)]
    assert shown
    assert shown == [code for code in files.choices()["chosen"]["phuc"]["shows"] if code in shown]

"""The rooms of the editor that the brand's manager walks through, read in her language: nothing in them is foreign."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from typing import Any

import pytest
from django.template import Engine, Origin
from django.template.utils import get_app_template_dirs
from django.test import Client
from django.utils import timezone, translation
from wagtail.users.models import UserProfile

from portal.ui import loading
from tests.tooling.house import environment, manage, prepared

# Code that people who build here read, not words: the name of a page type in a report.
CODE = re.compile(r"[a-z_]+\.[a-z_]+")
# Wagtail's own block of a picture names its chooser in English, and offers no place to say it otherwise.
UNMARKED = {"Image"}
# What she does every day must have been read, whatever else she may enter.
EVERY_DAY = {
    "wagtailadmin_home", "wagtailadmin_explore_root", "wagtailadmin_account", "wagtailadmin_choose_page",
    "wagtailimages:index", "wagtailimages:add", "wagtaildocs:index",
    "wagtailimages_chooser:choose", "wagtailembeds:chooser", "wagtailadmin_pages:search",
    "wagtail_localize:translations_report",
}  # fmt: skip
EVERY_DAY_WITH_A_THING = {
    "explore", "add_subpage", "add", "edit", "usage", "delete", "unpublish", "move", "move_confirm", "copy", "history",
    "set_privacy", "revisions_revert", "revisions_compare", "workflow_history",
}  # fmt: skip


@pytest.fixture(scope="module")
def read(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    folder = tmp_path_factory.mktemp("house") / "full"
    shutil.copytree(prepared("full"), folder)
    env = environment(folder) | {"DJANGO_SETTINGS_MODULE": "tests.tooling.reading_settings"}
    return json.loads(manage(env, "workshop", "vi", module="tests.tooling.reading").splitlines()[-1])


@pytest.mark.slow
def test_every_room_of_her_day_was_read(read):
    told = set(read["told"])
    assert read["unread"] == []
    assert EVERY_DAY - told == set()
    with_a_thing = {name.split(" ")[0].rpartition(":")[2].removeprefix("wagtailadmin_") for name in told if " " in name}
    assert EVERY_DAY_WITH_A_THING - with_a_thing == set()


@pytest.mark.slow
def test_no_room_holds_a_foreign_word(read):
    left = [
        (room, text)
        for room, texts in read["told"].items()
        for text in texts
        if not CODE.fullmatch(text) and text not in UNMARKED
    ]
    assert left == []


@pytest.mark.django_db
def test_scripts_of_the_editor_get_their_words_in_vietnamese():
    body = Client(headers={"accept-language": "vi"}).get("/admin/jsi18n/").content.decode()
    for words in ("Chưa lưu được", "Viết bình luận…", "Đang khóa soạn thảo"):
        assert json.dumps(words) in body


def test_the_editor_asks_the_member_and_not_a_row_of_its_own(manager):
    profile = UserProfile.get_for_user(manager)
    profile.preferred_language, profile.current_time_zone = "en", "Europe/Paris"
    profile.save()
    manager.language, manager.zone = "vi", "America/New_York"
    manager.save()
    profile = UserProfile.objects.get(pk=profile.pk)
    with translation.override("en"), timezone.override("UTC"):
        assert profile.get_preferred_language() == "vi"
        assert profile.get_current_time_zone() == "America/New_York"


@pytest.mark.parametrize("asked", ["vi", "en"])
def test_an_address_without_a_language_answers_in_the_members(manager, signed_in, asked):
    manager.language = "en" if asked == "vi" else "vi"
    manager.save()
    browser = signed_in(manager, headers={"accept-language": asked})
    answer = browser.get("/documents/1/nothing/")
    assert answer["Content-Language"] == manager.language


def test_a_mend_that_finds_its_place_gone_is_an_error(monkeypatch):
    monkeypatch.setitem(loading.MENDS, "wagtailadmin/home.html", (("words that never stood there", "others"),))
    loader = loading.MendedTemplates(Engine.get_default())
    origin = next(iter_origins("wagtailadmin/home.html"))
    with pytest.raises(loading.PlaceGone):
        loader.get_contents(origin)


@pytest.mark.parametrize("name", sorted(loading.MENDS))
def test_every_mend_finds_its_place(name):
    source = loading.MendedTemplates(Engine.get_default()).get_contents(next(iter_origins(name)))
    assert all(new in source for _old, new in loading.MENDS[name])


def iter_origins(name: str) -> Iterator[Origin]:
    for folder in get_app_template_dirs("templates"):
        path = folder / name
        if path.exists():
            yield Origin(name=str(path), template_name=name)

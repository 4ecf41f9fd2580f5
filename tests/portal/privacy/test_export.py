"""Promise 44, the copy of her own data: everything about her, only about her, for a week, after a fresh proof."""

from __future__ import annotations

import json
import zipfile
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from portal.accounts import profiles
from portal.accounts.models import Member
from portal.core import clock, personal_data
from portal.core.errors import NotFound, TooMany
from portal.privacy import actions, selectors, tasks
from portal.privacy.models import Export
from tests.helpers.events import committed
from tests.portal.privacy.test_leaving import at_the_door, here_for_hours

pytestmark = pytest.mark.django_db
CONSENTS = "/vi/my/settings/consents/"


@pytest.fixture(autouse=True)
def own_folder(settings: Any, tmp_path: Path) -> Path:
    """Copies of a test lie in a folder of its own."""
    settings.PRIVATE_ROOT = tmp_path
    return tmp_path


def ask(member: Member) -> Export:
    with committed():
        export = actions.ask_export(actor=member, at=clock.now())
    export.refresh_from_db()
    return export


def test_the_copy_holds_every_data_type_and_nobody_else(alice: Member, bob: Member) -> None:
    profiles.tell_about(actor=alice, bio="Lời của Alice", city="Đà Lạt", at=clock.now())
    profiles.tell_about(actor=bob, bio="Lời của Bob", city="Huế", at=clock.now())
    ask(alice)
    browser = at_the_door(alice)
    page = browser.get(CONSENTS).content.decode()
    export = Export.objects.get()
    address = f"/vi/my/settings/data/{export.public_id}/"
    assert address in page
    answer = browser.get(address)
    assert answer["Content-Type"] == "application/zip"
    assert "attachment" in answer["Content-Disposition"]
    assert "no-store" in answer["Cache-Control"]
    archive = zipfile.ZipFile(BytesIO(b"".join(answer)))
    data = json.loads(archive.read("data.json"))
    assert set(data["data"]) == {kind.name for kind in personal_data.data_types()}
    assert data["data"]["profile"][0]["email"] == alice.email
    assert data["data"]["about_me"][0]["city"] == "Đà Lạt"
    text = json.dumps(data, ensure_ascii=False)
    assert bob.email not in text
    assert "Lời của Bob" not in text


def test_every_marked_column_of_hers_is_in_the_copy(alice: Member) -> None:
    """A data type that covers a table exports at least one row when the table holds one of hers."""
    profiles.tell_about(actor=alice, bio="x", city="y", at=clock.now())
    data = selectors.everything_about(alice)
    for name in ("profile", "name_tag", "about_me", "consents", "addresses"):
        assert data[name], name


def test_the_copy_asks_for_a_fresh_proof(alice: Member) -> None:
    export, browser = ask(alice), here_for_hours(alice)
    for answer in (browser.post("/vi/my/settings/data/"), browser.get(f"/vi/my/settings/data/{export.public_id}/")):
        assert answer.status_code == 302
        assert CONSENTS not in answer["Location"]


def test_nobody_else_fetches_it_and_it_is_gone_after_a_week(alice: Member, bob: Member, own_folder: Path) -> None:
    export = ask(alice)
    assert at_the_door(bob).get(f"/vi/my/settings/data/{export.public_id}/").status_code == 404
    assert Client().get(f"/vi/my/settings/data/{export.public_id}/").status_code == 302
    later = clock.now() + timedelta(days=7, minutes=1)
    with pytest.raises(NotFound):
        selectors.get_export_for(alice, export.public_id, at=later)
    with committed():
        assert tasks.drop_old_exports(later) == 1
        assert tasks.drop_old_exports(later) == 0
    assert [path for path in own_folder.rglob("*") if path.is_file()] == []


def test_two_copies_a_day_and_no_more(alice: Member) -> None:
    for _n in range(2):
        ask(alice)
    with pytest.raises(TooMany):
        ask(alice)
    browser = at_the_door(alice)
    assert browser.post("/vi/my/settings/data/").status_code == 302
    assert Export.objects.count() == 2


def test_gathering_again_or_for_a_withdrawn_request_does_nothing(alice: Member) -> None:
    export = ask(alice)
    first = (export.file, export.ready_at)
    assert tasks.gather_export.func(export_id=export.pk)
    export.refresh_from_db()
    assert (export.file, export.ready_at) == first
    export.delete()
    assert not tasks.gather_export.func(export_id=export.pk)

"""The identity in the admin: refused with a way out, drafted, seen on real pages, published, taken back."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from brand.identity import colour, palette
from brand.identity.models import PREVIEW_MODES, Identity
from brand.identity.selectors import identity_for_scope
from portal.accounts.models import Member
from tests.brand.conftest import Shelf
from tests.brand.identity.conftest import Brands

pytestmark = pytest.mark.django_db


def place(name: str, *args: Any) -> str:
    return reverse(f"wagtailsnippets_brand_identity:{name}", args=args)


def filled(identity: Identity, **changes: Any) -> dict[str, Any]:
    """The form as it is sent: what stands there, and what was changed."""
    names = ("name", "slogan_vi", "slogan_en", "mark", "paper", "type_pair", *(f"color_{p}" for p in palette.COLOURS))
    return {"scope": identity.scope_id, **{name: getattr(identity, name) for name in names}, **changes}


def published(brands: Brands) -> str:
    """The colour of belonging that everybody sees."""
    return identity_for_scope(brands.root).colours["accent"]


# ── Refused with a way out ──────────────────────────────────────────────────────────────────────────────────────
def test_a_weak_colour_is_refused_at_its_field_with_swatches_ratio_and_offer(brands: Brands, desk: Client) -> None:
    sent = filled(brands.identity, color_accent="#8fc1a9", name="Mây mới")
    answer = desk.post(place("edit", brands.identity.pk), {**sent, "action-publish": "1"})
    html = answer.content.decode()
    offer = palette.passing("accent", "#8fc1a9", "warm")
    assert answer.status_code == 200
    assert published(brands) == "#2b5a4c"
    assert f'name="take-color_accent" value="{offer}"' in html
    assert f"{colour.contrast('#8fc1a9', colour.PAPER):.1f}".replace(".", ",") in html
    assert re.search(r'<rect [^>]*fill="#fbf8f3"/><text [^>]*fill="#8fc1a9">', html)
    assert 'value="#8fc1a9"' in html  # what was typed is kept
    assert 'value="Mây mới"' in html
    assert html.count('name="take-') == 1


def test_the_offer_is_taken_with_one_press_and_without_a_script(brands: Brands, desk: Client) -> None:
    offer = palette.passing("accent", "#8fc1a9", "warm")
    sent = filled(brands.identity, color_accent="#8fc1a9", name="Mây mới", **{"take-color_accent": offer})
    assert desk.post(place("edit", brands.identity.pk), sent).status_code == 302
    draft = Identity.objects.get(pk=brands.identity.pk).get_latest_revision_as_object()
    assert (draft.color_accent, draft.name) == (offer, "Mây mới")
    assert published(brands) == "#2b5a4c"


def test_an_offer_is_held_to_the_same_rules(brands: Brands, desk: Client) -> None:
    sent = filled(brands.identity, **{"take-color_accent": "#ffffff"})
    assert desk.post(place("edit", brands.identity.pk), sent).status_code == 200
    sent = filled(brands.identity, **{"take-name": "x", "take-scope": "1"})
    assert desk.post(place("edit", brands.identity.pk), sent).status_code == 302
    assert Identity.objects.get(pk=brands.identity.pk).get_latest_revision_as_object().name == "Mây"


def test_a_sub_brand_shows_what_it_inherits(brands: Brands, desk: Client) -> None:
    html = desk.get(place("edit", brands.roast_identity.pk)).content.decode()
    assert 'placeholder="#19352d"' in html
    assert 'value="#6b412b"' in html


# ── Drafts and publishing ───────────────────────────────────────────────────────────────────────────────────────
def test_members_see_a_change_only_when_it_is_published(brands: Brands, desk: Client) -> None:
    sent = filled(brands.identity, color_accent="#28505f")
    before = Client().get("/theme/may.css").content
    assert desk.post(place("edit", brands.identity.pk), sent).status_code == 302
    assert Client().get("/theme/may.css").content == before
    assert desk.post(place("edit", brands.identity.pk), {**sent, "action-publish": "1"}).status_code == 302
    assert b"--color-accent:light-dark(#28505f," in Client().get("/theme/may.css").content
    assert b"--color-accent:light-dark(#6b412b," in Client().get("/theme/may-rang.css").content.split(b"\n")[0]


def test_versions_are_compared_and_an_older_one_taken_back(brands: Brands, desk: Client) -> None:
    first = Identity.objects.get(pk=brands.identity.pk).latest_revision
    sent = filled(brands.identity, color_accent="#28505f", **{"action-publish": "1"})
    desk.post(place("edit", brands.identity.pk), sent)
    compared = desk.get(place("revisions_compare", brands.identity.pk, "earliest", "latest")).content.decode()
    assert "28505f" in compared
    back = desk.get(place("revisions_revert", brands.identity.pk, first.pk)).content.decode()
    assert "28505f" not in back
    again = filled(first.as_object(), revision=first.pk, **{"action-publish": "1"})
    desk.post(place("edit", brands.identity.pk), again)
    assert published(brands) == "#2b5a4c"


def test_a_change_can_wait_for_its_day(brands: Brands, desk: Client) -> None:
    day = timezone.localtime(timezone.now() + timedelta(days=2))
    sent = filled(brands.identity, color_accent="#28505f", go_live_at=day.strftime("%Y-%m-%d %H:%M"))
    assert desk.post(place("edit", brands.identity.pk), {**sent, "action-publish": "1"}).status_code == 302
    assert published(brands) == "#2b5a4c"
    waiting = Identity.objects.get(pk=brands.identity.pk).latest_revision
    assert waiting.approved_go_live_at is not None
    waiting.approved_go_live_at = timezone.now() - timedelta(minutes=1)
    waiting.content["go_live_at"] = waiting.approved_go_live_at.isoformat()
    waiting.save(update_fields=["approved_go_live_at", "content"])
    call_command("publish_scheduled")
    assert published(brands) == "#28505f"


def test_a_locked_identity_waits_for_its_keeper(brands: Brands, desk: Client, manager: Member) -> None:
    other = Identity.objects.get(pk=brands.identity.pk)
    other.locked, other.locked_by, other.locked_at = True, None, timezone.now()
    other.save()
    desk.post(place("edit", brands.identity.pk), filled(brands.identity, name="Khác", **{"action-publish": "1"}))
    assert identity_for_scope(brands.root).name == "Mây"
    assert desk.post(place("unlock", brands.identity.pk)).status_code == 302
    desk.post(place("edit", brands.identity.pk), filled(brands.identity, name="Khác", **{"action-publish": "1"}))
    assert identity_for_scope(brands.root).name == "Khác"


def test_an_identity_stays_with_its_brand_and_each_brand_has_one(brands: Brands, desk: Client) -> None:
    desk.post(place("edit", brands.roast_identity.pk), filled(brands.roast_identity, scope=brands.tea.pk))
    assert Identity.objects.get(pk=brands.roast_identity.pk).get_latest_revision_as_object().scope_id == brands.roast.pk
    choices = desk.get(place("add")).content.decode()
    assert "Mây Trà" in choices
    assert f'<option value="{brands.roast.pk}"' not in choices


def test_a_logo_comes_in_by_the_form_and_svg_does_not(
    brands: Brands, desk: Client, settings: Any, tmp_path: Path
) -> None:
    settings.MEDIA_ROOT = tmp_path
    out = BytesIO()
    Image.new("RGB", (64, 64), "#a2392a").save(out, "PNG")
    good, bad = BytesIO(out.getvalue()), BytesIO(b"<svg xmlns='http://www.w3.org/2000/svg'/>")
    good.name, bad.name = "mark.png", "mark.svg"
    refused = desk.post(place("edit", brands.identity.pk), filled(brands.identity, mark_file=bad))
    assert (refused.status_code, "SVG" in refused.content.decode()) == (200, True)
    desk.post(place("edit", brands.identity.pk), filled(brands.identity, mark_file=good, **{"action-publish": "1"}))
    look = identity_for_scope(brands.root)
    assert look.mark_file.startswith("identity/logos/")
    assert look.mark_file in Client().get("/vi/accounts/login/").content.decode()
    desk.post(place("edit", brands.identity.pk), filled(brands.identity, **{"action-publish": "1"}))
    assert identity_for_scope(brands.root).mark_file == look.mark_file  # nothing sent, nothing lost
    cleared = filled(brands.identity, **{"mark_file-clear": "on", "action-publish": "1"})
    desk.post(place("edit", brands.identity.pk), cleared)
    assert identity_for_scope(brands.root).mark_file == ""


# ── Seen on real pages ──────────────────────────────────────────────────────────────────────────────────────────
def shown(desk: Client, brands: Brands, mode: str, **changes: Any) -> str:
    """The preview of a changed form in a mode."""
    where = place("preview_on_edit", brands.identity.pk)
    assert desk.post(where, filled(brands.identity, **changes)).json() == {"is_valid": True, "is_available": True}
    answer = desk.get(f"{where}?mode={mode}")
    assert answer.status_code == 200
    assert answer["X-Frame-Options"] == "SAMEORIGIN"
    assert "frame-ancestors 'self'" in answer["Content-Security-Policy"]
    return str(answer.content.decode())


@pytest.mark.parametrize("mode", [mode for mode, _label in PREVIEW_MODES])
def test_a_draft_is_shown_on_a_real_page_in_light_and_dark(
    brands: Brands, desk: Client, shelf: Shelf, mode: str
) -> None:
    shelf.tell("suong")
    html = shown(desk, brands, mode, color_accent="#28505f", name="Sương Sớm")
    mark = {"home": "blocks", "story": "Chuyện suong", "community": 'community/" aria-current="page"', "my": "hello"}[
        mode.split("-")[0]
    ]
    assert mark in html
    assert "Sương Sớm" in html
    assert f'data-theme="{mode.split("-")[1]}"' in html
    sheet = re.search(r'href="(/theme/may\.css\?draft=[^"]+)"', html)
    assert sheet
    worn = desk.get(sheet[1])
    assert b"--color-accent:light-dark(#28505f," in worn.content
    assert worn["Cache-Control"] == "private, no-store"
    assert published(brands) == "#2b5a4c"


def test_the_sheet_of_a_draft_is_for_one_persons_eyes(
    brands: Brands, desk: Client, alice: Member, shelf: Shelf, signed_in: Callable[..., Client]
) -> None:
    html = shown(desk, brands, "home-light", color_accent="#28505f")
    sheet = re.search(r'href="(/theme/may\.css\?draft=[^"]+)"', html)
    assert sheet
    for browser in (Client(), signed_in(alice)):
        assert browser.get(sheet[1]).status_code == 404
    assert desk.get(sheet[1][:-3] + "xyz").status_code == 404


def test_a_draft_that_could_not_be_read_has_no_preview(brands: Brands, desk: Client) -> None:
    where = place("preview_on_edit", brands.identity.pk)
    assert desk.post(where, filled(brands.identity, color_accent="#ffffff")).json()["is_valid"] is False


# ── Who may ─────────────────────────────────────────────────────────────────────────────────────────────────────
def test_others_do_not_come_in(brands: Brands, alice: Member, mod: Member, signed_in: Callable[..., Client]) -> None:
    for member in (alice, mod):
        answer = signed_in(member).get(place("edit", brands.identity.pk))
        assert answer.status_code in (302, 403, 404)
        assert "color_accent" not in answer.content.decode()


@pytest.mark.parametrize("name", ["wagtailsites:index", "wagtailusers_users:index", "wagtailusers_groups:index"])
def test_a_brand_manager_reaches_no_other_settings(brands: Brands, desk: Client, name: str) -> None:
    assert desk.get(reverse(name)).status_code in (302, 403, 404)

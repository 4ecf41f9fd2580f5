"""The people of the desk, and a house in two languages with a section of its own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from wagtail.models import Page
from wagtail.test.utils.form_data import inline_formset, nested_form_data, rich_text, streamfield

from brand.stories.models import StoryIndexPage
from portal.accounts.models import Member
from portal.editing.actions import open_section
from tests.brand.conftest import BEATS, Shelf
from tests.factories.portal import make_member, make_staff


@pytest.fixture
def shelf(db: None) -> Shelf:
    """Home and shelf in both languages."""
    return Shelf()


@pytest.fixture
def section(shelf: Shelf) -> StoryIndexPage:
    """The top of a section with editors of its own."""
    home = shelf.shelves["vi"].get_parent()
    top = StoryIndexPage(title="Mây Rang", slug="may-rang", locale=home.locale)
    home.add_child(instance=top)
    top.save_revision().publish()
    return top


@pytest.fixture
def desk(db: None, section: StoryIndexPage) -> dict[str, Member]:
    """One person of every role, by the role's short name."""
    groups = {
        "brand": "Brand managers", "approver": "Programme approvers", "moderator": "Moderators",
        "store": "Store staff", "care": "Care", "analyst": "Analysts",
    }  # fmt: skip
    people = {
        role: make_staff(f"Người {role}", email=f"{role}@desk.example", group=group) for role, group in groups.items()
    }
    people["section"] = make_staff("Người mảng", email="section@desk.example")
    people["section"].groups.add(open_section(page=section, name="Mây Rang"))
    people["admin"] = make_staff("Người quản", email="admin@desk.example", is_superuser=True)
    people["member"] = make_member("Bạn thường", email="member@desk.example")
    return people


@pytest.fixture
def at_the_desk(desk: dict[str, Member], signed_in: Callable[..., Client]) -> Callable[[str], Client]:
    """`at_the_desk("brand")` is the browser of the person in that role."""
    return lambda role: signed_in(desk[role])


def story_form(**changes: Any) -> dict[str, str]:
    """What the editor's form of a whole story sends."""
    beats = [("beat", {"kind": kind, "heading": kind, "text": rich_text(f"<p>{kind}</p>")}) for kind in BEATS]
    fields = {
        "title": "Chuyện", "slug": "chuyen", "teaser": "Mời đọc", "minutes": "5", "told_on": "2026-04-01",
        "body": streamfield([*beats, ("message", {"text": "Ở lại."})]), "comments": inline_formset([]),
    }  # fmt: skip
    return nested_form_data({**fields, **changes})


def rights_on(page: Page) -> set[tuple[str, str]]:
    """Group and act of every right that hangs on this very page."""
    rows = page.group_permissions.values_list("group__name", "permission__codename")
    return {(group, codename.removesuffix("_page")) for group, codename in rows}


def group(name: str) -> Group:
    """A group by its name."""
    return Group.objects.get(name=name)

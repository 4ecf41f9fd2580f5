"""A page that moved: its old address leads on, in both languages, and so does whatever links to it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client, TestCase

from brand.stories.models import StoryIndexPage, StoryPage
from community import api as community
from community.forum.models import Topic
from portal.accounts.models import Member
from portal.scopes.models import Scope
from tests.brand.conftest import Shelf, publish

pytestmark = pytest.mark.django_db
WISH = {"opens_talk": True, "talk_space": "goc-phin"}


@pytest.fixture
def told(shelf: Shelf, manager: Member) -> dict[str, StoryPage]:
    """A story in both languages, with its discussion."""
    root, _made = Scope.objects.get_or_create(code="may", defaults={"kind": "brand", "name": "Mây"})
    community.open_space(code="goc-phin", scope=root, position=1, texts={"vi": ("Góc phin", ""), "en": ("Phin", "")})
    vi = shelf.tell("suong", owner=manager, **WISH)
    return {"vi": vi, "en": shelf.tell("frost", "en", translation_key=vi.translation_key)}


@pytest.fixture
def elsewhere(shelf: Shelf) -> dict[str, StoryIndexPage]:
    """Another shelf in each language."""
    found = {}
    for code in ("vi", "en"):
        home = shelf.shelves[code].get_parent()
        found[code] = publish(home, StoryIndexPage(title="Lò", slug="lo", locale=home.locale))
    return found


def talk_page(code: str) -> str:
    """The discussion as a visitor reads it in one language."""
    address = Topic.objects.get().get_absolute_url()
    return Client().get(address.replace("/vi/", f"/{code}/", 1)).text


def move(browser: Client, page: StoryPage, place: StoryIndexPage) -> int:
    """Moves a page as the workshop does."""
    with TestCase.captureOnCommitCallbacks(execute=True):
        return browser.post(f"/admin/pages/{page.pk}/move/{place.pk}/confirm/").status_code


@pytest.mark.parametrize(("code", "slug"), [("vi", "suong"), ("en", "frost")])
def test_a_moved_story_is_found_by_its_old_address(
    code: str,
    slug: str,
    told: dict[str, StoryPage],
    elsewhere: dict[str, StoryIndexPage],
    manager: Member,
    signed_in: Callable[..., Client],
) -> None:
    old, new = f"/{code}/stories/{slug}/", f"/{code}/lo/{slug}/"
    assert f'href="{old}"' in talk_page(code)
    assert move(signed_in(manager), told[code], elsewhere[code]) == 302
    answer = Client().get(old)
    assert (answer.status_code, answer.headers["Location"]) == (301, new)
    assert Client().get(new).status_code == 200
    # The discussion leads straight to where the story stands now.
    assert f'href="{new}"' in talk_page(code)
    assert f'href="{old}"' not in talk_page(code)


def test_a_story_below_a_renamed_shelf_takes_its_discussion_along(told: dict[str, StoryPage], shelf: Shelf) -> None:
    top = shelf.shelves["vi"]
    top.refresh_from_db()
    with TestCase.captureOnCommitCallbacks(execute=True):
        top.slug = "chuyen"
        top.save_revision().publish()
    assert Client().get("/vi/stories/suong/").headers["Location"] == "/vi/chuyen/suong/"
    assert 'href="/vi/chuyen/suong/"' in talk_page("vi")
    assert 'href="/en/stories/frost/"' in talk_page("en")


def test_moving_back_leads_in_no_circle(
    told: dict[str, StoryPage],
    elsewhere: dict[str, StoryIndexPage],
    shelf: Shelf,
    manager: Member,
    signed_in: Callable[..., Client],
) -> None:
    browser = signed_in(manager)
    move(browser, told["vi"], elsewhere["vi"])
    move(browser, StoryPage.objects.get(pk=told["vi"].pk), shelf.shelves["vi"])
    assert Client().get("/vi/stories/suong/").status_code == 200
    assert Client().get("/vi/lo/suong/").headers["Location"] == "/vi/stories/suong/"
    assert 'href="/vi/stories/suong/"' in talk_page("vi")

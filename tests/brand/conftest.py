"""A small brand in two languages: home, shelf, and stories as a test needs them."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from wagtail.models import Locale, Page, Site

from brand.pages.models import HomePage
from brand.stories.models import StoryIndexPage, StoryPage

BEATS = ("opening", "knot", "climax", "resolution")


def body(*kinds: str, message: bool = True) -> list[dict[str, Any]]:
    """A story's body as it is stored: one beat per kind, then the message."""
    beats = [{"type": "beat", "value": {"kind": k, "heading": f"Nhịp {k}", "text": f"<p>{k}</p>"}} for k in kinds]
    return [*beats, *([{"type": "message", "value": {"text": "Ở lại là lời cảm ơn."}}] if message else [])]


def front_room() -> list[dict[str, Any]]:
    """A front room's body as it is stored: every part that is alive."""
    return [
        {"type": "welcome", "value": {"heading": "Mây xuống thấp.", "lead": "Đây là nhà chung."}},
        {"type": "newest_stories", "value": {"heading": "", "count": 3}},
        {"type": "latest_topics", "value": {"heading": "Tối nay", "space": "", "count": 4}},
        {"type": "thanks", "value": {"heading": "Cảm ơn", "words": "Hạt"}},
    ]


def publish(parent: Page, page: Page) -> Any:
    """The page, live below its parent."""
    parent.refresh_from_db()
    parent.add_child(instance=page)
    page.save_revision().publish()
    return page


class Shelf:
    """The brand's pages, and a pen for more stories."""

    def __init__(self) -> None:
        root = Page.get_first_root_node()
        for welcome in root.get_children():
            welcome.specific.delete()
        root.refresh_from_db()
        self.shelves: dict[str, StoryIndexPage] = {}
        keys: dict[str, Any] = {}
        for code, slug in (("vi", "home"), ("en", "home-en")):
            locale, _made = Locale.objects.get_or_create(language_code=code)
            home = HomePage(title="Mây", slug=slug, locale=locale, body=front_room(), **keys.get("home", {}))
            root.add_child(instance=home)
            shelf = StoryIndexPage(title="Chuyện", slug="stories", locale=locale, **keys.get("shelf", {}))
            home.add_child(instance=shelf)
            if code == "vi":
                keys = {
                    "home": {"translation_key": home.translation_key},
                    "shelf": {"translation_key": shelf.translation_key},
                }
                Site.objects.update_or_create(
                    is_default_site=True, defaults={"hostname": "localhost", "port": 80, "root_page": home}
                )
            self.shelves[code] = shelf
        Site.clear_site_root_paths_cache()

    def tell(self, slug: str, language: str = "vi", day: date = date(2026, 4, 1), **fields: Any) -> StoryPage:
        """A published story; `translation_key=` makes it another language's version."""
        shelf = self.shelves[language]
        shelf.refresh_from_db()
        shown = {"cover_alt": "Rặng chè trong sương"} if "cover" in fields else {}
        fields = {"title": f"Chuyện {slug}", "teaser": "Mời đọc", "body": body(*BEATS), **shown, **fields}
        story = StoryPage(slug=slug, locale=shelf.locale, told_on=day, **fields)
        shelf.add_child(instance=story)
        story.save_revision().publish()
        return story

    def tell_in_both(self, slug: str) -> tuple[StoryPage, StoryPage]:
        """The same story in Vietnamese and in English."""
        first = self.tell(slug)
        return first, self.tell(slug, "en", title=f"Story {slug}", translation_key=first.translation_key)


@pytest.fixture
def shelf(db: None) -> Shelf:
    """Home and shelf in both languages, without a story yet."""
    return Shelf()

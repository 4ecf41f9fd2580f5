"""The door into the brand's pages for the roof, where it asks for several rooms at once."""

from datetime import datetime
from typing import Any

from brand.help.models import HelpGroupPage, HelpIndexPage, HelpPage, LegalPage
from brand.pages.models import (
    ArchitecturePage,
    HomePage,
    IdentityPage,
    PromisePage,
    SubBrandPage,
    ValuesPage,
    VoicePage,
)
from brand.stories import selectors as stories
from brand.stories.models import StoryIndexPage, StoryPage
from brand.writing import finding, index
from brand.writing.finding import FoundPage, FoundPages
from brand.writing.models import LivingPage
from portal.accounts.models import Member
from portal.core.finding import Asked

__all__ = ["SECTIONS", "FoundPage", "FoundPages", "find", "rebuild_words", "weekly_stories"]

SECTIONS: dict[str, list[type[LivingPage]]] = {
    "stories": [StoryPage],
    "help": [HelpPage],
    "pages": [
        HomePage, ArchitecturePage, IdentityPage, PromisePage, ValuesPage, VoicePage, SubBrandPage, StoryIndexPage,
        HelpIndexPage, HelpGroupPage, LegalPage,
    ],
}  # fmt: skip


def find(section: str, asked: Asked, locale: str, **how: Any) -> FoundPages:
    """Live, public pages of a section (`stories`, `help`, `pages`) that answer; `find_pages` says how."""
    return finding.find_pages(SECTIONS[section], asked, locale, **how)


def weekly_stories(member: Member, *, since: datetime, limit: int = 3) -> list[StoryPage]:
    """Stories that came out since then in her language and unread by her, newest first. Two queries."""
    told = stories.stories(member.language).filter(first_published_at__gte=since)
    return list(told.exclude(translation_key__in=stories.read_by(member))[:limit])


def rebuild_words() -> int:
    """Writes the index of pages anew; returns how many pages it holds."""
    return index.rebuild()

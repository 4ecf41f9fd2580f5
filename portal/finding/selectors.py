"""The house found in one box: each room is asked through its door, and answers as far as the viewer may see."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.core.paginator import Page, Paginator
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from brand import api as brand
from community import api as community
from community.api import Narrowed
from portal.accounts.finding import find_members
from portal.accounts.models import Member
from portal.core.finding import Asked
from portal.core.loosening import some_is_less
from portal.core.marking import marked

PER_PAGE, AT_A_GLANCE, SUGGESTED = 20, 3, 4
# As many pages as a person turns; a larger number in an address is a slip or a probe.
LAST_PAGE = 100

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


@dataclass
class Section:
    """One kind of results: how many there are, some of them, and how well the best of them answers."""

    kind: str
    label: Any
    icon: str
    rows: list[Any] = field(default_factory=list)
    total: int = 0
    capped: bool = False
    best: int = 0


@dataclass
class Found:
    """What the box gave: sections, the best first; spaces and tags; whether only some words were found."""

    sections: list[Section] = field(default_factory=list)
    spaces: list[Any] = field(default_factory=list)
    tags: list[Any] = field(default_factory=list)
    loose: bool = False

    @property
    def total(self) -> int:
        """How many results of all kinds."""
        return sum(section.total for section in self.sections)


Finder = Callable[..., Section]


def _talks(viewer: Member | None, asked: Asked, to: Narrowed, *, limit: int, offset: int, loose: bool) -> Section:
    found = community.find_talks(viewer, asked, to, limit=limit, offset=offset, loose=loose)
    best = max((row.score for row in found.rows), default=0)
    label = pgettext_lazy("search results", "Talks")
    return Section("talks", label, "message-circle", found.rows, found.total, found.capped, best)


def _pages(kind: str, label: Any, icon: str) -> Finder:
    def find(viewer: Member | None, asked: Asked, to: Narrowed, *, limit: int, offset: int, loose: bool) -> Section:
        if to or not asked:
            return Section(kind, label, icon)
        found = brand.find(kind, asked, get_language() or "vi", limit=limit, offset=offset, loose=loose)
        rows = [{"found": row, "url": row.page.get_url() or ""} for row in found.rows]
        return Section(kind, label, icon, rows, found.total, best=max((row.score for row in found.rows), default=0))

    return find


def _people(viewer: Member | None, asked: Asked, to: Narrowed, *, limit: int, offset: int, loose: bool) -> Section:
    section = Section("people", _("People"), "users")
    if to or loose or not asked:
        return section  # half a name is another person
    members, section.total = find_members(viewer, asked, limit=limit, offset=offset)
    section.rows = [member.standing for member in members]
    section.best = max((member.score for member in members), default=0)  # type: ignore[attr-defined]
    return section


FINDERS: dict[str, Finder] = {
    "talks": _talks,
    "stories": _pages("stories", _("Stories"), "book-open"),
    "help": _pages("help", pgettext_lazy("search results", "Help"), "info"),
    "people": _people,
    "pages": _pages("pages", _("Pages of the house"), "house"),
}


def glance(viewer: Member | None, asked: Asked, to: Narrowed, *, kind: str = "", page: int = 1) -> Found:
    """The first few of every kind, the kind that answers best first; some of the words where none holds all.

    With `kind` a page of that one alone, and of the others how many there are; spaces and tags only where these are
    none.
    """
    found = Found(_ask_all(viewer, asked, to, kind, page, loose=False))
    if not to and not (kind and found.total):
        found.spaces, found.tags = community.find_spaces(viewer, asked), community.find_tags(viewer, asked)
    if not found.total and not found.spaces and some_is_less(asked):
        found.sections = _ask_all(viewer, asked, to, kind, page, loose=True)
        found.loose = bool(found.total)
    found.sections.sort(key=lambda section: -section.best)
    return found


def _ask_all(viewer: Member | None, asked: Asked, to: Narrowed, kind: str, page: int, *, loose: bool) -> list[Section]:
    found = []
    for name, finder in FINDERS.items():
        few = {"limit": 0 if kind else AT_A_GLANCE, "offset": 0}
        found.append(finder(viewer, asked, to, **(_place(page) if name == kind else few), loose=loose))
    return found


def _place(page: int) -> dict[str, int]:
    return {"limit": PER_PAGE, "offset": (page - 1) * PER_PAGE}


@dataclass
class FoundOfKind:
    """One page of one kind: what was found of every kind, its own section and pager; whether only some words were."""

    found: Found
    section: Section
    page: Page
    loose: bool


def of_kind(viewer: Member | None, asked: Asked, to: Narrowed, kind: str, page: int) -> FoundOfKind:
    """One page of one kind. Only some of the words are asked for where nothing of any kind holds all of them."""
    page = max(1, min(page, LAST_PAGE))
    found = glance(viewer, asked, to, kind=kind, page=page)
    section, loose = next(one for one in found.sections if one.kind == kind), found.loose
    if not found.total and not loose and some_is_less(asked):
        # A space or a tag of that name is shown above; what comes near stands below it.
        section = FINDERS[kind](viewer, asked, to, **_place(page), loose=True)
        loose = bool(section.total)
    pages = _KnownCount(section.total)
    return FoundOfKind(found, section, Page(section.rows, min(page, pages.num_pages), pages), loose)


class _KnownCount(Paginator):
    """A paginator that is told the count."""

    def __init__(self, count: int) -> None:
        super().__init__([], PER_PAGE)
        self._count = min(count, LAST_PAGE * PER_PAGE)

    @property
    def count(self) -> int:
        return self._count


@dataclass(frozen=True)
class Suggestion:
    """One line below the box while somebody types."""

    title: str
    url: str
    note: "StrOrPromise"
    icon: str
    chip: Any = None


def suggestions(viewer: Member | None, asked: Asked) -> list[Suggestion]:
    """What might be meant: spaces, members, the brand's pages and talks whose names begin so. Constant queries."""
    if not asked:
        return []
    lines = [
        Suggestion(marked(space.text.name, asked, beginning=True), space.get_absolute_url(), _("Space"), space.icon)
        for space in community.find_spaces(viewer, asked, beginning=True)[:2]
    ]
    lines += [
        Suggestion(marked(tag.name, asked, beginning=True), tag.get_absolute_url(), _("Tag"), "link")
        for tag in community.find_tags(viewer, asked, limit=2)
    ]
    members, _count = find_members(viewer, asked, limit=3, beginning=True)
    for member in members:
        chip = member.standing
        lines.append(Suggestion(marked(chip.name, asked, beginning=True), chip.url, _("Member"), "user", chip))
    for kind, icon, note in (("stories", "book-open", _("Story")), ("help", "info", _("Help")), ("pages", "house", "")):
        found = brand.find(kind, asked, get_language() or "vi", limit=2, beginning=True)
        in_title = (row for row in found.rows if "<mark>" in row.title)
        lines += [Suggestion(row.title, row.page.get_url() or "", note, icon) for row in in_title]
    for talk in community.suggest_topics(viewer, asked, limit=SUGGESTED):
        note = talk.topic.space.text.name
        lines.append(Suggestion(talk.title, talk.topic.get_absolute_url(), note, "message-circle"))
    return lines

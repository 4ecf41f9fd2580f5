"""Reads of help and legal texts. Only what is live and public; what every page's foot needs is kept in the cache."""

import re
import uuid
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.db.models import Case, Count, IntegerField, Max, Q, QuerySet, Value, When
from wagtail.models import Page
from wagtail.query import PageQuerySet

from brand.help.models import HelpAnswer, HelpGroupPage, HelpIndexPage, HelpPage, LegalPage
from portal.core.errors import NotFound
from portal.core.shared_cache import AWAY
from portal.core.text import clean_line, fold

_KEY = "help:standing:%s"
_SECONDS = 300
FOUND, WORDS, ASKED = 20, 8, 100
# One reader in a bad mood is no reason to write an answer anew; this many are.
ENOUGH = 3


@dataclass(frozen=True)
class Group:
    """A group with its questions, as the help centre shows it."""

    page: HelpGroupPage
    questions: list[HelpPage] = field(default_factory=list)


@dataclass(frozen=True)
class Text:
    """A legal text as the foot and the entrance need it: plain values, fit for the cache."""

    kind: str
    title: str
    url: str
    version: str
    changes: tuple[tuple[str, date, str], ...] = ()


@dataclass(frozen=True)
class Standing:
    """Where help and the legal texts stand in one language; `version` by kind is the one in force for everybody."""

    help_url: str = ""
    texts: dict[str, Text] = field(default_factory=dict)
    versions: dict[str, str] = field(default_factory=dict)

    @property
    def links(self) -> tuple[tuple[str, str], ...]:
        """Title and address of each legal text."""
        return tuple((text.title, text.url) for text in self.texts.values())


# ── Help ────────────────────────────────────────────────────────────────────────────────────────────────────────
def help_pages(locale: str) -> PageQuerySet:
    """Live, public help pages in one language, in the order of the tree."""
    pages = HelpPage.objects.live().public().filter(locale__language_code=locale)
    return pages.select_related("locale").defer_streamfields().order_by("path")


def groups_of(index: HelpIndexPage) -> list[Group]:
    """The groups of a help centre with their questions. Two queries and those of restrictions."""
    groups = HelpGroupPage.objects.child_of(index).live().public().select_related("locale").order_by("path")
    found = {group.path: Group(group) for group in groups}
    for page in help_pages(index.locale.language_code).descendant_of(index):
        if (group := found.get(page.path[: -page.steplen])) is not None:
            group.questions.append(page)
    return list(found.values())


def questions_of(group: HelpGroupPage) -> list[HelpPage]:
    """The questions of one group."""
    return list(help_pages(group.locale.language_code).child_of(group))


def asked(value: Any) -> str:
    """What somebody typed into the box, on one line and of a sane length."""
    return clean_line(str(value or ""))[:ASKED]


def find(locale: str, query: str) -> list[HelpPage]:
    """Help pages that hold every word of the query, whatever accents and case; titles come first. One query."""
    words = re.findall(r"\w+", fold(query))[:WORDS]
    if not words:
        return []
    everywhere, in_title = Q(), Q()
    for word in words:
        everywhere &= Q(fold_text__contains=f" {word}")
        in_title &= Q(fold_title__contains=f" {word}")
    rank = Case(When(in_title, then=Value(0)), default=Value(1), output_field=IntegerField())
    return list(help_pages(locale).filter(everywhere).annotate(rank=rank).order_by("rank", "path")[:FOUND])


def related_to(page: HelpPage, limit: int = 4) -> list[HelpPage]:
    """What its editor chose, else its neighbours in the group. At most two queries."""
    chosen = list(page.related.values_list("target", flat=True))
    pages = help_pages(page.locale.language_code)
    if chosen:
        order = {pk: place for place, pk in enumerate(chosen)}
        return sorted(pages.filter(pk__in=chosen), key=lambda p: order[p.pk])[:limit]
    return list(pages.sibling_of(page, inclusive=False)[:limit])


def question_by_key(key: uuid.UUID, locale: str) -> HelpPage:
    """A live, public help page by its translation key, in this language if it is told in it; raises NotFound."""
    pages = {page.locale.language_code: page for page in HelpPage.objects.live().public().filter(translation_key=key)}
    page = pages.get(locale) or next(iter(pages.values()), None)
    if page is None:
        raise NotFound
    return page


# ── Whether it helped ───────────────────────────────────────────────────────────────────────────────────────────
def verdicts() -> "QuerySet[Any]":
    """Yes and no by question and language, the least helpful first."""
    counted = HelpAnswer.objects.values("question", "locale").annotate(
        yes=Count("pk", filter=Q(helped=True)), no=Count("pk", filter=Q(helped=False)), newest=Max("at")
    )
    return counted.order_by("-no", "yes", "question", "locale")


def unhelpful(pages: "QuerySet[Page]") -> list[tuple[HelpPage, int, int]]:
    """Live help pages among these that fail their readers, with those who said no and all who said anything.

    At least `ENOUGH` said no, and no fewer than said yes; the worst first. Two queries.
    """
    told = {(row["question"], row["locale"]): (row["no"], row["yes"]) for row in verdicts().filter(no__gte=ENOUGH)}
    failing = {key: (no, no + yes) for key, (no, yes) in told.items() if no >= yes}
    found = HelpPage.objects.live().filter(page_ptr_id__in=pages.values("pk"))
    found = found.filter(translation_key__in={question for question, _locale in failing})
    rows = [(page, failing.get((page.translation_key, page.locale.language_code))) for page in
            found.select_related("locale").defer_streamfields()]  # fmt: skip
    known = [(page, *counts) for page, counts in rows if counts is not None]
    return sorted(known, key=lambda row: (-row[1], row[0].path))


def titles_of(keys: Iterable[uuid.UUID]) -> dict[tuple[uuid.UUID, str], tuple[int, str]]:
    """Primary key and question of help pages by translation key and language, for the report. One query."""
    rows = HelpPage.objects.filter(translation_key__in=set(keys)).values_list(
        "translation_key", "locale__language_code", "pk", "title"
    )
    return {(key, locale): (pk, title) for key, locale, pk, title in rows}


def newest_words(keys: Iterable[uuid.UUID], limit: int = 200) -> dict[tuple[uuid.UUID, str], list[str]]:
    """What was added in words, newest first, by question and language. One query."""
    rows = HelpAnswer.objects.filter(question__in=set(keys)).exclude(words="").order_by("-at")[:limit]
    found: dict[tuple[uuid.UUID, str], list[str]] = {}
    for row in rows:
        found.setdefault((row.question, row.locale), []).append(row.words)
    return found


# ── What every page leads to ────────────────────────────────────────────────────────────────────────────────────
_last_seen: dict[str, Standing] = {}


def standing(locale: str) -> Standing:
    """Help centre and legal texts in a language, from the cache; where a text lacks the language, the house's own."""
    try:
        found = cache.get(_KEY % locale)
        if found is None:
            found = _read_standing(locale)
            cache.set(_KEY % locale, found, _SECONDS)
        _last_seen[locale] = found
    except AWAY:
        # Wagtail needs the cache to find a page's address: what this process saw last must do while it is away.
        found = _last_seen.get(locale) or _read_standing(locale)
    return found


def _read_standing(locale: str) -> Standing:
    centre = HelpIndexPage.objects.live().public().filter(locale__language_code=locale).first()
    pages = LegalPage.objects.live().public().select_related("locale").order_by("kind")
    by_kind: dict[str, dict[str, LegalPage]] = {}
    for page in pages:
        by_kind.setdefault(page.kind, {})[page.locale.language_code] = page
    texts, versions = {}, {}
    for kind, told in by_kind.items():
        source = told.get(settings.LANGUAGE_CODE) or next(iter(told.values()))
        texts[kind], versions[kind] = _text(told.get(locale) or source), source.version
    return Standing(centre.get_url() or "" if centre else "", texts, versions)


def _text(page: LegalPage) -> Text:
    changes = tuple((c.value["version"], c.value["day"], c.value["text"]) for c in page.changes)
    return Text(page.kind, page.title, page.get_url() or "", page.version, changes)


def forget() -> None:
    """Drops what is kept of the standing pages, so that the next page reads them anew."""
    with suppress(*AWAY):  # a copy lives five minutes at most
        cache.delete_many([_KEY % code for code, _name in settings.LANGUAGES])

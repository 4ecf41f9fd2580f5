"""Finding the brand's pages: what is live and open to everybody, in the reader's language first."""

from dataclasses import dataclass, field
from typing import Any

from wagtail.models import Page

from brand.writing.index import INDEX, words_of
from brand.writing.models import LivingPage
from portal.core.finding import Asked, holding
from portal.core.loosening import best_of, holding_some, loosened
from portal.core.marking import marked

MOST = 500
EXCERPT = 220
# A page in the other language answers, too, but after those that she reads without effort.
OWN_LANGUAGE = 60


@dataclass(frozen=True)
class FoundPage:
    """A page as a result."""

    page: LivingPage
    title: str
    words: str
    locale: str
    score: int


@dataclass
class FoundPages:
    """One page of results and how many there are in all."""

    rows: list[FoundPage] = field(default_factory=list)
    total: int = 0


def find_pages(
    models: list[type[LivingPage]],
    asked: Asked,
    locale: str,
    *,
    limit: int,
    offset: int = 0,
    beginning: bool = False,
    loose: bool = False,
) -> FoundPages:
    """Live, public pages of these types that hold everything asked (`loose`: some of it). A page told in two languages
    comes once, in the one that answers better. A constant number of queries for each type."""
    if not asked or not models:
        return FoundPages()
    rows = Page.objects.live().public().type(*models)
    if loose:
        hits = _hits(holding_some(rows, INDEX, loosened(rows, INDEX, asked)))
        least = best_of([hit[-1] for hit in hits])
        hits = [hit for hit in hits if hit[-1] >= least]
        asked = asked.telling
    else:
        hits = _hits(holding(rows, INDEX, asked, beginning=beginning))
    ordered = _once(hits, locale)
    chosen = ordered[offset : offset + limit]
    pages = Page.objects.filter(pk__in=[pk for pk, _score in chosen]).select_related("locale").specific()
    found = {page.pk: page for page in pages}
    shown = [_shown(found[pk], asked, score, beginning) for pk, score in chosen if pk in found]
    return FoundPages(shown, len(ordered))


def _hits(rows: Any) -> list[tuple[int, Any, str, int]]:
    return list(rows.order_by("-pk").values_list("pk", "translation_key", "locale__language_code", "score")[:MOST])


def _once(hits: list[tuple[int, Any, str, int]], locale: str) -> list[tuple[int, int]]:
    best: dict[Any, tuple[int, int]] = {}
    for pk, key, code, score in hits:
        points = score + (OWN_LANGUAGE if code == locale else 0)
        if key not in best or (points, -pk) > (best[key][0], -best[key][1]):
            best[key] = (points, pk)
    return [(pk, score) for score, pk in sorted(best.values(), key=lambda one: (-one[0], one[1]))]


def _shown(page: Any, asked: Asked, score: int, beginning: bool) -> FoundPage:
    return FoundPage(
        page=page,
        title=marked(page.title, asked, beginning=beginning),
        words=marked(words_of(page), asked, length=EXCERPT, beginning=beginning),
        locale=page.locale.language_code,
        score=score,
    )

"""Keeps the words of live pages for finding them, in the transaction that publishes, changes or takes down a page."""

import html
import re
from typing import Any

from django.db import transaction
from django.utils.html import strip_tags
from wagtail.models import Page
from wagtail.search.index import SearchField

from brand.writing.models import LivingPage, PageWords
from portal.core.finding import COLUMNS, Index, columns

INDEX = Index("brand_pagewords", "page_id")
_SPACES = re.compile(r"\s+")
_TAG = re.compile(r"<[^>]+>")


def words_of(page: Page) -> str:
    """What a reader reads on the page besides its title, in plain words: the fields that its type lets be searched."""
    fields = [
        field for field in page.search_fields if isinstance(field, SearchField) and field not in Page.search_fields
    ]
    return _SPACES.sub(" ", " ".join(_plain(field.get_value(page)) for field in fields)).strip()


def _plain(value: Any) -> str:
    if isinstance(value, (list, tuple)):
        return " ".join(_plain(each) for each in value)
    # What an editor left empty comes out of a block as the word for nothing.
    words = "" if value in (None, "None") else str(value)
    return html.unescape(strip_tags(_TAG.sub(lambda tag: f" {tag.group()}", words)))


def keep(page: Page) -> None:
    """Makes the page's row say what its live version says, or removes it. Idempotent.

    Pages that are closed to some keep a row: who may see what is asked when somebody looks.
    """
    page = page.specific
    if not page.live or not isinstance(page, LivingPage):
        PageWords.objects.filter(pk=page.pk).delete()
        return
    row = PageWords(page_id=page.pk, **columns(page.title, words_of(page)))
    PageWords.objects.bulk_create([row], update_conflicts=True, unique_fields=["page"], update_fields=COLUMNS)


@transaction.atomic
def rebuild() -> int:
    """Writes every row anew and removes what should not be there; returns how many there are."""
    for page in Page.objects.filter(depth__gt=1).specific():
        keep(page)
    return PageWords.objects.count()

"""Addresses of pages, worked out once: `reverse` takes a tenth of drawing a page that has a hundred of them."""

import re
from functools import lru_cache
from typing import Any

from django.core.signals import setting_changed
from django.dispatch import receiver
from django.urls import NoReverseMatch, get_urlconf, reverse
from django.utils.translation import get_language

# What a `slug` is: every converter of words takes it, and no address writes it in another way.
WORD = re.compile(r"[A-Za-z0-9_-]+", re.ASCII)
# Stands where a word belongs; itself a word, so that whatever takes words takes it.
HOLES = tuple(f"zq{place}hole" for place in range(8))
HOLE = re.compile(r"zq([0-7])hole")


def filled(form: str, words: tuple[str, ...]) -> str:
    """The text with each hole replaced by its word, in one pass: a word that looks like a hole stays as it is."""
    return HOLE.sub(lambda hole: words[int(hole[1])], form)


@lru_cache(maxsize=2048)
def _form(name: str, places: int, language: str | None, urlconf: Any, current_app: str | None) -> str | None:
    """The address with a hole for each argument; None where an argument cannot be just any word."""
    try:
        found = reverse(name, args=HOLES[:places] or None, urlconf=urlconf, current_app=current_app)
    except NoReverseMatch:
        return None
    return found if all(found.count(hole) == 1 for hole in HOLES[:places]) else None


def address(name: str, *words: Any, current_app: str | None = None) -> str:
    """As `reverse(name, args=words)` in the active language: the same address, the same NoReverseMatch."""
    if len(words) <= len(HOLES) and all(type(word) is str and WORD.fullmatch(word) for word in words):
        form = _form(name, len(words), get_language(), get_urlconf(), current_app)
        if form is not None:
            return filled(form, words) if words else form
    return reverse(name, args=words or None, current_app=current_app)


@receiver(setting_changed, dispatch_uid="trian-forms-of-addresses")
def forget(*, setting: str, **changed: Any) -> None:
    """The map of addresses does not change while a house is open; in tests it does."""
    if setting == "ROOT_URLCONF":
        _form.cache_clear()

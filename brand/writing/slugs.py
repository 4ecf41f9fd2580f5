"""Addresses of Vietnamese titles: đ, ẵ and ở become d, a and o, on the server and in the workshop's own script."""

import re
from functools import cache
from itertools import chain
from string import ascii_lowercase

from django.utils.text import slugify
from wagtail.admin.widgets import SlugInput

from portal.core.text import fold


def page_slug(title: str) -> str:
    """What a page with this title is called in its address: `page_slug("Cà phê ở Đà Nẵng") == "ca-phe-o-da-nang"`."""
    return slugify(fold(title))


@cache
def _letters() -> dict[str, str]:
    """Every marked Latin letter up to Vietnamese, by the bare one it folds to."""
    found: dict[str, str] = {}
    for letter in map(chr, chain(range(0xC0, 0x250), range(0x1E00, 0x1F00))):
        bare = fold(letter)
        if bare in ascii_lowercase and len(bare) == 1:
            found[bare] = found.get(bare, "") + letter
    return found


def slug_input() -> SlugInput:
    """The field of the workshop's form. Its script drops letters that it does not know; these pairs come first."""
    # Marks that stand apart, as some keyboards send them.
    pairs = [(re.compile("[\u0300-\u036f]"), "")]
    pairs += [(re.compile(f"[{marked}]"), bare) for bare, marked in sorted(_letters().items())]
    return SlugInput(formatters=pairs)

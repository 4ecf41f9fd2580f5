"""The pairs of typefaces that the front end really ships (static/build.mjs), and their names in the style sheet.

A face loads only on pages that write with it, so a pair costs nothing where it is not chosen.
"""

from dataclasses import dataclass

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

_UI = '"Bricolage Grotesque","Plain Wait","Plain Wait DejaVu","Segoe UI","Noto Sans",system-ui,sans-serif'
_WAIT = '"Book Wait Noto","Book Wait Georgia","Book Wait DejaVu",Georgia,"Times New Roman",serif'
_READ = f"Literata,{_WAIT}"
_TALL = f'"Literata Display",Literata,{_WAIT}'


@dataclass(frozen=True)
class Pair:
    """Faces for great lines and for long reading, and the files that pictures are lettered with."""

    label: str | Promise
    display: str
    read: str
    # Beginning of the two files of a subset each, and the weight where one file holds all.
    files: str
    weight: int | None


PAIRS: dict[str, Pair] = {
    "house": Pair(_("Of the house: plain great lines, a book face for stories"), _UI, _READ, "bricolage", 720),
    "book": Pair(_("Of the book: great lines and stories in one book face"), _TALL, _READ, "literata-display", None),
    "plain": Pair(_("Plain: one face for everything"), _UI, _UI, "bricolage", 720),
}


def tokens(pair: str) -> dict[str, str]:
    """What the style sheet sets for a pair."""
    chosen = PAIRS[pair]
    return {"--font-display": chosen.display, "--font-read": chosen.read}


def files(pair: str) -> tuple[str, str]:
    """The two files (Latin, Vietnamese) that pictures of this pair are lettered with."""
    folder = settings.BASE_DIR / "static" / "build" / "fonts"
    latin, vietnamese = (str(folder / f"{PAIRS[pair].files}-{subset}.woff2") for subset in ("latin", "vietnamese"))
    return latin, vietnamese

"""The look of one scope, whole: every value that it sets or inherits. Plain data, safe to keep in a cache."""

import hashlib
from dataclasses import asdict, dataclass, field
from functools import cached_property

from brand.identity import palette, typefaces

# Raised when pictures are drawn differently, so that every address of theirs changes.
DRAWN = 1
# The code of the look that a house wears before it has a scope.
NO_SCOPE = "_"


@dataclass(frozen=True)
class Look:
    """Resolved values of one scope. `version` names exactly this look, in every address that is kept for ever."""

    code: str
    name: str
    slogan_vi: str = ""
    slogan_en: str = ""
    mark: str = "mist"
    mark_file: str = ""
    wordmark_file: str = ""
    mono_file: str = ""
    colours: dict[str, str] = field(default_factory=lambda: dict(palette.HOUSE))
    paper: str = "warm"
    type_pair: str = "house"

    @cached_property
    def version(self) -> str:
        """Twelve letters that change with every value."""
        told = repr((DRAWN, sorted(asdict(self).items(), key=lambda pair: pair[0])))
        return hashlib.sha256(told.encode()).hexdigest()[:12]

    @property
    def initial(self) -> str:
        """The first letter of the name, for a mark that has no drawing."""
        return next((letter for letter in self.name if letter.isalnum()), "·").upper()

    def slogan(self, language: str) -> str:
        """The slogan in a language, Vietnamese where that is empty."""
        return (self.slogan_en if language == "en" else self.slogan_vi) or self.slogan_vi

    def tokens(self) -> dict[str, tuple[str, str]]:
        """Every colour that this look gives to pages, light and dark."""
        return palette.tokens(self.colours, self.paper)


# What stays the page's own where a small piece of another brand lies on it.
_OF_THE_PAGE = ("--color-page", "--color-surface", "--color-sunken", "--color-line", "--color-line-strong")


def _rules(look: Look, *, whole: bool) -> str:
    rows = [
        f"{name}:light-dark({light},{dark});"
        for name, (light, dark) in look.tokens().items()
        if whole or name not in _OF_THE_PAGE
    ]
    if whole:
        rows += [f"{name}:{value};" for name, value in typefaces.tokens(look.type_pair).items()]
    return "".join(rows)


def sheet(look: Look, others: "list[Look]") -> str:
    """The style sheet of a look; pieces of other brands on its pages (`data-brand`) keep their own colours.

    Colours are validated hex, faces come from our own table, codes are slugs: nothing else can enter the sheet.
    """
    pieces = [f'[data-brand="{other.code}"]{{{_rules(other, whole=False)}}}\n' for other in others]
    return f":root{{{_rules(look, whole=True)}}}\n" + "".join(pieces)


def digest(text: str) -> str:
    """The version of a sheet: what it says."""
    return hashlib.sha256(text.encode()).hexdigest()[:12]

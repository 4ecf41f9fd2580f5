"""What the ground floor knows of the programme's tiers: which there are today, and how each is drawn. The programme
registers the two readers; nobody here knows its tables."""

from collections.abc import Callable
from time import monotonic
from typing import NamedTuple

from django.utils.translation import gettext as _

# Each drawn mark with the look that it wears: the symbol `tier-<look>` of the sprite, and the class that colours it.
LOOKS = {
    "seedling": "member", "ridge": "silver", "ridge-sun": "gold", "stone": "diamond", "cloud": "cloud", "tree": "tree",
    "moon": "moon",
}  # fmt: skip
# The tiers of a new site. Every other tier's mark is asked for once.
FIRST = {"member": "seedling", "silver": "ridge", "gold": "ridge-sun", "diamond": "stone"}
ASK_AGAIN = 30.0


class Named(NamedTuple):
    """A tier of today in the reader's language."""

    rank: int
    name: str


class _Readers:
    today: Callable[[], list[Named]] | None = None
    marks: Callable[[], dict[str, str]] | None = None


_marks: dict[str, str] = {}
_asked = [-ASK_AGAIN]


def register(*, today: Callable[[], list[Named]], marks: Callable[[], dict[str, str]]) -> None:
    """`today()` names the tiers in force from the lowest; `marks()` gives the mark of every tier that ever was."""
    _Readers.today, _Readers.marks = staticmethod(today), staticmethod(marks)


def look_of(code: str, mark: str = "") -> str:
    """How a tier is drawn; an unknown one as the first. At most one query in half a minute, and none for the tiers of
    a new site: a code has one mark for ever, so what was read once is kept."""
    known = mark or FIRST.get(code) or _marks.get(code) or _asked_for(code)
    return LOOKS.get(known, LOOKS["seedling"])


def _asked_for(code: str) -> str:
    if _Readers.marks is None or monotonic() - _asked[0] < ASK_AGAIN:
        return ""
    _asked[0] = monotonic()
    _marks.update(_Readers.marks())
    return _marks.get(code, "")


def forget() -> None:
    """Forgets the marks that were read, as a process that begins."""
    _marks.clear()
    _asked[0] = -ASK_AGAIN


def today() -> dict[int, str]:
    """The tiers of today by their rank, from the lowest."""
    return {tier.rank: tier.name for tier in _Readers.today()} if _Readers.today is not None else {}


def doors(*kept: int | None) -> list[tuple[int, str]]:
    """What a form offers for "from which tier on", above the first: every tier of today by name, and what a place was
    given before (`kept`) though it is no tier any more."""
    names = today()
    ranks = sorted({*names, *(rank for rank in kept if rank)} - {0})
    return [(rank, words_of(rank, names)) for rank in ranks]


def words_of(rank: int, names: dict[int, str]) -> str:
    """“Silver and above”; the highest by its name alone."""
    if rank not in names:
        return _("Rank %(rank)s, which is no tier any more") % {"rank": rank}
    return names[rank] if rank == max(names) else _("%(tier)s and above") % {"tier": names[rank]}

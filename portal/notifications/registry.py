"""Which kinds of notification exist. The slice that tells them registers them; this package knows none by name."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

    from portal.accounts.models import Member
    from portal.notifications.models import Notification


# How an inbox is sorted into heaps; each kind names its own.
GROUPS: "dict[str, StrOrPromise]" = {
    "replies": _("Answers"),
    "mentions": _("Mentions"),
    "thanks": pgettext_lazy("notifications", "Thanks"),
    "rewards": _("Tiers and badges"),
    "house": pgettext_lazy("notifications", "The house"),
}


@dataclass(frozen=True)
class Kind:
    """A kind of notification and how it is told.

    `sentence` and `url` get the row (actor and her standing are loaded) while the reader's language is active.
    `visible` asks whether the member may see the subject now; it is asked at creation, in the inbox and before mail.
    `visible_many`, when given, answers for a whole inbox at once and returns the primary keys of what may be shown.
    """

    name: str
    label: "StrOrPromise"
    icon: str
    sentence: Callable[["Notification"], str]
    url: Callable[["Notification"], str]
    visible: Callable[["Member", str, dict[str, Any]], bool]
    mail: bool = True
    # A purpose that the member must have agreed to before any letter of this kind: "news" for what nobody asked for.
    consent: str = ""
    # Told only to those who work here, so others are not asked whether they want it.
    staff: bool = False
    visible_many: "Callable[[Member, Sequence[Notification]], set[int]] | None" = None
    # The heap of the inbox that it lies on, one of `GROUPS`.
    group: str = "house"


@dataclass(frozen=True)
class LetterKind:
    """A letter that comes by itself and has no item in the inbox, such as the weekly one; asked for by mail only.

    `wanted` says whether a member who never chose gets it.
    """

    name: str
    label: "StrOrPromise"
    icon: str
    wanted: Callable[["Member"], bool]


_letters: dict[str, LetterKind] = {}


def register_letter(letter: LetterKind) -> LetterKind:
    """Adds a letter to the page of wishes; raises TypeError when the name is taken."""
    if letter.name in _letters or letter.name in _kinds:
        raise TypeError(f"letter {letter.name!r} is registered twice")
    _letters[letter.name] = letter
    return letter


def letters() -> list[LetterKind]:
    """All letters that come by themselves."""
    return list(_letters.values())


def letter_of(name: str) -> LetterKind:
    """The letter of that name; raises LookupError for an unknown one (a caller's mistake)."""
    try:
        return _letters[name]
    except KeyError:
        raise LookupError(f"no letter {name!r}") from None


def in_group(group: str) -> list[str]:
    """The names of the kinds on one heap."""
    return [kind.name for kind in _kinds.values() if kind.group == group]


_kinds: dict[str, Kind] = {}


def register(kind: Kind) -> Kind:
    """Adds a kind; raises TypeError when the name is taken."""
    if kind.group not in GROUPS:
        raise TypeError(f"notification kind {kind.name!r} lies on no heap: {kind.group!r}")
    if kind.name in _kinds:
        raise TypeError(f"notification kind {kind.name!r} is registered twice")
    _kinds[kind.name] = kind
    return kind


def kind_of(name: str) -> Kind:
    """The kind of that name; raises LookupError for an unknown one (a caller's mistake)."""
    try:
        return _kinds[name]
    except KeyError:
        raise LookupError(f"no notification kind {name!r}") from None


def find(name: str) -> Kind | None:
    """The kind of that name, or None for rows of a kind that no longer exists."""
    return _kinds.get(name)


def kinds() -> list[Kind]:
    """All kinds, in the order of registration."""
    return list(_kinds.values())

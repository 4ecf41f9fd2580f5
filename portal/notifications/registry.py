"""Which kinds of notification exist. The slice that tells them registers them; this package knows none by name."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

    from portal.accounts.models import Member
    from portal.notifications.models import Notification


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


_kinds: dict[str, Kind] = {}


def register(kind: Kind) -> Kind:
    """Adds a kind; raises TypeError when the name is taken."""
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

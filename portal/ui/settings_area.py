"""The rooms of the settings area: each part of the house adds its own entry, the layout lists them.

`register(Entry("phone", _("Phone"), "smartphone", "phone_index", 60))` when the house starts. An entry whose address
this installation does not serve is left out, so an entry may be registered before its page exists.
"""

from dataclasses import dataclass
from typing import Any

from django.urls import NoReverseMatch, reverse


@dataclass(frozen=True)
class Entry:
    """One page of the settings: `url_name` takes no arguments, `position` orders the list."""

    key: str
    label: Any
    icon: str
    url_name: str
    position: int
    hint: Any = ""


@dataclass(frozen=True)
class Room:
    """An entry with its address on this page; `current` on the page itself and everything below it."""

    key: str
    label: Any
    icon: str
    url: str
    hint: Any
    current: bool


_entries: dict[str, Entry] = {}


def register(entry: Entry) -> Entry:
    """Adds an entry, or replaces the one of the same key: the room that owns a page has the last word about it."""
    _entries[entry.key] = entry
    return entry


def offer(entry: Entry) -> Entry:
    """Adds an entry unless its key is there already: for pages of other rooms."""
    return _entries.setdefault(entry.key, entry)


def rooms(path: str) -> list[Room]:
    """Every entry whose page is served here, in order. No query."""
    found = []
    for entry in sorted(_entries.values(), key=lambda one: (one.position, one.key)):
        try:
            url = reverse(entry.url_name)
        except NoReverseMatch:
            continue
        found.append(Room(entry.key, entry.label, entry.icon, url, entry.hint, path.startswith(url)))
    return found

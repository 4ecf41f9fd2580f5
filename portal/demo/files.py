"""Reads the hand-written world of Mây from its files. No database, no rule: texts as they were written."""

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

WORLD = Path(__file__).parent / "world"


def _read(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text(encoding="utf-8"))


@cache
def people() -> list[dict[str, Any]]:
    """Everybody in the world, staff included, in order of joining."""
    return sorted(_read(WORLD / "members.toml")["members"], key=lambda p: p["joined"])


@cache
def stories() -> list[dict[str, Any]]:
    """The stories, oldest first."""
    return sorted((_read(p) for p in sorted((WORLD / "stories").glob("*.toml"))), key=lambda s: s["at"])


@cache
def topics() -> list[dict[str, Any]]:
    """The topics, oldest first."""
    return sorted((_read(p) for p in sorted((WORLD / "topics").glob("*.toml"))), key=lambda t: t["at"])


@cache
def spaces() -> list[dict[str, Any]]:
    """The forum's spaces in their order."""
    return sorted(_read(WORLD / "space.toml")["spaces"], key=lambda s: s["order"])


@cache
def rooms() -> list[dict[str, Any]]:
    """The rooms with their messages."""
    return list(_read(WORLD / "rooms.toml")["rooms"])


@cache
def talks() -> list[dict[str, Any]]:
    """What is said in the rooms beside the common hall; each names its `space`, or its `room` of the house."""
    return [_read(path) for path in sorted((WORLD / "rooms").glob("*.toml"))]


@cache
def around_the_hall() -> dict[str, Any]:
    """Threads, thanks and a pin in the hall, and conversations of a few."""
    return _read(WORLD / "talk.toml")


@cache
def page(key: str) -> dict[str, Any]:
    """One of the brand's own pages, in every language."""
    return _read(WORLD / "pages" / f"{key}.toml")


@cache
def identities() -> dict[str, Any]:
    """How each brand looks, by the code of its scope."""
    return _read(WORLD / "identities.toml")


@cache
def help_groups() -> dict[str, Any]:
    """The help centre's front page and its groups in order."""
    return _read(WORLD / "help" / "groups.toml")


@cache
def help_pages() -> list[dict[str, Any]]:
    """The help pages by group and order; each knows its slug."""
    paths = [path for path in (WORLD / "help").glob("*.toml") if path.stem != "groups"]
    return sorted(({"slug": p.stem, **_read(p)} for p in paths), key=lambda page: (page["group"], page["order"]))


@cache
def legal_texts() -> list[dict[str, Any]]:
    """Terms, privacy and house rules."""
    return [_read(path) for path in sorted((WORLD / "legal").glob("*.toml"))]


@cache
def opened_at_the_counter() -> list[dict[str, Any]]:
    """Accounts that the counter opened by number and nobody has claimed, oldest first."""
    return sorted(_read(WORLD / "counter.toml")["opened"], key=lambda o: o["at"])


@cache
def bought() -> list[dict[str, Any]]:
    """What members bought under their names, oldest first."""
    return sorted(_read(WORLD / "counter.toml")["bought"], key=lambda b: b["at"])


@cache
def choices() -> dict[str, Any]:
    """What members chose for themselves: clock, cover, privacy, the badges on their shelves."""
    return _read(WORLD / "choices.toml")


@cache
def moderation() -> dict[str, Any]:
    """What moderators have before them."""
    return _read(WORLD / "moderation.toml")


@cache
def reading() -> dict[str, Any]:
    """What members follow, have read and keep at hand."""
    return _read(WORLD / "reading.toml")


@cache
def alt_texts() -> dict[str, Any]:
    """What each scene shows, by its name and language."""
    return _read(WORLD / "pictures" / "alt.toml")


def face(key: str) -> Path:
    """A person's drawn face."""
    return WORLD / "pictures" / "faces" / f"{key}.webp"


def scene(name: str) -> Path:
    """A drawn landscape."""
    return WORLD / "pictures" / "scenes" / f"{name}.webp"

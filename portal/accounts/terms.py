"""Which terms are in force. The brand publishes them as a page; until then the summary at the entrance is all there is.

One source of truth: the version here is what consent rows name, what the entrance links to and what members are asked
to agree to again.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from portal.accounts.models import Member


@dataclass(frozen=True)
class Change:
    """What one version brought."""

    version: str
    day: date
    text: str


@dataclass(frozen=True)
class Terms:
    """A version of the terms: where they stand in the reader's language, and what changed, newest first."""

    version: str
    url: str = ""
    guidelines_url: str = ""
    privacy_url: str = ""
    changes: tuple[Change, ...] = ()

    def since(self, version: str) -> list[Change]:
        """What changed after a version; everything for who never agreed to one of these."""
        found: list[Change] = []
        for change in self.changes:
            if change.version == version:
                break
            found.append(change)
        return found


# The six sentences of `_terms.html`, which stand in the product itself.
SUMMARY = Terms(version="2026-11-summary")


def _summary() -> Terms | None:
    return None


_source: list[Callable[[], Terms | None]] = [_summary]


def read_from(source: Callable[[], Terms | None]) -> None:
    """Lets the room that publishes the terms say which are in force."""
    _source[0] = source


def in_force() -> Terms:
    """The terms that hold now, with addresses in the active language."""
    return _source[0]() or SUMMARY


def must_agree(member: Member) -> bool:
    """Whether she has yet to agree to the terms in force. No query while the cache is warm."""
    return member.terms_version != in_force().version

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


_REMEMBERED = "_must_agree"

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
    """Whether she has yet to agree to the terms in force. No query while the cache is warm.

    The answer is kept on this very object while she has agreed to nothing else: a page with twenty posts asks often.
    """
    kept: tuple[str, bool] | None = getattr(member, _REMEMBERED, None)
    if kept is None or kept[0] != member.terms_version:
        kept = (member.terms_version, member.terms_version != in_force().version)
        setattr(member, _REMEMBERED, kept)
    return kept[1]


# What a member may do by a form before she agrees to new terms: read, come and go, keep her account safe, see to what
# is kept about her, take back her own words, answer the house and leave it. Everything else waits for her yes.
OPEN_DOORS = ("account_", "mfa_", "socialaccount_", "usersessions_", "wagtail", "dev:")
OPEN = frozenset(
    {
        *("settings:export", "settings:export_file", "settings:leave_now", "settings:consents", "settings:news"),
        *("settings:privacy", "settings:place", "settings:remove_picture"),
        *("notifications:read_all", "notifications:open", "notifications:wishes", "notifications:unsubscribe"),
        *("community:read", "community:watch", "community:hide", "chat:read", "chat:present", "chat:remove"),
        *("stories:read", "help:answer", "badges:seen"),
    }
)


def is_open(route: str) -> bool:
    """Whether this route takes forms of a member who has not agreed yet."""
    return route in OPEN or route.startswith(OPEN_DOORS)

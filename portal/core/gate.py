"""The one gate that members' words pass, wherever they are typed: topic, post, chat, profile, tags, polls.

The room that keeps the talk kind brings a keeper (`keep_with`); who takes words asks `read` and knows no rule. Without
a keeper everything passes. An act that can wait (a topic, a message, a change of a post, a name) hands words over by
`hold`; places that cannot wait (an address, a new seat) say `waits=False`, and are refused what would have to wait.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NoReturn, Protocol

from django.utils.translation import gettext_lazy as _

from portal.core.errors import Invalid

FLAG, HOLD, BLOCK = "flag", "hold", "block"
REFUSED = _("These words do not fit this house: %(words)s. Say it in another way, and it can be sent.")
CANNOT_WAIT = _(
    "A moderator would have to read this first, and this place cannot wait: %(words)s. Say it in another way."
)


@dataclass(frozen=True)
class Verdict:
    """What the keeper says: the texts with covered words, and the hardest of "", flag, hold, block.

    `matched` are the words that were noticed, as typed; `field` is the text in which the hardest one stands; `why`
    tells a rule of the filter from other reasons to wait.
    """

    texts: Mapping[str, str]
    action: str = ""
    matched: tuple[str, ...] = ()
    field: str = ""
    why: str = ""
    rules: tuple[int, ...] = ()


class Keeper(Protocol):
    """Reads words, keeps those that wait, and tells moderators of those that were let pass with a mark."""

    def judge(
        self, place: str, texts: Mapping[str, str], *, author: Any, at: datetime, before: Mapping[str, str], about: str
    ) -> Verdict: ...

    def hold(self, verdict: Verdict, *, author: Any, key: str, at: datetime, **words: Any) -> None: ...

    def note(self, verdict: Verdict, subject: str, *, author_id: int, words: str, at: datetime) -> None: ...

    def overtake(self, about: str, *, author_id: int, at: datetime) -> None: ...


_keeper: list[Keeper] = []


def keep_with(keeper: Keeper) -> None:
    """Puts the keeper in place."""
    _keeper[:] = [keeper]


def read(
    place: str,
    texts: Mapping[str, str],
    *,
    author: Any,
    at: datetime,
    waits: bool = False,
    covers: bool = True,
    before: Mapping[str, str] | None = None,
    about: str = "",
) -> Verdict:
    """Reads what a member is about to say; returns it with covered words and what is to be done.

    Raises Invalid (`field`, code `words_refused`) for what is blocked, and for what would have to wait where the place
    cannot. Where a covered word makes no sense (`covers=False`: a name) it is refused, too. `texts` are named by their
    form fields. The verdict is the same in every place, and for new words and changes: of a change the caller says how
    it read `before` and what it is `about` (`post:12`), so that what stood there already is not held against her.
    """
    if not _keeper:
        return Verdict(texts)
    verdict = _keeper[0].judge(place, texts, author=author, at=at, before=before or {}, about=about)
    covered = not covers and dict(verdict.texts) != dict(texts)
    if verdict.action == BLOCK or covered or (verdict.action == HOLD and not waits):
        refuse(verdict)
    return verdict


def refuse(verdict: Verdict) -> NoReturn:
    """Raises Invalid (`field`, code `words_refused`) with the words named: what cannot be said, or cannot wait here."""
    words = CANNOT_WAIT if verdict.action == HOLD else REFUSED
    named = ", ".join(f"“{word}”" for word in verdict.matched[:3])
    raise Invalid(words % {"words": named}, code="words_refused", field=verdict.field)


def hold(
    verdict: Verdict, *, author: Any, at: datetime, key: str = "", kept: Callable[[], None] | None = None, **words: Any
) -> None:
    """Hands words over that have to wait, and raises Waits; does nothing for any other verdict.

    New words are idempotent by `key`. A change of what stands says what it is `about` (`post:12`) and how that read
    `before`; a later one takes the place of the one that waits. `kept` runs in the transaction that keeps the words.
    """
    if verdict.action == HOLD and _keeper:
        _keeper[0].hold(verdict, author=author, key=key, at=at, kept=kept, **words)


def overtake(about: str, *, author_id: int, at: datetime) -> None:
    """Takes back what waited about this, for newer words of the author stand there; in their transaction."""
    if _keeper:
        _keeper[0].overtake(about, author_id=author_id, at=at)


def note(verdict: Verdict, subject: str, *, author_id: int, words: str, at: datetime) -> None:
    """Tells moderators of words that were let pass with a mark, in the transaction that wrote them (`post:12`)."""
    if verdict.action == FLAG and _keeper:
        _keeper[0].note(verdict, subject, author_id=author_id, words=words, at=at)

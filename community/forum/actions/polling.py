"""Polls: putting a question into a topic, and choosing."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Count
from django.utils.translation import gettext_lazy as _

from community.forum import around, limits, permissions
from community.forum.actions import _parts
from community.forum.ballots import Poll, PollOption, PollVote
from community.forum.locks import lock_topic_for
from community.forum.models import Topic
from portal.accounts.models import Member
from portal.core.errors import Invalid
from portal.core.text import clean, clean_line, length

QUESTION_LEAST, QUESTION_MOST, OPTION_MOST = 8, 150, 100
OPTIONS_LEAST, OPTIONS_MOST = 2, 10
DAYS_MOST = 90


@dataclass(frozen=True)
class Wanted:
    """A poll as its author wants it. `days`: how long it stays open; 0 leaves it open."""

    question: str
    options: tuple[str, ...]
    multiple: bool = False
    results: str = Poll.Results.ALWAYS
    secret: bool = True
    days: int = 0


def wanted(
    question: Any, options: Any, *, multiple: bool = False, results: str = "always", secret: bool = True, days: Any = 0
) -> Wanted | None:
    """A checked poll from what was typed, `options` a line each; None when nothing was typed at all.

    Raises Invalid (`field` poll_question, poll_options, poll_results, poll_days).
    """
    asked = clean_line(question) if isinstance(question, str) else ""
    lines = [clean_line(line) for line in clean(options).split("\n")] if isinstance(options, str) else []
    lines = [line for line in lines if line]
    if not asked and not lines:
        return None
    if not length(asked) >= QUESTION_LEAST or len(asked) > QUESTION_MOST:
        raise Invalid(_("A poll asks something in 8 to 150 characters."), field="poll_question")
    if not OPTIONS_LEAST <= len(lines) <= OPTIONS_MOST or len({line.lower() for line in lines}) < len(lines):
        raise Invalid(_("A poll has two to ten different choices, one a line."), field="poll_options")
    if any(len(line) > OPTION_MOST for line in lines):
        raise Invalid(_("A choice is too long. Up to 100 characters fit."), field="poll_options")
    if results not in Poll.Results.values:
        raise Invalid(code="unknown_results", field="poll_results")
    open_days = int(days) if str(days or 0).isascii() and str(days or 0).isdigit() else -1
    if not 0 <= open_days <= DAYS_MOST or (results == Poll.Results.CLOSED and not open_days):
        raise Invalid(_("Say when the poll closes: its numbers wait for that."), field="poll_days")
    return Wanted(asked, tuple(lines), multiple, results, secret, open_days)


def as_wanted(poll: Wanted | Mapping[str, Any] | None) -> Wanted | None:
    """A poll again from the plain values that words which wait for a moderator are kept with."""
    return Wanted(**{**poll, "options": tuple(poll["options"])}) if isinstance(poll, Mapping) else poll


def as_given(poll: Wanted | None) -> dict[str, Any] | None:
    """A poll as plain values."""
    return {**asdict(poll), "options": list(poll.options)} if poll is not None else None


def words_of(given: Wanted | Mapping[str, Any] | None) -> dict[str, str]:
    """What of a poll the word filter reads, by the names of the form's fields."""
    poll = as_wanted(given)
    return {} if poll is None else {"poll_question": poll.question, "poll_options": "\n".join(poll.options)}


def with_words(given: Wanted | Mapping[str, Any] | None, texts: Mapping[str, str]) -> Wanted | None:
    """The poll with the words that the filter left."""
    poll = as_wanted(given)
    if poll is None:
        return None
    return replace(poll, question=texts["poll_question"], options=tuple(texts["poll_options"].split("\n")))


def add_poll(topic: Topic, want: Wanted, *, at: datetime) -> Poll:
    """Puts a poll into a topic that was just opened, in the same transaction."""
    closes_at = at + timedelta(days=want.days) if want.days else None
    poll = Poll.objects.create(
        topic=topic, question=want.question, multiple=want.multiple, results=want.results, secret=want.secret,
        closes_at=closes_at, created_at=at,
    )  # fmt: skip
    PollOption.objects.bulk_create(
        [PollOption(poll=poll, position=n, text=words) for n, words in enumerate(want.options)]
    )
    return poll


def vote(*, actor: Member, topic: str, options: Iterable[int], at: datetime, limited: bool = True) -> Poll:
    """Sets the actor's choice in the poll of that topic: these options and no others; none takes the vote back.

    Raises NotFound, SignInRequired, Forbidden (muted, hidden, closed topic, poll over: `code` poll_closed), Invalid
    (foreign options, more than one where one is asked), TooMany. Side effects: numbers, open pages. Idempotent: the
    same choice changes nothing. Whether it is over is said by the server's clock under the topic's lock.
    """
    chosen = set(options)
    permissions.check_vote(actor, around.get_poll_for(actor, topic), at=at)
    if limited:
        limits.spend(limits.VOTE, actor.pk)
    with transaction.atomic():
        locked = lock_topic_for(actor, topic)
        poll = Poll.objects.get(topic=locked)
        poll.topic = locked
        permissions.check_vote(actor, poll, at=at)
        known = set(poll.options.values_list("pk", flat=True))
        if chosen - known:
            raise Invalid(code="unknown_option", field="option")
        if len(chosen) > 1 and not poll.multiple:
            raise Invalid(_("Please choose one."), code="one_choice", field="option")
        mine = PollVote.objects.filter(poll=poll, member=actor)
        before = set(mine.values_list("option", flat=True))
        if before == chosen:
            return poll
        mine.exclude(option__in=chosen).delete()
        PollVote.objects.bulk_create(
            [PollVote(poll=poll, option_id=pk, member=actor, only=not poll.multiple, at=at) for pk in chosen - before]
        )
        recount_poll(poll)
        _parts.tell_pages(locked.pk, "poll_changed")
    return poll


def recount_poll(poll: Poll) -> None:
    """Counts a poll's numbers from its votes, under its topic's lock, so that no number of clicks can make it drift."""
    counted = dict(PollVote.objects.filter(poll=poll).values_list("option").annotate(n=Count("pk")).order_by("option"))
    for option in PollOption.objects.filter(poll=poll):
        if option.votes != counted.get(option.pk, 0):
            PollOption.objects.filter(pk=option.pk).update(votes=counted.get(option.pk, 0))
    poll.voter_count = PollVote.objects.filter(poll=poll).values("member").distinct().count()
    poll.save(update_fields=["voter_count"])

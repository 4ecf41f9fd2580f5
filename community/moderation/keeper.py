"""The keeper of the gate for words: the filter's rules, and first words of newcomers that lead elsewhere."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import Count, Max, Sum

from community.forum.models import Post
from community.markup import hosts, words
from community.moderation import actions
from community.moderation.models import FilterRule
from community.moderation.selectors import active_rules
from portal.accounts.models import Member
from portal.accounts.pace import is_exempt
from portal.accounts.roles import is_moderator
from portal.core import gate

# So many posts of a newcomer that lead elsewhere are read before they stand.
FIRST_POSTS = 3
# What everybody reads for long: topics, replies, what becomes of them, and how somebody presents herself. A chat passes
# by, and its links are left to the filter and to reports, whether a message is new or changed.
READ_FIRST = frozenset({"topic", "reply", "edit", "profile", "name"})
NEWCOMER, FILTER = "newcomer_link", "filter"
_HARDNESS = {"": 0, FilterRule.Action.CENSOR: 1, gate.FLAG: 2, gate.HOLD: 3, gate.BLOCK: 4}


@dataclass(frozen=True)
class Found:
    """A rule that matched in a text, and the words it matched."""

    rule: FilterRule
    words: str


@dataclass
class Book:
    """All rules in force, made ready for reading."""

    mark: tuple[Any, ...]
    rules: list[FilterRule]
    matcher: words.Matcher
    hosts: list[FilterRule] = field(default_factory=list)

    def find(self, text: str) -> list[Found]:
        """Every rule that matches a text."""
        found = [Found(self.rules[hit.number], text[hit.start : hit.end]) for hit in self.matcher.hits(text)]
        named = hosts.hosts_in(text) if self.hosts else []
        for rule in self.hosts:
            match = next((host for host, _start, _end in named if hosts.below(host, rule.pattern)), None)
            if match is not None:
                found.append(Found(rule, match))
        return found

    def cover(self, text: str) -> str:
        """The text with the words of covering rules covered."""
        covers = {n for n, rule in enumerate(self.rules) if rule.action == FilterRule.Action.CENSOR}
        return (
            words.covered(text, [hit for hit in self.matcher.places(text) if hit.number in covers]) if covers else text
        )


_book: list[Book] = []


def book() -> Book:
    """The rules in force now; made anew only when one has changed. One query."""
    facts = FilterRule.objects.aggregate(
        number=Count("pk"), newest=Max("changed_at"), last=Max("pk"), versions=Sum("version")
    )
    mark = (facts["number"], facts["newest"], facts["last"], facts["versions"])
    if not _book or _book[0].mark != mark:
        rules = list(active_rules())
        plain = [rule for rule in rules if rule.kind == FilterRule.Kind.WORD]
        matcher = words.Matcher([words.compile_word(rule.pattern) for rule in plain])
        _book[:] = [Book(mark, plain, matcher, [rule for rule in rules if rule.kind == FilterRule.Kind.HOST])]
    return _book[0]


def judge_words(texts: Mapping[str, str]) -> gate.Verdict:
    """What the filter says of these texts, whoever wrote them and wherever: the one judge for every place."""
    kept, covered = book(), dict(texts)
    hardest, matched, rules, where = "", [], [], ""
    for name, text in texts.items():
        if not isinstance(text, str):
            continue
        for found in kept.find(text):
            matched.append(found.words)
            rules.append(found.rule.pk)
            if _HARDNESS[found.rule.action] > _HARDNESS[hardest]:
                hardest, where = found.rule.action, name
        covered[name] = kept.cover(text)
    action = "" if hardest == FilterRule.Action.CENSOR else hardest
    why = FILTER if action else ""
    return gate.Verdict(covered, action, tuple(dict.fromkeys(matched)), where, why, tuple(dict.fromkeys(rules)))


def _links(texts: Mapping[str, str]) -> dict[tuple[str, str], None]:
    """Every address outside the house that these texts lead to: its host, and how it was typed. In their order."""
    house = hosts.plain_host(settings.SITE_URL.partition("//")[2])
    linked = [text for text in texts.values() if isinstance(text, str) and hosts.has_link(text)]
    found = [(host, text[start:end]) for text in linked for host, start, end in hosts.hosts_in(text)]
    return dict.fromkeys(link for link in found if not house or link[0] != house)


def is_new_here(member: Member, about: str = "") -> bool:
    """Whether her words with links are read first: trust level 0 and fewer than three posts that stand, not counting
    the one she is changing (`about`, "post:12"). One query."""
    if is_exempt(member) or member.trust_level > 0:
        return False
    others = Post.objects.filter(author=member, hidden_at=None)
    kind, _colon, number = about.partition(":")
    if kind == "post":
        others = others.exclude(pk=int(number))
    return others[:FIRST_POSTS].count() < FIRST_POSTS


def newcomers_links(
    place: str, texts: Mapping[str, str], *, author: Any, before: Mapping[str, str], about: str
) -> tuple[str, ...]:
    """The hosts for which a newcomer's words have to wait: the one limit for new words and for changes.

    What stood there already (`before`) was let pass, or read, once.
    """
    if place not in READ_FIRST or author is None:
        return ()
    known = _links(before)
    added = [link[0] for link in _links(texts) if link not in known]
    return tuple(dict.fromkeys(added)) if added and is_new_here(author, about) else ()


class Keeper:
    """What `portal.core.gate` asks."""

    def judge(
        self,
        place: str,
        texts: Mapping[str, str],
        *,
        author: Any,
        at: datetime,
        before: Mapping[str, str],
        about: str,
    ) -> gate.Verdict:
        """The filter's verdict; first words of newcomers that lead elsewhere wait besides."""
        verdict = judge_words(texts)
        if verdict.action == gate.HOLD and is_moderator(author):
            return replace(verdict, action="")  # she would only be asked herself
        if _HARDNESS[verdict.action] < _HARDNESS[gate.HOLD]:
            found = newcomers_links(place, texts, author=author, before=before, about=about)
            if found:
                return replace(verdict, action=gate.HOLD, matched=found, why=NEWCOMER)
        return verdict

    def hold(self, verdict: gate.Verdict, *, author: Any, key: str, at: datetime, **words_kept: Any) -> None:
        """Keeps words that wait; always raises Waits."""
        actions.hold(verdict, author=author, key=key, at=at, **words_kept)

    def overtake(self, about: str, *, author_id: int, at: datetime) -> None:
        """Takes a waiting change back that newer words have overtaken."""
        actions.overtake(about, author_id=author_id, at=at)

    def note(self, verdict: gate.Verdict, subject: str, *, author_id: int, words: str, at: datetime) -> None:
        """Opens a case about words that were let pass with a mark."""
        actions.note(verdict, subject, author_id=author_id, words=words, at=at)


gate.keep_with(Keeper())

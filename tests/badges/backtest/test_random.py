"""Whatever happened, a replay by the rules as they were gives what the ledger has."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from badges.earning.tasks import settle_waiting
from portal.events import relay
from portal.events.types.brand import StoryRead
from portal.events.types.community import TradingCleared, TradingFound
from tests.badges.backtest.conftest import DAY, MONDAY, has, issued, ledger_has, ledger_issued, replayed
from tests.badges.earning.conftest import Forum, tell
from tests.factories.portal import make_members

pytestmark = [pytest.mark.both_databases]
PEOPLE = 4
one, some = st.integers(0, PEOPLE - 1), st.integers(0, 30)
acts = st.one_of(
    st.tuples(st.sampled_from(["topic", "read", "bar", "clear"]), one, some),
    st.tuples(st.sampled_from(["reply", "react", "react", "react", "unreact", "hide", "restore"]), one, some),
    st.tuples(st.just("wait"), one, st.integers(1, 200)),
)


class History:
    """A few people who do anything in any order; the calendar goes with them."""

    def __init__(self) -> None:
        self.people, self.forum, self.at = make_members(PEOPLE), Forum(), MONDAY
        relay.drain()
        self.topics = [(self.forum.topic(self.people[0], self.at), self.people[0])]
        self.posts, self.reactions, self.hidden = list(self.topics), [], set()
        self.barred: set[int] = set()

    def act(self, what: str, who: int, number: int) -> None:
        """One act; what makes no sense is left out, as the forum would refuse it."""
        self.at += timedelta(minutes=7)
        actor, (post, author) = self.people[who], self.posts[number % len(self.posts)]
        if what == "wait":
            self.at += timedelta(hours=number)
            settle_waiting(self.at)
        elif what == "topic":
            self.topics.append((self.forum.topic(actor, self.at), actor))
            self.posts.append(self.topics[-1])
        elif what == "read":
            tell(StoryRead(actor=actor.pk, member=actor.pk, story=f"s{number}", title="x"), self.at)
        elif what == "reply":
            topic = self.topics[number % len(self.topics)][0]
            self.posts.append((self.forum.reply(actor, topic, self.at, reply_to=post), actor))
        elif what == "react":
            self.reactions.append((actor, author, post, self.forum.react(actor, author, post, self.at)))
        elif what == "unreact" and self.reactions:
            giver, author, post, reaction = self.reactions.pop(number % len(self.reactions))
            self.forum.unreact(giver, author, post, reaction, self.at)
        elif what in ("hide", "restore") and (post in self.hidden) == (what == "restore"):
            (self.forum.hide if what == "hide" else self.forum.restore)(author, post, self.at)
            self.hidden ^= {post}
        elif what in ("bar", "clear") and (actor.pk in self.barred) == (what == "clear"):
            kind = TradingFound if what == "bar" else TradingCleared
            tell(kind(actor=actor.pk, member=actor.pk), self.at)
            self.barred ^= {actor.pk}


class RandomHistories(TestCase):
    """Each history in a database of its own."""

    @settings(max_examples=25, suppress_health_check=list(HealthCheck))
    @given(st.lists(acts, max_size=40))
    def test_a_replay_gives_what_the_ledger_has(self, history: list[tuple[str, int, int]]) -> None:
        """By rule and day, and by member."""
        told = History()
        for what, who, number in history:
            told.act(what, who, number)
        found = replayed(since=MONDAY - 400 * DAY, until=told.at + timedelta(minutes=1)).base
        assert issued(found) == ledger_issued(MONDAY - 400 * DAY)
        assert has(found) == ledger_has()

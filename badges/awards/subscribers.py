"""The ear of the badges: the same facts that points hear, under a name of its own, so that it can be replayed alone."""

from datetime import timedelta

from badges.awards import actions, houses
from portal.core.clock import now
from portal.events.bus import Heard, durable
from portal.events.types.accounts import AccountsMerged, MemberJoined, PrivacyChanged, ProfileCompleted, ZoneChanged
from portal.events.types.badges import (
    ChallengeFinished,
    ChallengeLost,
    ProgrammeChanged,
    StreakMended,
    TierChanged,
    YearCompleted,
)
from portal.events.types.brand import IdentityPublished, StoryRead
from portal.events.types.community import (
    AnswerAccepted,
    AnswerUnaccepted,
    PostHidden,
    PostRestored,
    ReactionAdded,
    ReactionRemoved,
    ReplyPosted,
    TalkedInChat,
    TopicStarted,
)

# A badge for something that happened longer ago is found on the shelf and not told as news.
NEWS = timedelta(days=3)


@durable(
    "awards",
    MemberJoined, ProfileCompleted, StoryRead, TopicStarted, ReplyPosted, ReactionAdded, TalkedInChat, TierChanged,
    YearCompleted, AnswerAccepted, ChallengeFinished, StreakMended,
)  # fmt: skip
def count_and_award(heard: Heard) -> None:
    """Counts what happened and gives what it completes, by the criteria in force when it happened."""
    actions.feed(heard, told=now() - heard.occurred_at <= NEWS)


@durable("awards", PostHidden)
def forget_hidden(heard: Heard) -> None:
    """A post that left the public's sight counts for nobody."""
    actions.hide(heard, reason="post_hidden")


@durable("awards", ReactionRemoved)
def forget_reaction(heard: Heard) -> None:
    """A reaction taken back counts for nobody."""
    actions.hide(heard, reason="reaction_removed")


@durable("awards", AnswerUnaccepted)
def forget_answer(heard: Heard) -> None:
    """An answer that is chosen no more counts for nobody."""
    actions.hide(heard, reason="answer_unaccepted")


@durable("awards", ChallengeLost)
def forget_challenge(heard: Heard) -> None:
    """A challenge that is no longer finished counts for nobody."""
    actions.hide(heard, reason="challenge_lost")


@durable("awards", PostRestored)
def count_again(heard: Heard) -> None:
    """A post that is back counts again."""
    actions.show(heard)


@durable("awards", AccountsMerged)
def merge_shelves(heard: Heard) -> None:
    """Two accounts of one person became one: what counts and what was given follow, once."""
    event = heard.event
    assert isinstance(event, AccountsMerged)
    actions.merge_shelves(heard, giver_id=event.closed, receiver_id=event.kept)


@durable("awards", PrivacyChanged)
def mark_chip(heard: Heard) -> None:
    """Who may see her badges changed: so does what stands beside her name."""
    event = heard.event
    assert isinstance(event, PrivacyChanged)
    actions.mark_chips({event.member}, heard.occurred_at)


@durable("awards", IdentityPublished)
def wear_new_enamels(heard: Heard) -> None:
    """A house has new colours: medals beside names get the address that draws them."""
    event = heard.event
    assert isinstance(event, IdentityPublished)
    actions.mark_chips(houses.shown_of(houses.houses_under(event.scope)), heard.occurred_at)


@durable("awards", ZoneChanged)
def follow_zone(heard: Heard) -> None:
    """She lives by another clock: her days follow it from her next midnight on."""
    actions.note_zone(heard)


@durable("awards", ProgrammeChanged)
def give_to_those_who_did_it(heard: Heard) -> None:
    """A badge that begins: given to everybody who has done it already, where its draft says so."""
    event = heard.event
    assert isinstance(event, ProgrammeChanged)
    if event.kind == "badge":
        actions.begin_badge(heard, event.subject, backfill=event.backfill, told=now() - heard.occurred_at <= NEWS)

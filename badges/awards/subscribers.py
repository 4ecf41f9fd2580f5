"""The ear of the badges: the same facts that points hear, under a name of its own, so that it can be replayed alone."""

from datetime import timedelta

from badges.awards import actions
from portal.core.clock import now
from portal.events.bus import Heard, durable
from portal.events.types.accounts import AccountsMerged, MemberJoined, ProfileCompleted
from portal.events.types.badges import TierChanged, YearCompleted
from portal.events.types.brand import StoryRead
from portal.events.types.community import (
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
    YearCompleted,
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

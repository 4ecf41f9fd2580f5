"""The only ear of the programme. Every effect of an event in badges is a plain call from here, in one transaction."""

from badges.earning import actions
from portal.events.bus import Heard, durable
from portal.events.types.accounts import AccountsMerged, MemberJoined, ProfileCompleted
from portal.events.types.brand import StoryRead
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
    TradingCleared,
    TradingFound,
)
from portal.events.types.outside import CustomTold, PurchaseCompleted, PurchaseRefunded, SurveyAnswered, VisitCheckedIn


@durable(
    "earning",
    MemberJoined, ProfileCompleted, StoryRead, TopicStarted, ReplyPosted, ReactionAdded, TalkedInChat, AnswerAccepted,
    PurchaseCompleted, SurveyAnswered, VisitCheckedIn, CustomTold,
)  # fmt: skip
def credit_points(heard: Heard) -> None:
    """Pays what the rules in force when it happened say, then lets the act count for what waits for an answer."""
    actions.judge(heard)
    actions.release(heard)


@durable("earning", PurchaseRefunded)
def take_back_share(heard: Heard) -> None:
    """What was given back of a purchase takes its share of the points."""
    actions.refund(heard)


@durable("earning", PostHidden)
def reverse_points(heard: Heard) -> None:
    """A post that left the public's sight gives back what it earned, for its author and for nobody else."""
    event = heard.event
    assert isinstance(event, PostHidden)
    actions.take_back(heard, subject=f"post:{event.post}", reason="post_hidden")


@durable("earning", PostRestored)
def restore_points(heard: Heard) -> None:
    """A post that is back earns again what was taken, once."""
    event = heard.event
    assert isinstance(event, PostRestored)
    actions.give_again(heard, subject=f"post:{event.post}")


@durable("earning", ReactionRemoved)
def reverse_reaction(heard: Heard) -> None:
    """A reaction taken back takes back what it paid."""
    event = heard.event
    assert isinstance(event, ReactionRemoved)
    actions.take_back(heard, cause=f"reaction:{event.reaction}", reason="reaction_removed")


@durable("earning", AnswerUnaccepted)
def reverse_answer(heard: Heard) -> None:
    """An answer that is chosen no more takes back what being chosen paid, at any age."""
    event = heard.event
    assert isinstance(event, AnswerUnaccepted)
    actions.take_back(heard, cause=f"answer:{event.acceptance}", reason="answer_unaccepted")


@durable("earning", TradingFound)
def take_back_traded(heard: Heard) -> None:
    """Thanks were traded for points: whoever got some of them gives them back, and is told why."""
    event = heard.event
    assert isinstance(event, TradingFound)
    actions.bar_giver(heard, giver_id=event.member)


@durable("earning", TradingCleared)
def give_traded_again(heard: Heard) -> None:
    """They were no trade after all."""
    event = heard.event
    assert isinstance(event, TradingCleared)
    actions.clear_giver(heard, giver_id=event.member)


@durable("earning", AccountsMerged)
def merge_wallets(heard: Heard) -> None:
    """Two accounts of one person became one: points, caps and what waits follow, once."""
    event = heard.event
    assert isinstance(event, AccountsMerged)
    actions.merge_wallets(heard, giver_id=event.closed, receiver_id=event.kept)

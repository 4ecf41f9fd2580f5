"""What an event says that can be counted: whose, about what, with whom. The one place that reads events for badges."""

from dataclasses import dataclass

from badges.awards.streaks import MENDED
from portal.events.types.accounts import MemberJoined, ProfileCompleted
from portal.events.types.badges import ChallengeFinished, ChallengeLost, StreakMended, TierChanged, YearCompleted
from portal.events.types.base import Event
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
)


@dataclass(frozen=True)
class Said:
    """A fact before it is stored; the fields are those of `Fact`."""

    metric: str
    member: int
    target: str = ""
    other: int | None = None
    subject: str = ""
    cause: str = ""


def said_by(event: Event) -> list[Said]:
    """The facts of an event; [] for one that counts for nobody. What one does for oneself alone is no fact."""
    match event:
        case MemberJoined():
            return [Said("joined", event.member)]
        case ProfileCompleted():
            return [Said("profile_completed", event.member)]
        case StoryRead():
            return [Said("story_read", event.member, f"story:{event.story}")]
        case TopicStarted():
            return [Said("topic_started", event.author, f"topic:{event.topic}", subject=f"post:{event.post}")]
        case ReplyPosted():
            return _reply(event)
        case ReactionAdded():
            return _reaction(event)
        case AnswerAccepted():
            return _answer(event)
        case TalkedInChat():
            return [Said("chat_day", event.member, f"chat:{event.day}")]
        case TierChanged():
            return [Said("tier_reached", event.member, f"tier:{event.new}")] if event.rose else []
        case StreakMended():
            return [Said(MENDED, event.member, event.day)]
        case YearCompleted():
            return [Said("year_here", event.member, f"year:{event.years}")]
        case ChallengeFinished():
            cause = f"finish:{event.finish}:{event.round}"
            return [Said("challenge_finished", event.member, f"challenge:{event.challenge}", cause=cause)]
        case _:
            return []


def _reply(event: ReplyPosted) -> list[Said]:
    topic, post = f"topic:{event.topic}", f"post:{event.post}"
    host = event.topic_author if event.topic_author and event.topic_author != event.author else None
    given = Said("reply_posted", event.author, topic, host, post)
    return [given, Said("reply_received", host, topic, event.author, post, topic)] if host else [given]


def _reaction(event: ReactionAdded) -> list[Said]:
    if event.actor is None or event.actor == event.author:
        return []
    post, cause = f"post:{event.post}", f"reaction:{event.reaction}"
    return [
        Said("reaction_given", event.actor, post, event.author, post, cause),
        Said("reaction_received", event.author, post, event.actor, post, cause),
    ]


def _answer(event: AnswerAccepted) -> list[Said]:
    if event.helper is None:
        return []
    topic, post, cause = f"topic:{event.topic}", f"post:{event.post}", f"answer:{event.acceptance}"
    return [Said("answer_accepted", event.helper, topic, event.topic_author, post, cause)]


def keys_of(event: Event) -> list[str]:
    """What an event hides, takes back or brings back, as the keys that facts carry."""
    match event:
        case PostHidden() | PostRestored():
            return [f"post:{event.post}"]
        case ReactionRemoved():
            return [f"reaction:{event.reaction}"]
        case AnswerUnaccepted():
            return [f"answer:{event.acceptance}"]
        case ChallengeLost():
            return [f"finish:{event.finish}:{event.round}"]
        case _:
            return []


def owner_of(event: Event) -> int | None:
    """The author of the post that an event is about: her shelf is locked first by whatever touches the post."""
    return getattr(event, "author", None)

"""What an event is about, in the programme's own words: the subject that was paid for, and the finer cause."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from portal.events.types.base import Event
from portal.events.types.brand import StoryRead
from portal.events.types.community import AnswerAccepted, ReactionAdded, ReplyPosted, TalkedInChat, TopicStarted
from portal.events.types.outside import CustomTold, PurchaseCompleted, SurveyAnswered, VisitCheckedIn


@dataclass(frozen=True)
class About:
    """`subject`: hiding it takes back everything paid for it. `cause`: one act alone, such as one reaction."""

    subject: str = ""
    cause: str = ""


def about(event: Event) -> About:
    """Subject and cause of an event; both empty when nothing can later be taken back."""
    match event:
        case TopicStarted():
            return About(f"post:{event.post}", f"topic:{event.topic}")
        case ReplyPosted():
            return About(f"post:{event.post}", f"reply:{event.post}")
        case ReactionAdded():
            return About(f"post:{event.post}", f"reaction:{event.reaction}")
        case AnswerAccepted():
            return About(f"post:{event.post}", f"answer:{event.acceptance}")
        case StoryRead():
            return About(f"story:{event.story}", "")
        case TalkedInChat():
            return About(f"chat:{event.day}", f"message:{event.message}")
        case PurchaseCompleted():
            return About(f"order:{event.source}:{event.order}", "")
        case SurveyAnswered():
            return About(f"survey:{event.source}:{event.survey}", "")
        case VisitCheckedIn():
            return About(f"visit:{event.source}:{event.place}", "")
        case _:
            return About()


def heard_as(event: Event) -> str:
    """Under which name rules hear an event: its own, or `custom.<name>` where another system named it."""
    return f"custom.{event.what}" if isinstance(event, CustomTold) else event.name


def house_of(event: Event) -> str:
    """In whose house it happened: the code of the scope, "" where the event tells none."""
    return getattr(event, "scope", "")


def values_of(event: Event) -> Mapping[str, Any]:
    """The values that came with an event and that rules may ask for."""
    return event.values if isinstance(event, CustomTold) else {}


def answered(event: Event) -> tuple[list[str], list[str]]:
    """Which waiting subjects, and which causes, an event answers.

    A reaction answers its post; a reply answers its topic and the post it replies to.
    """
    match event:
        case ReactionAdded():
            return [f"post:{event.post}"], []
        case ReplyPosted():
            return ([f"post:{event.reply_to}"] if event.reply_to else []), [f"topic:{event.topic}"]
        case _:
            return [], []

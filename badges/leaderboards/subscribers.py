"""What the boards hear: in whose house something was said."""

from badges.leaderboards import actions
from portal.events.bus import Heard, durable
from portal.events.types.community import ReplyPosted, TopicStarted


@durable("boards", TopicStarted, ReplyPosted)
def note_where(heard: Heard) -> None:
    """Reputation that a post earns counts for the house in which it was said."""
    event = heard.event
    assert isinstance(event, TopicStarted | ReplyPosted)
    actions.note_house(subject=f"post:{event.post}", scope=event.scope)

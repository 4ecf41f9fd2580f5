"""What challenges hear: changes of facts at once (by listening to the awards), and that one of them begins."""

from badges.awards import listeners
from badges.challenges import actions, judging
from portal.events.bus import Heard, durable
from portal.events.types.badges import ProgrammeChanged

listeners.register(listeners.Listener(changed=actions.follow, merged=actions.merge))


@durable("challenges", ProgrammeChanged)
def look_back(heard: Heard) -> None:
    """A revision began: who has done already what it asks for finished it now."""
    event = heard.event
    assert isinstance(event, ProgrammeChanged)
    if event.kind == "challenge":
        for one in judging.open_ones(heard.occurred_at):
            if one.challenge.code == event.subject:
                actions.look_at_all(one, actions.Cause(heard.occurred_at, heard.id))

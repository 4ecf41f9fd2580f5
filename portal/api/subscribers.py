"""Who is known here from now on is given what was told about her before."""

from portal.accounts.selectors import present_members
from portal.api import matching
from portal.core.clock import now
from portal.events.bus import Heard, durable
from portal.events.types.accounts import AccountsMerged, MemberJoined


@durable("parked_events", MemberJoined)
def give_what_was_told(heard: Heard) -> None:
    """Her address is confirmed, so what waited for it is hers."""
    event = heard.event
    assert isinstance(event, MemberJoined)
    matching.match_members(present_members().filter(pk=event.member), at=now())


@durable("parked_events", AccountsMerged)
def give_what_her_number_waited_for(heard: Heard) -> None:
    """A number that a shop wrote down is proven hers now. Nothing hangs on the closed account: nobody knew it."""
    event = heard.event
    assert isinstance(event, AccountsMerged)
    matching.match_members(present_members().filter(pk=event.kept), at=now())

"""What follows when a change of the programme begins."""

from badges.ledger.locks import lock_wallet
from badges.programme.selectors import members_with_status
from badges.tiers.actions import reassess
from badges.tiers.models import TierMove
from portal.events.bus import Heard, durable
from portal.events.types.badges import ProgrammeChanged


@durable("programme", ProgrammeChanged)
def look_at_every_tier(heard: Heard) -> None:
    """A new ladder lifts at once whom it lifts; it lowers nobody before her own last day."""
    event = heard.event
    assert isinstance(event, ProgrammeChanged)
    if event.kind == "ladder":
        for member_id in members_with_status():
            reassess(member_id=lock_wallet(member_id), at=heard.occurred_at, cause=TierMove.Cause.LADDER)

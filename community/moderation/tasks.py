"""What the calendar does for moderation."""

from datetime import datetime

from community.moderation import actions
from portal.jobs import table


def reckon_trust(at: datetime) -> None:
    """Raises and lowers trust levels, before most members are awake."""
    actions.reckon(at=at)


table.register("reckon_trust", "20 4 * * *", reckon_trust)

"""What notifications hear."""

from typing import cast

from portal.events.bus import Heard, durable
from portal.events.types.accounts import MemberJoined
from portal.notifications.tasks import send_welcome


@durable("welcome", MemberJoined)
def greet(heard: Heard) -> None:
    """A new member gets the welcome letter: the task row joins the delivery's transaction, so it is queued once."""
    send_welcome.enqueue(member_id=cast(MemberJoined, heard.event).member)

"""What notifications hear."""

from typing import cast

from portal.events.bus import Heard, durable
from portal.events.types.accounts import AccountsMerged, MemberJoined
from portal.notifications.actions import move_inbox
from portal.notifications.tasks import send_welcome


@durable("welcome", MemberJoined)
def greet(heard: Heard) -> None:
    """A new member gets the welcome letter: the task row joins the delivery's transaction, so it is queued once."""
    send_welcome.enqueue(member_id=cast(MemberJoined, heard.event).member)


@durable("inbox", AccountsMerged)
def follow(heard: Heard) -> None:
    """Two accounts became one: the inbox follows."""
    event = cast(AccountsMerged, heard.event)
    move_inbox(giver_id=event.closed, receiver_id=event.kept, at=heard.occurred_at)

"""How fast one member may act. The same count for every door."""

from portal.core.limits import Limit, hit

TOPIC = (Limit("forum.topic", 3, 60), Limit("forum.topic.day", 20, 86_400))
REPLY = (Limit("forum.reply", 12, 60), Limit("forum.reply.day", 300, 86_400))
REACTION = (Limit("forum.reaction", 60, 60), Limit("forum.reaction.day", 500, 86_400))
EDIT = (Limit("forum.edit", 20, 60),)
PREVIEW = (Limit("forum.preview", 60, 60),)


def spend(limits: tuple[Limit, ...], member_id: int) -> None:
    """Counts one act against each limit; raises TooMany with the seconds to wait."""
    for limit in limits:
        hit(limit, member_id)

"""Giving a topic another space: moderators' work, with a reason."""

from datetime import datetime

from django.db import transaction

from community.forum import counters, permissions, selectors, texts
from community.forum.actions import _parts
from community.forum.locks import lock_topic_for
from community.forum.models import Topic
from portal.accounts.models import Member
from portal.events.bus import publish
from portal.events.types.community import PostsMoved


def move_topic(*, actor: Member, topic: str, space: str, reason: str, at: datetime) -> Topic:
    """Moves a topic with all its posts to the space of that code.

    Whoever may not read the new space loses the topic at once: lists, search, notices and letters ask the space's right
    when they are drawn or sent, and whoever has it open, visitors included, proves her right again within seconds.
    Raises NotFound, Forbidden, Invalid (`field` reason). Side effects: both spaces' numbers, the moderation log, open
    pages, PostsMoved. Idempotent: a topic that is there already stays as it is.
    """
    why = texts.check_reason(reason, required=True)
    with transaction.atomic():
        locked = lock_topic_for(actor, topic)
        permissions.check_steer(actor, locked)
        goal, before = selectors.get_space_for(actor, space), locked.space
        if goal.pk == before.pk:
            return locked
        locked.space = goal
        locked.version += 1
        locked.save(update_fields=["space", "version"])
        for space_id in sorted((before.pk, goal.pk)):
            counters.recount_space(space_id)
        _parts.log(
            actor, "move_topic", locked, post=None, reason=why, at=at,
            before={"space": before.code}, after={"space": goal.code},
        )  # fmt: skip
        opening = locked.posts.get(number=1)
        publish(
            PostsMoved(
                actor=actor.pk, topic=locked.pk, into=locked.pk, posts=(opening.pk,), before=locked.title,
                title=locked.title,
            ),
            at=at,
        )  # fmt: skip
        _parts.ask_hearers(locked.pk)
        _parts.tell_pages(locked.pk, "topic_changed")
    return locked

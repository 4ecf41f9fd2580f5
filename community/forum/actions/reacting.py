"""Reacting to a post, and taking it back."""

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from community.forum import counters, permissions, selectors
from community.forum.actions import _parts
from community.forum.locks import lock_post_for
from community.forum.models import Reaction
from portal.accounts import pace
from portal.accounts.models import Member
from portal.core.errors import Invalid
from portal.core.prepared import prepared
from portal.core.writing import add
from portal.events.bus import publish
from portal.events.types.community import ReactionAdded, ReactionRemoved


def _check_kind(kind: str) -> None:
    if kind not in Reaction.Kind.values:
        raise Invalid(code="unknown_reaction", field="kind")


def react(*, actor: Member, post: str, kind: str, at: datetime, limited: bool = True) -> Reaction:
    """Adds the actor's reaction of this kind to the post of that public id.

    Raises NotFound, SignInRequired, Forbidden (own post, hidden post, muted), Invalid (kind), TooMany. Side effects:
    counters, ReactionAdded, open pages. Idempotent: a reaction that is there stays the one, and nothing is told again.
    """
    _check_kind(kind)
    permissions.check_react(actor, selectors.get_post_for(actor, post, whole=False), at=at)
    if limited:
        pace.spend("reaction", actor)
    with transaction.atomic():
        locked = lock_post_for(actor, post)
        permissions.check_react(actor, locked, at=at)
        if (there := _there.one(locked.pk, actor.pk, kind)) is not None:
            return there
        reaction = add(Reaction(post=locked, member=actor, kind=kind, created_at=at))
        counters.recount_reactions(locked)
        publish(
            ReactionAdded(
                actor=actor.pk,
                reaction=reaction.pk,
                kind=kind,
                topic=locked.topic_id,
                post=locked.pk,
                author=locked.author_id,
                first_post=locked.is_first,
                title=locked.topic.title,
            ),
            at=at,
        )
        _parts.tell_pages(locked.topic_id, "reactions_changed", locked.pk)
    return reaction


@prepared
def _there(post: int, member: int, kind: str) -> QuerySet[Reaction]:
    return Reaction.objects.filter(post=post, member=member, kind=kind)


def unreact(*, actor: Member, post: str, kind: str, at: datetime, limited: bool = True) -> bool:
    """Takes the actor's reaction back; says whether there was one.

    Raises as `react`. Side effects: counters, ReactionRemoved, open pages. Idempotent.
    """
    _check_kind(kind)
    permissions.check_react(actor, selectors.get_post_for(actor, post, whole=False), at=at)
    if limited:
        pace.spend("reaction", actor)
    with transaction.atomic():
        locked = lock_post_for(actor, post)
        permissions.check_react(actor, locked, at=at)
        reaction = _there.one(locked.pk, actor.pk, kind)
        if reaction is None:
            return False
        reaction_id = reaction.pk
        reaction.delete()
        counters.recount_reactions(locked)
        publish(
            ReactionRemoved(
                actor=actor.pk,
                reaction=reaction_id,
                kind=kind,
                topic=locked.topic_id,
                post=locked.pk,
                author=locked.author_id,
            ),
            at=at,
        )
        _parts.tell_pages(locked.topic_id, "reactions_changed", locked.pk)
    return True

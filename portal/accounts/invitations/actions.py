"""Writes about invitations: making a link, ending it, noting and counting who came by it."""

import secrets
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from portal.accounts import permissions
from portal.accounts.actions import lock_member
from portal.accounts.invitations import selectors
from portal.accounts.invitations.models import Arrival, Invitation
from portal.accounts.models import Member
from portal.core.errors import Invalid, NotFound, TooMany
from portal.events.bus import publish
from portal.events.types.accounts import MemberInvited

GOOD_FOR = timedelta(days=30)
A_DAY = timedelta(days=1)
LINKS_A_DAY = 5
FOR_ONE, FOR_SEVERAL = 1, 10


@transaction.atomic
def invite(*, actor: Member, limit: int, at: datetime) -> tuple[Invitation, str]:
    """Makes a link of the actor's and returns it with its secret, which is known only now.

    Raises Forbidden for who may not write, Invalid for another limit than one or ten people, TooMany after five links
    in 24 hours. Not idempotent: each call makes a link of its own.
    """
    member = lock_member(actor.pk)
    permissions.check_can_write(member, at=at)
    if limit not in (FOR_ONE, FOR_SEVERAL):
        raise Invalid(_("An invitation is for one or for ten people."))
    if Invitation.objects.filter(inviter=member, created_at__gt=at - A_DAY).count() >= LINKS_A_DAY:
        raise TooMany(_("That is enough links for today. The ones you have are good for a month."), retry_after=86_400)
    token = secrets.token_urlsafe(24)
    made = Invitation.objects.create(
        inviter=member,
        token_hash=selectors.digest(token),
        limit=limit,
        created_at=at,
        expires_at=at + GOOD_FOR,
    )
    return made, token


@transaction.atomic
def end(*, actor: Member, invitation_id: int, at: datetime) -> None:
    """Lets nobody else in by this link; who came stays. Raises NotFound for a foreign one. Idempotent."""
    if not Invitation.objects.filter(pk=invitation_id, inviter=actor).exists():
        raise NotFound
    Invitation.objects.filter(pk=invitation_id, ended_at=None).update(ended_at=at)


@transaction.atomic
def note_arrival(*, member: Member, invitation_id: int, at: datetime) -> None:
    """Remembers at the form by whose link she came; a link that closed meanwhile is passed over. Idempotent."""
    invitation = selectors.open_invitations(at=at).filter(pk=invitation_id).first()
    if invitation is not None:
        Arrival.objects.update_or_create(member=member, defaults={"invitation": invitation})


@transaction.atomic
def count_arrival(*, member: Member, at: datetime) -> None:
    """Counts somebody who has just joined, and tells MemberInvited; the last place of a link is given once.

    Who finds the link full meanwhile has joined all the same, by nobody's invitation. Idempotent.
    """
    arrival = Arrival.objects.select_for_update().filter(member=member, joined_at=None).first()
    if arrival is None:
        return
    taken = Invitation.objects.filter(pk=arrival.invitation_id, used__lt=F("limit")).update(used=F("used") + 1)
    if not taken:
        arrival.delete()
        return
    arrival.joined_at = at
    arrival.save(update_fields=["joined_at"])
    inviter = arrival.invitation.inviter_id
    event = MemberInvited(actor=inviter, member=member.pk, invited_by=inviter, invitation=arrival.invitation_id)
    publish(event, at=at, key=f"member_invited:{member.pk}")

"""Writes about members: joining, the name chip, consent, sanctions."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from portal import realtime
from portal.accounts import index, selectors, terms
from portal.accounts.models import Consent, Member, Standing
from portal.core.errors import Conflict, NotFound
from portal.core.writing import change
from portal.events.bus import publish
from portal.events.types.accounts import MemberJoined, MemberSanctioned, StandingChanged


def lock_member(member_id: int) -> Member:
    """The member row, locked until the transaction ends; the only place that locks it."""
    return Member.objects.select_for_update().get(pk=member_id)


def record_consent(*, member: Member, purposes: Iterable[str], way: str, at: datetime, given: bool = True) -> None:
    """Adds one row per purpose with the text version in force; rows are never changed.

    A yes to the terms is noted on the member, too, so that no page has to look for it.
    """
    version, purposes = terms.in_force().version, list(purposes)
    Consent.objects.bulk_create(
        Consent(member=member, purpose=purpose, given=given, text_version=version, way=way, at=at)
        for purpose in purposes
    )
    if given and Consent.Purpose.TERMS in purposes:
        member.terms_version = version
        Member.objects.filter(pk=member.pk).update(terms_version=version)


@transaction.atomic
def agree_to_terms(*, actor: Member, version: str, at: datetime) -> None:
    """Records that a member agrees to the terms of that version, which she has just been shown.

    Raises Conflict when another version has come into force since the page was drawn. Side effect: a consent row.
    Idempotent: who agreed to this version already gets no second row.
    """
    member = lock_member(actor.pk)
    if version != terms.in_force().version:
        raise Conflict(_("The terms changed once more while this page was open. Please look at them again."))
    if member.terms_version != version:
        record_consent(member=member, purposes=[Consent.Purpose.TERMS], way="asked_again", at=at)


def create_standing(*, member: Member) -> Standing:
    """The member's name chip, drawn from her account. Idempotent: a chip that exists stays as it is."""
    standing, created = Standing.objects.get_or_create(
        member=member,
        defaults={
            "public_id": member.public_id,
            "name": member.name,
            "handle": member.handle or "",
            "avatar_url": member.avatar,
            "role_mark": member.role,
        },
    )
    if created:
        index.keep(standing)
    return standing


@transaction.atomic
def join(*, member: Member, at: datetime) -> Member:
    """Makes a member of somebody whose address is confirmed: joining time, name chip, MemberJoined.

    Idempotent, also under two confirmations at once: the first one counts, the event is told once.
    """
    locked = lock_member(member.pk)
    if locked.joined_at is not None:
        return locked
    locked.joined_at = member.joined_at = at
    locked.save(update_fields=["joined_at"])
    EmailAddress.objects.update_or_create(user=locked, email=locked.email, defaults={"verified": True, "primary": True})
    create_standing(member=locked)
    publish(MemberJoined(actor=locked.pk, member=locked.pk), at=at, key=f"member_joined:{locked.pk}")
    return locked


@transaction.atomic
def update_standing(*, member_id: int, at: datetime, **changed: Any) -> Standing:
    """Writes changed parts of the name chip, raises its version, tells StandingChanged and every open page.

    Idempotent: values that are there already change nothing and tell nothing.
    """
    standing = Standing.objects.select_for_update().get(member_id=member_id)
    fresh = {field: value for field, value in changed.items() if getattr(standing, field) != value}
    if not fresh:
        return standing
    for field, value in fresh.items():
        setattr(standing, field, value)
    standing.version += 1
    change(standing, *fresh, "version")
    if {"name", "handle"} & fresh.keys():
        index.keep(standing)
    publish(StandingChanged(member=member_id, tier=standing.tier_code), at=at)
    realtime.record("site:1", "chip", {"member": member_id})
    return standing


@transaction.atomic
def keep_held(*, member_id: int, codes: Iterable[str]) -> None:
    """Writes down which badges a member holds: gates ask it. Pages show nothing of it, so nothing is told.

    Whoever lost one is asked anew at her open pages: what the badge opened closes within two seconds. Idempotent.
    """
    held = sorted(set(codes))
    before = Standing.objects.select_for_update().filter(member_id=member_id).values_list("held", flat=True).first()
    if before is None or before == held:
        return
    Standing.objects.filter(member_id=member_id).update(held=held)
    if set(before) - set(held):
        realtime.recheck(member_id)


@transaction.atomic
def mute(*, actor: Member | None, member_id: int, until: datetime | None, at: datetime) -> Member:
    """Takes a member's right to write until an instant (None: gives it back); tells MemberSanctioned."""
    member = lock_member(member_id)
    member.muted_until = until
    member.save(update_fields=["muted_until"])
    _tell_sanction(actor, member, "mute", until, at)
    return member


@transaction.atomic
def suspend(*, actor: Member | None, member_id: int, until: datetime | None, at: datetime) -> Member:
    """Takes a member's right to take part until an instant (None gives it back); tells MemberSanctioned.

    Open sockets of hers are checked again after commit and close.
    """
    member = lock_member(member_id)
    member.suspended_until = until
    member.rights_version += 1
    member.save(update_fields=["suspended_until", "rights_version"])
    _tell_sanction(actor, member, "suspension", until, at)
    return member


def _tell_sanction(actor: Member | None, member: Member, kind: str, until: datetime | None, at: datetime) -> None:
    publish(
        MemberSanctioned(
            actor=actor.pk if actor else None,
            member=member.pk,
            kind=kind,
            until=until.isoformat() if until else "",
        ),
        at=at,
    )
    realtime.recheck(member.pk)


@transaction.atomic
def close_account(*, actor: Member | None, member_id: int, at: datetime) -> Member:
    """Shuts an account: sign-in ends at the next request, open sockets within two seconds."""
    Member.objects.filter(pk=member_id).update(is_active=False, rights_version=F("rights_version") + 1)
    member = lock_member(member_id)
    _tell_sanction(actor, member, "closed", None, at)
    return member


@transaction.atomic
def end_sessions(*, actor: Member, member: Member, except_key: str | None = None) -> int:
    """Ends every session of hers but the one named; returns how many ended. Her open sockets are checked after commit.

    Idempotent. A session row that is gone signs its browser out at the next request, its sockets within two seconds.
    """
    ended = 0
    for session in UserSession.objects.filter(user=member).exclude(session_key=except_key or ""):
        session.end()
        ended += 1
    Member.objects.filter(pk=member.pk).update(rights_version=F("rights_version") + 1)
    realtime.recheck(member.pk)
    return ended


@transaction.atomic
def end_session(*, actor: Member, session_id: int) -> None:
    """Ends one session of the actor's own; raises NotFound for a foreign one as for one that is gone."""
    session = UserSession.objects.filter(pk=session_id, user=actor).first()
    if session is None:
        raise NotFound
    session.end()
    realtime.recheck(actor.pk)


@transaction.atomic
def remove_password(*, actor: Member, at: datetime) -> Member:
    """Takes the actor's password away: the digits by mail stay. Idempotent; other sessions are ended by the caller."""
    member = lock_member(actor.pk)
    member.set_unusable_password()
    member.save(update_fields=["password"])
    return member


@transaction.atomic
def restore_address(*, member_id: int, old: str, new: str, changed_at: datetime, at: datetime) -> Member:
    """Gives an account its old address back, for its owner who did not change it: what came in since goes out again.

    Password, apps, passkeys and services added since the change are removed, every session ends. Raises Conflict when
    the address has changed once more or somebody else has it now; a second use of one link therefore changes nothing.
    """
    member = lock_member(member_id)
    taken = EmailAddress.objects.filter(email=old, verified=True).exclude(user=member).exists()
    if not member.is_active or member.email != new or taken:
        raise Conflict(_("This way back was used already, or the address belongs to somebody else now."))
    EmailAddress.objects.filter(user=member).delete()
    EmailAddress.objects.create(user=member, email=old, verified=True, primary=True)
    member.email = old
    member.set_unusable_password()
    member.save(update_fields=["email", "password"])
    held = Authenticator.objects.filter(user=member)
    held.filter(created_at__gte=changed_at).delete()
    if not held.exclude(type=Authenticator.Type.RECOVERY_CODES).exists():
        held.delete()
    SocialAccount.objects.filter(user=member, date_joined__gte=changed_at).delete()
    end_sessions(actor=member, member=member)
    return member


@transaction.atomic
def forget_unfinished_signups(*, before: datetime) -> int:
    """Deletes accounts whose address was never confirmed, so that no name stays taken for nothing; returns how many."""
    ids = list(selectors.unfinished_signups(before=before).values_list("pk", flat=True)[:500])
    Member.objects.filter(pk__in=ids, joined_at=None, opened_at=None).delete()
    return len(ids)

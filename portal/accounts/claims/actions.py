"""Writes about accounts that a shop opened: opening, claiming, joining to another."""

from datetime import datetime

from django.db import IntegrityError, transaction

from portal import realtime
from portal.accounts.actions import create_standing, join, record_consent, update_standing
from portal.accounts.models import Consent, Member
from portal.accounts.phones.actions import tell
from portal.accounts.phones.numbers import parse
from portal.accounts.roles import works_here
from portal.core.errors import Conflict, Forbidden, Invalid, NotFound
from portal.core.text import clean_line
from portal.events.bus import publish
from portal.events.types.accounts import AccountOpened, AccountsMerged


class NotUnclaimed(Conflict):
    """The account was claimed, joined or closed meanwhile."""

    code = "not_unclaimed"


def open_by_phone(
    *, actor: Member, phone: str, name: str, at: datetime, way: str = "store", language: str = "vi"
) -> Member:
    """The account of a number: the one it has, or a new one that waits for its person.

    `actor` works here and has told the customer the terms; that is kept as a consent with `way`. Raises Forbidden for
    others, Invalid for a number that no text can reach. Side effects on a new account: name chip, consent, event
    AccountOpened. Idempotent by the number, also under two tills at once.
    """
    if not works_here(actor):
        raise Forbidden
    number = parse(phone)
    if number is None:
        raise Invalid(code="bad_phone", field="phone")
    found = Member.objects.filter(phone=number).first()
    if found is not None:
        return found
    try:
        with transaction.atomic():
            return _open(actor, number, clean_line(name)[:60], at, way, language)
    except IntegrityError:
        return Member.objects.get(phone=number)


def _open(actor: Member, phone: str, name: str, at: datetime, way: str, language: str) -> Member:
    member = Member(phone=phone, name=name, language=language, opened_at=at)
    member.set_unusable_password()
    member.save()
    create_standing(member=member)
    record_consent(member=member, purposes=[Consent.Purpose.TERMS], way=way, at=at)
    publish(AccountOpened(actor=actor.pk, member=member.pk, way=way), at=at, key=f"account_opened:{member.pk}")
    return member


@transaction.atomic
def claim(*, member_id: int, name: str, email: str, at: datetime, language: str) -> Member:
    """Makes an unclaimed account the account of whoever proved its number and this address; she joins now.

    Raises NotUnclaimed when it is no longer free, IntegrityError when name or address were taken in this very moment.
    Side effects: consents for terms and age, MemberJoined (and what it pays), StandingChanged. An unfinished sign-up
    with the same address gives way: the address is proven here. Not idempotent: a second call raises NotUnclaimed.
    """
    member = Member.objects.select_for_update().get(pk=member_id)
    if not member.is_unclaimed:
        raise NotUnclaimed
    Member.objects.filter(email=email, joined_at=None, opened_at=None, last_login=None, is_staff=False).delete()
    member.name, member.email, member.language, member.phone_verified_at = name, email, language, at
    member.save()  # from now on the name counts among the others, and the unique key judges it
    record_consent(member=member, purposes=[Consent.Purpose.TERMS, Consent.Purpose.AGE], way="claim_form", at=at)
    update_standing(member_id=member.pk, at=at, name=member.name)
    return join(member=member, at=at)


@transaction.atomic
def merge_accounts(*, actor: Member, closed_id: int, at: datetime) -> Member:
    """Joins an unclaimed account to the member's own: hers stays, the shop's is closed and points to it.

    Who calls has checked that she proved the number. The number and the consents move here; points, caps, waiting
    earnings and notifications follow through AccountsMerged, each exactly once, however often the house falls over on
    the way. Raises NotFound, NotUnclaimed, Forbidden while she is not a member herself. Idempotent: what is joined to
    her already changes nothing. Side effects besides: sockets looked at again, a letter to her.
    """
    rows = Member.objects.select_for_update().filter(pk__in=[actor.pk, closed_id]).order_by("pk")
    found = {row.pk: row for row in rows}
    kept, closed = found[actor.pk], found.get(closed_id)
    if closed is None or closed.pk == kept.pk:
        raise NotFound
    if closed.merged_into_id == kept.pk:
        return kept
    if not closed.is_unclaimed:
        raise NotUnclaimed
    if not kept.is_active or kept.joined_at is None:
        raise Forbidden
    _close(closed, kept, at)
    Consent.objects.filter(member=closed).update(member=kept)
    publish(
        AccountsMerged(actor=kept.pk, kept=kept.pk, closed=closed.pk), at=at, key=f"accounts_merged:{closed.pk}"
    )  # the key: an account is joined to another once
    tell(kept, "joined", kept.phone or "")
    return kept


def _close(closed: Member, kept: Member, at: datetime) -> None:
    """Leaves a row without a person behind, and gives its number to the one who proved it."""
    phone, alias = closed.phone, f"joined-{closed.public_id}"
    closed.phone, closed.name, closed.is_active, closed.merged_into = None, alias, False, kept
    closed.rights_version += 1
    closed.save()
    update_standing(member_id=closed.pk, at=at, name=alias)
    kept.phone, kept.phone_verified_at = phone, at
    kept.save(update_fields=["phone", "phone_verified_at"])
    realtime.recheck(closed.pk)

"""Writes about a member's own number. Who calls has checked the code: the number is proven."""

from datetime import datetime

from django.db import transaction
from django.urls import reverse
from django.utils import translation

from portal.accounts.models import Member
from portal.accounts.phones.numbers import mask
from portal.accounts.sms import actions as sms
from portal.accounts.tasks import send_letter
from portal.core.errors import Conflict
from portal.core.mail import absolute


class OpenedByShop(Conflict):
    """The number collects points on an account that a shop opened; joining the two needs a second look."""

    code = "opened_by_shop"


def lock_with_holder(actor: Member, phone: str) -> tuple[Member, Member | None]:
    """The member and whoever else has the number, both locked by ascending id."""
    holder_id = Member.objects.filter(phone=phone).exclude(pk=actor.pk).values_list("pk", flat=True).first()
    ids = [actor.pk] if holder_id is None else [actor.pk, holder_id]
    rows = {row.pk: row for row in Member.objects.select_for_update().filter(pk__in=ids).order_by("pk")}
    holder = rows.get(holder_id) if holder_id is not None else None
    return rows[actor.pk], holder if holder is not None and holder.phone == phone else None


@transaction.atomic
def keep_phone(*, actor: Member, phone: str, at: datetime) -> Member:
    """Keeps a number that the member has just proved, in place of the one before.

    A number that another member had is hers from now on: whoever holds the card holds the number, and the other is told
    by letter. Raises OpenedByShop when a shop opened an account for it. Side effects: letters to her and to the other.
    Idempotent: the number that is hers already changes nothing.
    """
    member, holder = lock_with_holder(actor, phone)
    if holder is not None and holder.is_unclaimed:
        raise OpenedByShop
    if member.phone == phone and member.phone_verified_at is not None:
        return member
    if holder is not None:
        holder.phone, holder.phone_verified_at = None, None
        holder.save(update_fields=["phone", "phone_verified_at"])
        tell(holder, "moved", phone)
    before = member.phone
    member.phone, member.phone_verified_at = phone, at
    member.save(update_fields=["phone", "phone_verified_at"])
    tell(member, "changed" if before else "added", phone)
    return member


@transaction.atomic
def drop_phone(*, actor: Member, at: datetime) -> Member:
    """Takes the number off the account; what was texted to it is forgotten. A letter tells her. Idempotent."""
    member = Member.objects.select_for_update().get(pk=actor.pk)
    if not member.phone:
        return member
    phone, member.phone, member.phone_verified_at = member.phone, None, None
    member.save(update_fields=["phone", "phone_verified_at"])
    sms.forget(to=phone)
    tell(member, "removed", phone)
    return member


def tell(member: Member, what: str, phone: str) -> None:
    """The letter about a change of number, to the member's address; the number itself stays half hidden."""
    if not member.email:
        return
    with translation.override(member.language):
        url = absolute(reverse("account_phone"))
    send_letter.enqueue(
        name="phone_notice", to=member.email, language=member.language,
        context={"what": what, "phone": mask(phone), "phone_url": url},
    )  # fmt: skip

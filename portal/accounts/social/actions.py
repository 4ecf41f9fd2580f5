"""Taking services away from an account: by its owner, and where nobody proved that they are hers."""

from datetime import datetime
from typing import Any

from allauth.account.internal.flows.login import get_authentication_records
from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount
from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from portal.accounts import letters
from portal.accounts.actions import lock_member
from portal.accounts.models import Member
from portal.core.errors import DomainError


class LastWayIn(DomainError):
    """Without this service she could not come in any more."""

    code, status = "last_way_in", 409
    message = _("That is the only way into your account so far. Add an address or a number first.")


def other_ways_in(account: SocialAccount) -> bool:
    """Whether she can still come in without this service: by a proven address or number, or through another one."""
    member = account.user
    others = SocialAccount.objects.filter(user=member, provider__in=settings.SOCIALACCOUNT_PROVIDERS)
    return (
        EmailAddress.objects.filter(user=member, verified=True).exists()
        or (settings.SMS_ENABLED and member.phone_verified_at is not None)
        or others.exclude(pk=account.pk).exists()
    )


@transaction.atomic
def disconnect(*, actor: Member, account_id: int, agent: str, at: datetime) -> None:
    """Takes one of her services away and tells her by letter; one that is gone already changes and tells nothing.

    Raises LastWayIn when nothing else opens the account. Her row is locked: of two services only one can be the last.
    """
    lock_member(actor.pk)
    account = SocialAccount.objects.select_related("user").filter(pk=account_id, user=actor).first()
    if account is None:
        return
    if not other_ways_in(account):
        raise LastWayIn
    account.delete()
    letters.tell("service_removed", actor, agent=agent, at=at)


def forget_strangers(*, member: Member, request: Any) -> None:
    """Drops services of somebody who has just proved the address of an unfinished account, unless she came by them.

    Anybody can begin to join with an address of somebody else and a service of their own. Once its owner proves the
    address, that service must not open her account. Idempotent.
    """
    records = get_authentication_records(request, member)
    hers = {(record.get("provider"), record.get("uid")) for record in records if record["method"] == "socialaccount"}
    for account in SocialAccount.objects.filter(user=member):
        if (account.provider, account.uid) not in hers:
            account.delete()

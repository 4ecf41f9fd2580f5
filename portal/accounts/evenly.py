"""The same work for an address that has a seat as for one that has none, so that time tells a stranger nothing.

allauth looks once more, among the members, for an address that is nobody's proven one; and an account that is made
costs more than a letter that says there is one already. Whatever it leaves out is done here, and thrown away.
`tests/portal/accounts/test_enumeration.py` counts both sides.
"""

from collections.abc import Iterable
from secrets import token_hex

from allauth.account.models import EmailAddress
from allauth.account.utils import setup_user_email
from django.db import transaction
from django.http import HttpRequest

from portal.accounts import actions
from portal.accounts.models import Consent, Member
from portal.core import clock


def look_once_more(email: str, found: Iterable[Member]) -> None:
    """The look among members that allauth spares itself when the address is somebody's proven one. Changes nothing."""
    if any(member.joined_at is not None for member in found):
        list(Member.objects.filter(email=email.lower()))


def make_and_forget(request: HttpRequest, name: str, language: str) -> None:
    """Takes every step of making an account, and takes them all back: for whoever asks for a second seat.

    Nothing stays: the transaction is rolled back. Numbers of rows that were given to it are not given again.
    """
    address = f"{token_hex(8)}@evenly.invalid"
    with transaction.atomic():
        nobody = Member(email=address, name=f"{name} {token_hex(4)}", language=language)
        nobody.set_unusable_password()
        with transaction.atomic():
            nobody.save()
            purposes = [Consent.Purpose.TERMS, Consent.Purpose.AGE]
            actions.record_consent(member=nobody, purposes=purposes, way="join_form", at=clock.now())
        setup_user_email(request, nobody, [])
        # What the steps after it ask: is the address somebody's, is one proven, which one waits, whose is it.
        list(EmailAddress.objects.filter(email=address))
        EmailAddress.objects.filter(user=nobody, verified=True).exists()
        list(EmailAddress.objects.filter(email=address).select_related("user"))
        list(Member.objects.filter(email=address))
        list(EmailAddress.objects.filter(user=nobody, email=address))
        transaction.set_rollback(True)

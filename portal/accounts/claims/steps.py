"""What a browser has proved on the way to an account: kept in its session for half an hour."""

from datetime import datetime, timedelta

from django.http import HttpRequest

from portal.accounts.models import Member

GOOD_FOR = timedelta(minutes=30)
_KEY = "claim:proved"


def remember_proof(request: HttpRequest, phone: str, *, at: datetime) -> None:
    """This browser typed the code that was sent to `phone`."""
    request.session[_KEY] = {"phone": phone, "at": at.timestamp()}


def proved_account(request: HttpRequest, *, at: datetime) -> Member | None:
    """The unclaimed account whose number this browser has proved lately, or None."""
    kept = request.session.get(_KEY)
    if not isinstance(kept, dict) or at.timestamp() - kept["at"] > GOOD_FOR.total_seconds():
        return None
    found = Member.objects.filter(phone=kept["phone"]).first()
    return found if found is not None and found.is_unclaimed else None


def forget_proof(request: HttpRequest) -> None:
    """The proof was used."""
    request.session.pop(_KEY, None)

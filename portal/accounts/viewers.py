"""Who is looking: the one way from a request to the member that selectors and permissions ask for."""

from django.http import HttpRequest

from portal.accounts.models import Member
from portal.core.errors import SignInRequired


def viewer(request: HttpRequest) -> Member | None:
    """The signed-in member, or None for a visitor. An account that was closed is a visitor from the next request on."""
    user = request.user
    return user if isinstance(user, Member) or (user.is_authenticated and user.is_active) else None


def member_or_refuse(request: HttpRequest) -> Member:
    """The signed-in member; raises SignInRequired for a visitor, so that the edge can offer the door."""
    member = viewer(request)
    if member is None:
        raise SignInRequired
    return member

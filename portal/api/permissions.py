"""Who keeps the keys of outside systems, and what a key itself may do."""

from portal.accounts import roles
from portal.accounts.models import Member
from portal.api.models import ApiKey
from portal.core.errors import DomainError, Forbidden


class ScopeMissing(DomainError):
    """The key is good, but not for this."""

    code, status = "scope_missing", 403


def can_keep_keys(member: Member | None) -> bool:
    """Whether she makes, rotates and revokes keys: brand managers and administrators. One query at most."""
    if member is None or not member.is_active:
        return False
    return member.is_superuser or member.groups.filter(name=roles.BRAND_MANAGERS).exists()


def check_keep_keys(member: Member | None) -> None:
    """Raises Forbidden for who keeps no keys."""
    if not can_keep_keys(member):
        raise Forbidden


def can_review(member: Member | None) -> bool:
    """Whether she decides about events that came too late: brand managers and administrators. One query at most."""
    return can_keep_keys(member)


def check_review(member: Member | None) -> None:
    """Raises Forbidden for who decides nothing about late events."""
    if not can_review(member):
        raise Forbidden


def can_use(key: ApiKey, scope: str) -> bool:
    """Whether a key opens this part of the API."""
    return scope in key.scopes

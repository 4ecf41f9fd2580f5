"""Reads of keys: who asks, and the list for those who keep them."""

from portal.api import secrets
from portal.api.models import ApiKey
from portal.core.reading import one


def key_behind(secret: str) -> ApiKey | None:
    """The key of a secret, valid or not; None for what is none of ours. One query at most."""
    if not secrets.looks_right(secret):
        return None
    return one(ApiKey.objects.filter(secret_hash=secrets.hash_of(secret)))


def every_key() -> list[ApiKey]:
    """All keys, those that still open something first, then the newest. One query."""
    return list(ApiKey.objects.select_related("maker", "revoked_by", "replaced_by").order_by("-created_at", "-pk"))

"""The private address of a member's feeds: made, made anew, ended."""

import secrets
from datetime import datetime

from django.db import transaction

from community.forum.models import FeedKey
from portal.accounts.models import Member


@transaction.atomic
def make_feed_key(*, actor: Member, at: datetime) -> FeedKey:
    """A new private address; every one that was given out before ends at once. Not idempotent: that is its use."""
    given = {"nonce": secrets.token_hex(12), "made_at": at}
    return FeedKey.objects.update_or_create(member=actor, defaults=given)[0]


@transaction.atomic
def end_feed_key(*, actor: Member, at: datetime) -> None:
    """Ends the private address; readers that still ask for it find nothing. Idempotent."""
    FeedKey.objects.filter(member=actor).delete()

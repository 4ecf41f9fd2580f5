"""Whose eyes a feed reader has: a member's private address is made from a nonce that she can throw away at any time."""

from datetime import datetime

from django.core import signing
from django.db.models import Q

from community.forum.models import FeedKey
from portal.accounts.models import Member
from portal.core.errors import NotFound

_SALT = "forum.feed"


def feed_token(member: Member) -> str:
    """What opens her private feeds; "" while she has made none, or has ended them. One query."""
    row = FeedKey.objects.filter(member=member).first()
    return signing.Signer(salt=_SALT, sep=".").sign(f"{member.public_id}-{row.nonce}") if row is not None else ""


def reader_of(token: str, *, at: datetime) -> Member:
    """The member whose private feed this token opens; raises NotFound for a wrong, ended or closed one. One query.

    Her rights are asked anew with each call: a feed shows what she may read at that moment.
    """
    try:
        public_id, _dash, nonce = signing.Signer(salt=_SALT, sep=".").unsign(token[:200]).partition("-")
    except signing.BadSignature:
        raise NotFound from None
    rows = FeedKey.objects.filter(member__public_id=public_id, nonce=nonce, member__is_active=True)
    awake = Q(member__suspended_until=None) | Q(member__suspended_until__lte=at)
    row = rows.filter(awake, member__left_at=None).select_related("member__standing").first()
    if row is None:
        raise NotFound
    return row.member

"""The way back to an address: a link in the letter that tells the old address of a new one. Good for a week, once."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.core import signing
from django.urls import reverse
from django.utils import translation
from django.utils.http import urlencode

from portal.accounts.models import Member
from portal.core.mail import absolute

SALT = "portal.accounts.way-back"
GOOD_FOR = timedelta(days=7)


@dataclass(frozen=True)
class WayBack:
    """Whose address was changed, from what to what, and when."""

    member_id: int
    old: str
    new: str
    changed_at: datetime


def link(member: Member, *, old: str, new: str, at: datetime) -> str:
    """The full address for the letter. The secret stands behind the `?`, which no log keeps."""
    token = signing.dumps([member.pk, old, new, at.timestamp()], salt=SALT)
    with translation.override(member.language):
        return f"{absolute(reverse('account_address_back'))}?{urlencode({'token': token})}"


def read(token: str) -> WayBack | None:
    """What the link says; None when it was made up, altered or is too old."""
    try:
        member_id, old, new, changed = signing.loads(token, salt=SALT, max_age=GOOD_FOR)
    except (signing.BadSignature, TypeError, ValueError):
        return None
    return WayBack(member_id, old, new, datetime.fromtimestamp(changed, UTC))

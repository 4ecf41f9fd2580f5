"""Reads about invitations."""

import hashlib
from datetime import datetime

from django.db.models import F, Prefetch, QuerySet

from portal.accounts.invitations.models import Arrival, Invitation
from portal.accounts.models import Member


def digest(token: str) -> str:
    """How a link's secret is stored and found."""
    return hashlib.sha256(token.encode()).hexdigest()


def open_invitations(*, at: datetime) -> QuerySet[Invitation]:
    """Those that still let somebody in: not ended, not run out, not used up, by somebody who is still here."""
    rows = Invitation.objects.filter(ended_at=None, expires_at__gt=at, used__lt=F("limit"))
    return rows.filter(inviter__is_active=True).select_related("inviter__standing")


def by_token(token: str, *, at: datetime) -> Invitation | None:
    """The open invitation of this link; None for unknown, ended and used-up ones alike."""
    return open_invitations(at=at).filter(token_hash=digest(token)).first()


def own(member: Member) -> list[Invitation]:
    """Her invitations, the newest first, each with who came by it. Two queries, however many there are."""
    came = Arrival.objects.exclude(joined_at=None).select_related("member__standing").order_by("joined_at")
    rows = Invitation.objects.filter(inviter=member).order_by("-created_at", "-pk")
    return list(rows.prefetch_related(Prefetch("arrivals", queryset=came, to_attr="came"))[:50])

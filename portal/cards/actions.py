"""Writes of cards. Whoever owns the object keeps its card."""

from django.db import transaction

from portal.cards.models import Card


@transaction.atomic
def put_card(
    *, kind: str, ref: str, locale: str, title: str, url: str, picture: str = "", visible_from_rank: int = 0
) -> Card:
    """Makes the object's card in one language look like this, and shows it. Idempotent."""
    card, _created = Card.objects.update_or_create(
        kind=kind,
        ref=ref,
        locale=locale,
        defaults={
            "title": title[:255],
            "url": url,
            "picture": picture,
            "visible_from_rank": visible_from_rank,
            "live": True,
        },
    )
    return card


@transaction.atomic
def withdraw_card(*, kind: str, ref: str, locale: str | None = None) -> int:
    """Hides the object's card, in one language or all; returns how many. The row stays for the day it comes back."""
    rows = Card.objects.filter(kind=kind, ref=ref, live=True)
    if locale is not None:
        rows = rows.filter(locale=locale)
    return rows.update(live=False)

"""Reads of cards."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from portal.cards.models import Card

if TYPE_CHECKING:
    from portal.accounts.models import Member


def cards_for(viewer: "Member | None", refs: Iterable[tuple[str, str]], locale: str) -> dict[tuple[str, str], Card]:
    """The cards of these (kind, ref) pairs that the viewer may see, in her language where there is one; one query.

    A card asking for a tier stays hidden from visitors and lower tiers; a withdrawn card from everybody.
    """
    wanted = set(refs)
    rank = viewer.standing.tier_rank if viewer is not None else 0
    rows = Card.objects.filter(
        kind__in={kind for kind, _ref in wanted},
        ref__in={ref for _kind, ref in wanted},
        live=True,
        visible_from_rank__lte=rank,
    )
    found: dict[tuple[str, str], Card] = {}
    for row in sorted(rows, key=lambda row: (row.locale == locale, row.pk)):  # her language last, so that it stays
        if (row.kind, row.ref) in wanted:
            found[row.kind, row.ref] = row
    return found


def card_for(viewer: "Member | None", kind: str, ref: str, locale: str) -> Card | None:
    """One card, or None when there is none for this viewer: unknown, withdrawn and hidden look the same."""
    return cards_for(viewer, [(kind, ref)], locale).get((kind, ref))


def cards_from(rank: int, locale: str) -> list[Card]:
    """Every card in use that asks for this rank or a higher one, once for each object. One query."""
    rows = Card.objects.filter(live=True, visible_from_rank__gte=rank)
    found: dict[tuple[str, str], Card] = {}
    for row in sorted(rows, key=lambda row: (row.locale == locale, row.pk)):
        found[row.kind, row.ref] = row
    return list(found.values())

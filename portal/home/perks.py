"""Tells the tiers which spaces and rooms open with them. The gates themselves stand in the community's permissions."""

from django.utils.translation import get_language

from badges import api as badges
from community import api as community
from portal.accounts.models import Member
from portal.cards.selectors import cards_from


@badges.perks
def places(member: Member) -> list[badges.Place]:
    """Every live space and room that asks for a tier; an address only where she may go."""
    return [
        badges.Place(gate.rank, gate.kind, gate.name, gate.url if gate.open else "", gate.hint)
        for gate in community.gates(member)
    ]


@badges.doors
def doors(rank: int) -> list[badges.Place]:
    """Every space, room and card that asks for this rank or a higher one, closed ones too, for those who work here."""
    gates = [badges.Place(gate.rank, gate.kind, gate.name, gate.url) for gate in community.doors_from(rank)]
    cards = cards_from(rank, get_language() or "vi")
    return [*gates, *(badges.Place(card.visible_from_rank, "card", card.title, card.url) for card in cards)]

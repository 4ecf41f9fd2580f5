"""What each tier opens for real: rooms above tell it, so that the tiers see neither forum nor chat."""

from collections.abc import Callable
from dataclasses import dataclass

from portal.accounts.models import Member


@dataclass(frozen=True)
class Place:
    """A place that opens with a tier's rank. `kind` is space, writing or room; `hint` says what is there."""

    rank: int
    kind: str
    name: str
    url: str
    hint: str = ""


Teller = Callable[[Member], list[Place]]
_tellers: list[Teller] = []
Keeper = Callable[[int], list[Place]]
_keepers: list[Keeper] = []


def register(teller: Teller) -> Teller:
    """Adds somebody who knows places. `teller(member)` names each place that asks for a tier above the first, in her
    language; the address is empty where she may not go yet."""
    _tellers.append(teller)
    return teller


def places_of(member: Member) -> dict[int, list[Place]]:
    """All places by the rank that opens them."""
    found: dict[int, list[Place]] = {}
    for teller in _tellers:
        for place in teller(member):
            found.setdefault(place.rank, []).append(place)
    return found


def keeper(asked: Keeper) -> Keeper:
    """Adds somebody who keeps doors. `asked(rank)` names each place that asks for this rank or a higher one, closed
    ones too, with the address at which a manager changes that: no tier goes while a door still waits for it."""
    _keepers.append(asked)
    return asked


def doors_from(rank: int) -> list[Place]:
    """All places that ask for this rank or a higher one, as those who work here see them."""
    return [place for one in _keepers for place in one(rank)]

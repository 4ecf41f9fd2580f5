"""What stands on an account, told by the rooms that keep it, for the second look before two accounts are joined."""

from collections.abc import Callable

_tellers: list[Callable[[int], list[str]]] = []


def register(teller: Callable[[int], list[str]]) -> None:
    """Adds a room's words about a member's holdings, such as "1.240 Hạt"; empty when there are none."""
    _tellers.append(teller)


def held_by(member_id: int) -> list[str]:
    """Everything that stands on this account, in the reader's language."""
    return [words for teller in _tellers for words in teller(member_id)]

"""Who reckons by the facts beside the badges: told at once, in the same transaction, while the shelves are held.

Whatever counts facts and gives something for them must see them one change after the other; the shelf is the lock of
exactly that, so rooms above listen here instead of hearing the events once more in an order of their own.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from portal.events.bus import Heard

# Whose facts changed, and which metrics of hers.
Changes = Mapping[int, set[str]]


@dataclass(frozen=True)
class Listener:
    """`changed(changes, heard, told)`: facts came, went or came back; `told` says that it is fresh enough to be news.
    `merged(giver, receiver, heard)`: what one account had belongs to the other from now on; facts have moved already.
    """

    changed: Callable[[Changes, Heard, bool], None]
    merged: Callable[[int, int, Heard], None]


_listeners: list[Listener] = []


def register(listener: Listener) -> None:
    """Adds a listener; called once, when the house is wired."""
    _listeners.append(listener)


def tell_changed(changes: Changes, heard: Heard, *, told: bool) -> None:
    """Tells all listeners. The caller holds the shelves of these members."""
    for listener in _listeners:
        listener.changed(changes, heard, told)


def tell_merged(giver_id: int, receiver_id: int, heard: Heard) -> None:
    """Tells all listeners that two accounts became one. The caller holds both shelves."""
    for listener in _listeners:
        listener.merged(giver_id, receiver_id, heard)

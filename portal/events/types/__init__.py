"""The published language of the house: past-tense facts with ids and values, never model instances.

Speakers and listeners both stand above this package, so neither needs to know the other.
"""

from portal.events.types.base import Event, registry

__all__ = ["Event", "registry"]

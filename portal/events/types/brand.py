"""Facts about the brand's pages, told by brand."""

from dataclasses import dataclass
from typing import ClassVar

from portal.events.types.base import Event


@dataclass(frozen=True, kw_only=True)
class StoryPublished(Event):
    """A story went public for the first time. `story` is its translation key, the same in every language."""

    name: ClassVar[str] = "story_published"
    story: str
    title: str


@dataclass(frozen=True, kw_only=True)
class StoryRead(Event):
    """A member read a story to its end, in whichever language; told once per member and story."""

    name: ClassVar[str] = "story_read"
    member: int
    story: str
    title: str


@dataclass(frozen=True, kw_only=True)
class IdentityPublished(Event):
    """A brand's look changed for everybody, by hand or by schedule. `scope` is the code of its scope."""

    name: ClassVar[str] = "identity_published"
    scope: str

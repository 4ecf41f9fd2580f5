"""The name chip as plain values: what `portal.ui` keeps of a page knows a member by these alone."""

from typing import NamedTuple

from django.urls import NoReverseMatch
from django.utils.translation import gettext_lazy as _

from portal.core.addresses import address

# How the house speaks of somebody whose personal data is gone.
FORMER = _("A former member")


class Chip(NamedTuple):
    """What a name chip shows in one language, as plain values: for the parts of pages that are kept (`portal.ui`)."""

    member_id: int
    public_id: str
    name: str
    handle: str
    avatar_url: str
    role_mark: str
    tier_code: str
    tier_name: str
    badges: tuple[tuple[str, str], ...]

    @property
    def known_as(self) -> str:
        """Her name, or the word for a member who has left the house for good."""
        return self.name or str(FORMER)

    @property
    def url(self) -> str:
        """Her page in the active language; "" for who has left, and where this installation has no such page."""
        return page_of(self.name, self.handle or self.public_id)

    @property
    def marks(self) -> list[dict[str, str]]:
        """The badge marks beside her name, each with `src` and `name`."""
        return [{"src": src, "name": name} for src, name in self.badges]


def page_of(name: str, ref: str) -> str:
    """Where the page of a member of this name stands in the active language; "" where there is none."""
    if not name:
        return ""
    try:
        return address("people:page", ref)
    except NoReverseMatch:
        return ""

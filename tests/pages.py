"""Every page of ours, for the tests and tools that must look at all of them: `PAGES`, route name to how it is reached.

A route that is no page (it takes a form, serves a fragment or a file) stands in `NOT_PAGES` with its reason.
`tests/architecture/test_pages.py` fails for a route in neither. Pages without a route of ours (Wagtail serves them, or
an error shows them) stand in `SERVED`. Database look-ups happen only when an address is asked for.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

VISITOR = ""
MEMBER = "member"  # Ngọc Hân where the house is full; somebody who joined a minute ago where it is empty
MODERATOR = "moderator"
MANAGER = "manager"
FULL, EMPTY = "full", "empty"


@dataclass(frozen=True)
class Page:
    """How one page is reached and what is expected of it."""

    name: str
    who: str = VISITOR
    args: Callable[[], list[Any]] = list
    query: str = ""
    status: int = 200
    states: tuple[str, ...] = (FULL,)
    # A page that only comes after a form: the route of that form, and what is typed there.
    begins: str = ""
    fills: tuple[tuple[str, str], ...] = ()
    # One screen high by design: a full-page picture would say nothing more.
    one_screen: bool = False
    # Bars of Lighthouse's mobile preset that count here.
    lighthouse: tuple[str, ...] = ()
    # Languages without a prefix in the address follow nothing: such a page is looked at once.
    prefixed: bool = True


ALL_BARS = ("performance", "accessibility", "best-practices", "seo")
PRIVATE_BARS = ALL_BARS[:3]


def lively_topic() -> list[Any]:
    """The topic with most replies."""
    from community.forum.models import Topic

    topic = Topic.objects.filter(hidden_at=None).order_by("-reply_count", "pk")[0]
    return [topic.public_id, topic.slug or "-"]


def own_topic() -> list[Any]:
    """A topic that the member herself began."""
    from community.forum.models import Topic

    topic = Topic.objects.filter(author__email="han@may.example", hidden_at=None).order_by("pk")[0]
    return [topic.public_id, topic.slug or "-"]


def first_space() -> list[Any]:
    """The first space of the forum."""
    from community.forum.models import Space

    return [Space.objects.filter(live=True, staff_only=False)[0].code]


def first_room() -> list[Any]:
    """The first room of the chat."""
    from community.chat.models import Room

    return [Room.objects.filter(live=True, staff_only=False)[0].code]


CODE_FIELDS = (("login", "han@may.example"),)

PAGES: dict[str, list[Page]] = {
    # the entrance
    "account_login": [Page("sign-in")],
    "account_signup": [Page("join")],
    "account_confirm_login_code": [Page("sign-in-code", begins="account_login", fills=CODE_FIELDS)],
    "account_logout": [Page("sign-out", MEMBER)],
    "account_inactive": [Page("account-inactive")],
    "mfa_index": [Page("second-factor", MEMBER)],
    "usersessions_list": [Page("sessions", MEMBER)],
    # talk
    "chat:room": [
        Page("chat-visitor", args=first_room, one_screen=True),
        Page("chat", MEMBER, args=first_room, states=(FULL, EMPTY), one_screen=True),
        Page("chat-moderator", MODERATOR, args=first_room, one_screen=True),
    ],
}

SERVED: list[tuple[str, Page]] = [
    # What Wagtail serves: the page model, found by its class and the language.
    ("brand.HomePage", Page("home", states=(FULL, EMPTY), lighthouse=ALL_BARS)),
    ("brand.HomePage", Page("home-member", MEMBER)),
    ("brand.StoryIndexPage", Page("stories")),
    ("brand.StoryPage", Page("story", states=(FULL, EMPTY), lighthouse=ALL_BARS)),
    ("brand.StoryPage", Page("story-member", MEMBER)),
    # What an error shows.
    ("/nothing/here/", Page("not-found", status=404)),
]

NOT_PAGES: dict[str, str] = {
    "front_door": "leads to the visitor's language",
    "healthz": "for machines",
    "readyz": "for machines",
    "robots": "for machines",
    "favicon": "a picture",
    "media": "uploaded files in development",
    "chat:index": "leads to the first room",
    "chat:history": "older messages as a fragment",
    "chat:present": "who sits in the room, as a fragment",
    "chat:send": "takes a form",
    "chat:read": "takes a form",
    "chat:source": "one message's text as typed, as data",
    "chat:edit": "takes a form",
    "chat:remove": "takes a form",
}


def all_pages() -> list[Page]:
    """Every page with an entry, in the order of the lists."""
    return [page for pages in PAGES.values() for page in pages] + [page for _where, page in SERVED]

"""How a view says that its page is the same for all visitors, and from what it was drawn (`portal.home.visitors`)."""

from collections.abc import Callable
from typing import Any, TypeVar

from django.http import HttpRequest

View = TypeVar("View", bound=Callable[..., Any])
_MARK = "same_for_visitors"


def same_for_visitors(view: View) -> View:
    """Marks a view: who is not signed in gets the same page at the same address, whatever else she brings."""
    setattr(view, _MARK, True)
    return view


def is_same_for_visitors(view: Callable[..., Any]) -> bool:
    """Whether a view says so."""
    return bool(getattr(view, _MARK, False))


def follow_stream(request: HttpRequest, stream: str, number: int) -> None:
    """The page that is being drawn was read after this number of a stream: a later entry makes it old."""
    seen: dict[str, int] = request.__dict__.setdefault("streams_seen", {})
    seen[stream] = number


def streams_seen(request: HttpRequest) -> dict[str, int]:
    """What the view said of its streams."""
    return dict(request.__dict__.get("streams_seen", {}))

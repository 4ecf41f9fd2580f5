"""How far the streams of a page had come when it was drawn."""

from collections.abc import Callable, Iterable

from django.http import HttpRequest

from portal.realtime.recording import last_numbers


def streams(request: HttpRequest) -> dict[str, Callable[[Iterable[str]], dict[str, int]]]:
    """Context processor: `stream_numbers`, asked by the layout of a member's page alone."""
    return {"stream_numbers": last_numbers}

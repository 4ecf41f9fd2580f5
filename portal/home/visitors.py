"""Pages that are the same for every visitor, drawn once and kept for a moment in each process.

A page may be kept only where its view says so (`portal.core.visitors`), for somebody who brings no cookie of ours but
the token of forms and the chosen language, and only if the answer sets none: no member's bit can get in, because nobody
who is known ever passes here.

**How long it holds.** A view names the streams that its page follows, with the numbers it read before it drew (a topic
names its own): any later entry ends the page at once. What no stream tells holds for `VISITOR_PAGES_SECONDS`, and on
while nothing at all happened in the house: every act leaves an event, a stream's entry or an editor's log line, and
the newest of each are one look at four indexes. What time alone changes (a poll that closes) holds for ten seconds.
"""

import gzip
import hashlib
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field

from django.conf import settings
from django.core.exceptions import MiddlewareNotUsed
from django.db import connection
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.utils.cache import patch_vary_headers
from django.utils.http import parse_etags
from django.utils.translation import get_language_from_path

from portal.core.visitors import is_same_for_visitors, streams_seen
from portal.realtime import last_numbers

GetResponse = Callable[[HttpRequest], HttpResponse]
LONGEST = 10.0  # seconds, for what time alone changes and what left no trace
BYTES = 24 * 1024 * 1024  # of each process, packed pages included
QUERY = 80  # letters: longer ones are nobody's usual page
_HOUSE = """
    SELECT (SELECT MAX(id) FROM portal_domainevent), (SELECT MAX(id) FROM portal_streamentry),
           (SELECT MAX(id) FROM wagtailcore_pagelogentry), (SELECT MAX(id) FROM wagtailcore_modellogentry)
"""
House = tuple[int | None, ...]


@dataclass
class Page:
    """One page as it was answered, and what it was drawn from."""

    headers: list[tuple[str, str]]
    body: bytes
    streams: dict[str, int]
    house: House
    drawn: float
    etag: str = field(init=False)
    packed: bytes = b""

    def __post_init__(self) -> None:
        self.etag = f'W/"{hashlib.blake2b(self.body, digest_size=12).hexdigest()}"'

    def holds(self) -> bool:
        """Whether it is still what would be drawn now, as far as anybody could tell."""
        age = time.monotonic() - self.drawn
        if age > LONGEST or (self.streams and last_numbers(self.streams) != self.streams):
            return False
        return age < settings.VISITOR_PAGES_SECONDS or self.house == house_now()


def house_now() -> House:
    """The newest event, stream entry and log lines: equal twice means that nothing was done in between."""
    with connection.cursor() as cursor:
        cursor.execute(_HOUSE)
        return tuple(cursor.fetchone())


class Kept:
    """The pages of this process, the longest unasked going first when there is no more room."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._pages: OrderedDict[str, Page] = OrderedDict()
        self._bytes = 0

    def get(self, key: str) -> Page | None:
        """The page under this key, if it is kept."""
        with self._lock:
            page = self._pages.get(key)
            if page is not None:
                self._pages.move_to_end(key)
            return page

    def put(self, key: str, page: Page) -> None:
        """Keeps a page, in place of an older one."""
        with self._lock:
            self._drop(key)
            self._pages[key] = page
            self._bytes += len(page.body)
            while self._bytes > BYTES:
                self._drop(next(iter(self._pages)))

    def pack(self, key: str, page: Page) -> bytes:
        """The page as gzip, packed once. Nothing secret stands in it that a length could betray."""
        if not page.packed:
            packed = gzip.compress(page.body, 5, mtime=0)
            with self._lock:
                if self._pages.get(key) is page and not page.packed:
                    self._bytes += len(packed)
                page.packed = packed
        return page.packed

    def clear(self) -> None:
        """Forgets all pages."""
        with self._lock:
            self._pages.clear()
            self._bytes = 0

    def _drop(self, key: str) -> None:
        gone = self._pages.pop(key, None)
        if gone is not None:
            self._bytes -= len(gone.body) + len(gone.packed)


kept = Kept()


def key_of(request: HttpRequest) -> str | None:
    """Under what a request's page may be kept; None for whoever is known, or asks for anything but a plain page."""
    harmless = {settings.CSRF_COOKIE_NAME}
    if get_language_from_path(request.path_info):  # the address decides the language, whatever the cookie wishes
        harmless.add(settings.LANGUAGE_COOKIE_NAME)
    plain = request.method == "GET" and not set(request.COOKIES) - harmless
    query = request.META.get("QUERY_STRING", "")
    if not plain or "HTTP_HX_REQUEST" in request.META or "HTTP_AUTHORIZATION" in request.META or len(query) > QUERY:
        return None
    if "json" in request.META.get("HTTP_ACCEPT", "") or request.path in settings.PROBES:
        return None
    return f"{request.scheme}://{request.get_host()}{request.path}?{query}"


class VisitorPagesMiddleware:
    """Answers visitors from what is kept, else keeps what may be kept. With 0 seconds it is not there."""

    def __init__(self, get_response: GetResponse) -> None:
        if not settings.VISITOR_PAGES_SECONDS:
            raise MiddlewareNotUsed
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        key = key_of(request)
        if key is None:
            return self.get_response(request)
        page = kept.get(key)
        if page is None or not page.holds():
            house, drawn = house_now(), time.monotonic()
            response = self.get_response(request)
            if not may_be_kept(request, response):
                return response
            headers = [pair for pair in response.items() if pair[0] != "Content-Length"]
            page = Page(headers, response.content, streams_seen(request), house, drawn)
            kept.put(key, page)
        return answer(request, key, page)


def may_be_kept(request: HttpRequest, response: HttpResponse) -> bool:
    """Whether this answer is the same for every visitor."""
    match = request.resolver_match
    return (
        response.status_code == 200
        and not response.streaming
        and not response.cookies
        and match is not None
        and (is_same_for_visitors(match.func) or match.view_name == "wagtail_serve")
        and not request.user.is_authenticated
        and "no-store" not in response.get("Cache-Control", "")
        and response.get("Content-Type", "").startswith("text/html")
    )


def answer(request: HttpRequest, key: str, page: Page) -> HttpResponse:
    """The kept page: nothing but its name for who has it already, else packed if her browser takes that."""
    if page.etag in parse_etags(request.META.get("HTTP_IF_NONE_MATCH", "")):
        response: HttpResponse = HttpResponseNotModified()
    elif "gzip" in request.META.get("HTTP_ACCEPT_ENCODING", ""):
        response = HttpResponse(kept.pack(key, page), headers={"Content-Encoding": "gzip"})
    else:
        response = HttpResponse(page.body)
    for name, value in page.headers:
        response.headers[name] = value
    response.headers["ETag"] = page.etag
    response.headers.setdefault("Cache-Control", "private, no-cache")
    patch_vary_headers(response, ["Accept-Encoding"])
    response.headers["Content-Length"] = str(len(response.content))
    return response

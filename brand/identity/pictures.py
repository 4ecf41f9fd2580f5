"""Pictures of a look, drawn once per version and then read from the media folder; and how they are handed out."""

import logging
import time
from collections.abc import Callable
from contextlib import suppress

from django.core.cache import cache
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.cache import get_conditional_response
from PIL import Image

from brand.identity import drawing
from brand.identity.looks import Look
from portal.core.errors import NotFound, TooMany
from portal.core.shared_cache import AWAY

logger = logging.getLogger(__name__)
TYPES = {"PNG": ("png", "image/png"), "JPEG": ("jpg", "image/jpeg"), "ICO": ("ico", "image/x-icon")}
_DRAWING = 20
# Seconds that others wait for the one who draws; an icon takes a few hundredths, a card on a busy machine about one.
_PATIENCE, _STEP = 2.0, 0.03


def drawn(look: Look, name: str, kind: str, draw: Callable[[], Image.Image], version: str = "") -> bytes:
    """The picture's bytes: read where they were kept, else drawn now and kept; older versions of it are dropped.

    Of many that ask at once one draws and the others wait for it: a browser shows a broken icon for good where it is
    told to come back. Only when it takes longer than two seconds they are (TooMany): it must not hold every thread.
    """
    stem = f"identity/drawn/{look.code}/{name}-"
    path = f"{stem}{version or look.version}.{TYPES[kind][0]}"
    until = time.monotonic() + _PATIENCE
    while True:
        # A file that is still being written can be read already.
        kept = None if _is_being_drawn(path) else _read(path)
        if kept is not None:
            return kept
        if _begin(path):
            return _drawn_now(path, stem, lambda: drawing.as_bytes(draw(), kind))
        if time.monotonic() >= until:
            raise TooMany(retry_after=1)
        time.sleep(_STEP)


def _drawn_now(path: str, stem: str, draw: Callable[[], bytes]) -> bytes:
    try:
        content = _read(path)  # somebody else may have kept it since it was looked for
        if content is None:
            content = draw()
            _keep(stem, path, content)
    finally:
        with suppress(*AWAY):
            cache.delete(f"drawing:{path}")
    return content


def _is_being_drawn(path: str) -> bool:
    try:
        return cache.get(f"drawing:{path}") is not None
    except AWAY:
        return False


def _begin(path: str) -> bool:
    try:
        return bool(cache.add(f"drawing:{path}", 1, _DRAWING))
    except AWAY:
        return True  # drawn twice is better than not at all


def _read(path: str) -> bytes | None:
    try:
        with default_storage.open(path) as handle:
            content: bytes = handle.read()
            return content
    except FileNotFoundError:
        return None


def _keep(stem: str, path: str, content: bytes) -> None:
    folder, _slash, prefix = stem.rpartition("/")
    try:
        older = [name for name in default_storage.listdir(folder)[1] if _is_version_of(name, prefix)]
    except FileNotFoundError:
        older = []
    default_storage.save(path, ContentFile(content))
    for name in older:
        default_storage.delete(f"{folder}/{name}")


def _is_version_of(name: str, prefix: str) -> bool:
    return name.startswith(prefix) and "-" not in name[len(prefix) :]


def handed_out(
    request: HttpRequest, content: bytes | Callable[[], bytes], content_type: str, version: str
) -> HttpResponseBase:
    """The bytes for everybody alike: for ever where the address names this version, else asked for again by ETag."""
    etag = f'"{version}"'
    immutable = request.GET.get("v") == version
    response = get_conditional_response(request, etag=etag)
    if response is None:
        response = HttpResponse(content() if callable(content) else content, content_type=content_type)
    response["ETag"] = etag
    response["Cache-Control"] = "public, max-age=31536000, immutable" if immutable else "public, no-cache"
    response.same_for_all = True  # type: ignore[attr-defined]  # see portal.core.middleware
    return response


def picture(
    request: HttpRequest, look: Look, name: str, kind: str, draw: Callable[[], Image.Image], version: str = ""
) -> HttpResponseBase:
    """One drawn picture as an answer. Raises NotFound while the front end, whose letters it needs, is not built."""
    if not drawing.fonts_are_there():
        logger.error("the front end is not built: no letters to draw with")
        raise NotFound
    content_type = TYPES[kind][1]
    return handed_out(request, lambda: drawn(look, name, kind, draw, version), content_type, version or look.version)

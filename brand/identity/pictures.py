"""Pictures of a look, drawn once per version and then read from the media folder; and how they are handed out."""

import logging
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


def drawn(look: Look, name: str, kind: str, draw: Callable[[], Image.Image], version: str = "") -> bytes:
    """The picture's bytes: read where they were kept, else drawn now and kept; older versions of it are dropped.

    Of many that ask at once one draws; the others are asked to come back in a second (TooMany), so that a new version
    never occupies every thread with the same drawing.
    """
    stem = f"identity/drawn/{look.code}/{name}-"
    path = f"{stem}{version or look.version}.{TYPES[kind][0]}"
    kept = _read(path)
    if kept is not None:
        return kept
    if not _begin(path):
        kept = _read(path)
        if kept is None:
            raise TooMany(retry_after=1)
        return kept
    try:
        content = drawing.as_bytes(draw(), kind)
        _keep(stem, path, content)
    finally:
        with suppress(*AWAY):
            cache.delete(f"drawing:{path}")
    return content


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

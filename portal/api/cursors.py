"""Where a list goes on: an opaque word, so that nobody builds on what is in it."""

import base64
import binascii

from django.utils.translation import gettext as _

from portal.core.errors import Invalid

_LARGEST = 2**63


def told(key: int | None) -> str | None:
    """The word for a row's key; None for the end."""
    return None if key is None else base64.urlsafe_b64encode(f"v1:{key}".encode()).decode().rstrip("=")


def read(cursor: str | None) -> int | None:
    """The key behind a word; raises Invalid (`bad_cursor`) for one that was not ours."""
    if cursor is None:
        return None
    try:
        text = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True).decode()
        version, _colon, number = text.partition(":")
        if version == "v1" and number.isascii() and number.isdigit() and int(number) < _LARGEST:
            return int(number)
    except (binascii.Error, UnicodeError, ValueError):
        pass
    raise bad()


def bad() -> Invalid:
    """What is said about a cursor that leads nowhere."""
    words = _("This cursor leads nowhere. Begin the list again without one.")
    return Invalid(words, code="bad_cursor", errors=[{"field": "cursor", "message": words, "code": "bad_cursor"}])

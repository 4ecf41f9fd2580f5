"""What a checker found about fields, as problem details tell it."""

from typing import Any

from django.utils.translation import gettext_lazy as _

# What is said about a field, by the code of the checker; everything else is told in one sentence.
_WORDS: dict[str, Any] = {
    "missing": _("This is needed."),
    "extra_forbidden": _("We know no such field."),
    "string_too_long": _("This is too long."),
    "string_too_short": _("This is too short."),
    "too_long": _("These are too many."),
    "too_short": _("These are too few."),
    "string_pattern_mismatch": _("This is not written as it should be."),
}
_OTHER = _("This value cannot be.")
MOST = 50


def field_errors(found: list[Any]) -> list[dict[str, str]]:
    """Where, in words, and by the checker's own code; at most `MOST`."""
    told = []
    for error in found[:MOST]:
        where = ".".join(str(part) for part in error["loc"][1:]) or str(error["loc"][0])
        told.append({"field": where[:200], "message": str(_WORDS.get(error["type"], _OTHER)), "code": error["type"]})
    return told

"""What texts say: plain letters only, so that each is one segment on every telephone and at every gateway.

With one letter outside the GSM alphabet a text falls from 160 characters to 70, and many Vietnamese gateways refuse it.
Vietnamese is therefore written without its marks, as banks and post offices write it in texts.
"""

import unicodedata

from django.utils import translation
from django.utils.translation import gettext as _

from portal.core.mail import house_name

SEGMENT = 160
_D = str.maketrans("đĐ", "dD")
# GSM 03.38, the basic set. Of its extension (two places each) only what our texts might hold.
_BASIC = set(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
_DOUBLE = set("^{}\\[~]|€")
_PLAIN = {"“": '"', "”": '"', "‘": "'", "’": "'", "–": "-", "—": "-", "…": "...", "\u00a0": " "}


def unmarked(text: str) -> str:
    """The text without accents and other marks, letters kept in their case; what is not in the alphabet becomes `?`."""
    text = "".join(_PLAIN.get(c, c) for c in text.translate(_D))
    bare = "".join(c for c in unicodedata.normalize("NFD", text) if unicodedata.category(c) != "Mn")
    return "".join(c if c in _BASIC or c in _DOUBLE else "?" for c in bare)


def places(text: str) -> int:
    """How many places of a segment the text takes."""
    return sum(2 if c in _DOUBLE else 1 for c in text)


def compose(kind: str, *, language: str, code: str = "", url: str = "") -> str:
    """The words of one kind of text, in the reader's language, in one segment. Raises KeyError for an unknown kind."""
    with translation.override(language):
        house = unmarked(house_name())[:20]
        words = {
            "sign_in": _("%(house)s: %(code)s opens the door. Good for 10 minutes, for you alone: pass it to nobody."),
            "prove": _("%(house)s: %(code)s proves that this number is yours. Good for 10 minutes, pass it to nobody."),
            "unknown": _("%(house)s: nobody here has this number yet. A seat of your own: %(url)s"),
        }[kind]
        text = unmarked(words % {"house": house, "code": code, "url": url})
    while places(text) > SEGMENT:
        text = text[:-1]
    return text

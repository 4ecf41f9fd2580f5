"""Finds the hosts to which a text leads, and compares them with patterns. Pure: no rows, one linear expression."""

import re
import unicodedata
from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from portal.core.errors import Invalid

# "[.]" and "(.)" are dots written so that machines overlook them.
_DOTS = re.compile(r"\[\.\]|\(\.\)|\[dot\]|\(dot\)", re.IGNORECASE)
_LINK = re.compile(
    r"https?:/{0,3}([^\s<>\"'`]{1,300})|(?<![\w@.-])((?:[\w-]{1,63}\.){1,8}[^\W\d_]{2,24})(?![\w@.-]*@)", re.IGNORECASE
)
_ADDRESS = re.compile(r"https?://|(?<![\w@.-])www\.[\w-]+\.", re.IGNORECASE)
# Endings below which everybody may register a name: such a pattern would find half of the web.
_SHARED = frozenset(
    [
        "com",
        "net",
        "org",
        "info",
        "biz",
        "xyz",
        "top",
        "shop",
        "site",
        "online",
        "vn",
        "com.vn",
        "net.vn",
        "org.vn",
        "edu.vn",
        "gov.vn",
        "io",
        "co",
        "uk",
        "co.uk",
    ]
)
_HOST = re.compile(r"(?:[\w-]{1,63}\.){1,8}[\w-]{2,63}")


def plain_host(host: str) -> str:
    """A host as it is compared: small letters, no port, punycode read, compatibility forms opened; "" for none."""
    place = re.split(r"[/?#\\]", unicodedata.normalize("NFKC", host).casefold(), maxsplit=1)[0]
    host = re.split(r"[^\w.-]", place.rpartition("@")[2], maxsplit=1)[0].strip(".")
    if "xn--" in host:
        try:
            host = host.encode("ascii").decode("idna")
        except UnicodeError:
            pass
    return host if "." in host else ""


def hosts_in(value: str) -> list[tuple[str, int, int]]:
    """Every host that a text names, with its place. Bare names count too ("spam.example", "spam[.]example")."""
    return list(_found(value))


def _found(value: str) -> Iterator[tuple[str, int, int]]:
    # Same length as before, so that places stay true.
    dotted = _DOTS.sub(lambda found: "." + "\u2060" * (len(found.group()) - 1), value)
    if "\u2060" in dotted:
        yield from _in(dotted.replace("\u2060", ""))
    yield from _in(unicodedata.normalize("NFC", value))


def _in(value: str) -> Iterator[tuple[str, int, int]]:
    for found in _LINK.finditer(value):
        host = plain_host(found.group(1) or found.group(2))
        if host:
            yield host, found.start(), found.end()


def has_link(value: str) -> bool:
    """Whether a text leads out of the house: a full address, or "www."."""
    return bool(_ADDRESS.search(unicodedata.normalize("NFKC", value)))


def read_host(pattern: str) -> str:
    """A pattern for hosts as it is compared, for it and all names below it; raises Invalid (`field` pattern)."""
    host = plain_host(pattern.strip().removeprefix("*.").removeprefix("https://").removeprefix("http://"))
    if not host or not _HOST.fullmatch(host):
        raise Invalid(_("A host looks like spam.example; everything below it is meant, too."), field="pattern")
    if host in _SHARED:
        raise Invalid(_("Half of the web ends like this. Name the host itself."), field="pattern")
    return host


def below(host: str, pattern: str) -> bool:
    """Whether a host is the one of the pattern or a name below it."""
    return host == pattern or host.endswith("." + pattern)

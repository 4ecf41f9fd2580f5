"""Which names and handles would let somebody speak for the house. Words are compared as they look (`skeleton`)."""

from portal.core.lookalikes import skeleton
from portal.core.mail import house_name
from portal.scopes.models import Scope

# An office: refused wherever the words stand side by side in a name ("Mây Hỗ Trợ", "admin Lan").
_OFFICES = (
    "admin", "administrator", "adm1n", "moderator", "quản trị", "quản trị viên", "ban quản trị", "điều hành viên",
    "hỗ trợ", "hỗ trợ viên", "chăm sóc khách hàng", "cskh", "support", "official", "chính thức", "root", "sysadmin",
    "webmaster", "postmaster", "security", "system", "hệ thống", "staff", "nhân viên",
)  # fmt: skip
# A name that belongs to the house as a whole; a person may carry it beside her own (Nguyễn Trí Ân).
_HOUSE = ("Tri Ân", "TriAn", "Người của nhà", "Một người đã rời nhà", "A former member", "Someone who has left")
# Words that stand in addresses of ours, or would make a page look like one of the house's own.
_ADDRESSES = (
    "about", "account", "accounts", "api", "badges", "brand", "chat", "community", "contact", "dev", "documents", "en",
    "help", "home", "login", "logout", "me", "media", "member", "members", "my", "news", "notifications", "people",
    "privacy", "profile", "register", "search", "security", "settings", "signin", "signup", "static", "stories",
    "terms", "theme", "vi", "welcome", "www", "null", "undefined", "everyone", "here", "all", "mod", "mods", "info",
)  # fmt: skip
_OFFICE_FOLDS = frozenset(skeleton(word) for word in _OFFICES)
_HOUSE_FOLDS = frozenset(skeleton(word) for word in _HOUSE)
_ADDRESS_FOLDS = frozenset(skeleton(word) for word in _ADDRESSES)
_LONGEST_OFFICE = max(len(word.split()) for word in _OFFICES)


def _house_folds() -> set[str]:
    """The names of brand, sub-brands and stores as they look. One query."""
    named = [house_name(), *Scope.objects.filter(live=True).values_list("name", flat=True)]
    return {skeleton(name) for name in named} | _HOUSE_FOLDS


def holds_an_office(text: str) -> bool:
    """Whether words of an office stand in the text, alone or side by side."""
    words = text.replace("_", " ").replace("-", " ").replace(".", " ").split()
    for first in range(len(words)):
        for last in range(first + 1, min(first + _LONGEST_OFFICE, len(words)) + 1):
            if skeleton("".join(words[first:last])) in _OFFICE_FOLDS:
                return True
    return False


def speaks_for_the_house(name: str) -> bool:
    """Whether a member by this name would pass for the house or one who works in it."""
    return holds_an_office(name) or skeleton(name) in _house_folds()


def is_reserved_handle(handle: str) -> bool:
    """Whether a handle is an address of the house, an office or a name of the brand."""
    folded = skeleton(handle)
    return folded in _ADDRESS_FOLDS or folded in _OFFICE_FOLDS or holds_an_office(handle) or folded in _house_folds()

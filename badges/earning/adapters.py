"""What accounts asks the programme without knowing it: what would move when two accounts become one."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from badges.earning.broadcasts import balance_of
from portal.accounts.claims import holdings
from portal.ui.templatetags.ui import amount


def tell_holdings(member_id: int) -> list[str]:
    """A member's points in words, nothing for nothing."""
    has, words = balance_of(member_id), []
    if has["spend"]:
        words.append(_("%(n)s Hạt") % {"n": amount(has["spend"])})
    if has["pending"]:
        words.append(_("%(n)s Hạt that wait") % {"n": amount(has["pending"])})
    if has["status"]:
        points = ngettext("%(n)s tier point", "%(n)s tier points", has["status"])
        words.append(points % {"n": amount(has["status"])})
    return words


holdings.register(tell_holdings)

"""How a rise, a fall and the warning before it are told in the inbox."""

from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from badges.tiers.models import TierMove
from badges.tiers.selectors import names_of
from portal.accounts.models import Member
from portal.notifications import Kind, register
from portal.notifications.models import Notification


def _sentence(item: Notification) -> str:
    names = names_of(get_language() or "vi")  # of the past too: what was told once can still be read
    code = str(item.args.get("tier", ""))
    if until := item.args.get("until"):
        words = _("The house has set your tier to %(tier)s until %(day)s: %(reason)s")
        day = date_format(date.fromisoformat(str(until)), "DATE_FORMAT")
        return words % {"tier": names.get(code, code), "day": day, "reason": item.args.get("reason", "")}
    return _("You are now %(tier)s. Thank you for staying.") % {"tier": names.get(code, code)}


def _fall(item: Notification) -> str:
    names = names_of(get_language() or "vi")
    tier, old = (names.get(str(code), str(code)) for code in (item.args.get("tier", ""), item.args.get("old", "")))
    if item.args.get("cause") == TierMove.Cause.TAKEN_BACK:
        return _("Points that had carried %(old)s were taken back. You are now %(tier)s.") % {"old": old, "tier": tier}
    if item.args.get("cause") == TierMove.Cause.SET_ENDED:
        return _("%(old)s, which the house had set, has ended. You are now %(tier)s.") % {"old": old, "tier": tier}
    return _("The last day of %(old)s was over. You are now %(tier)s.") % {"old": old, "tier": tier}


def _warning(item: Notification) -> str:
    names = names_of(get_language() or "vi")
    tier, after = (names.get(str(code), str(code)) for code in (item.args.get("tier", ""), item.args.get("to", "")))
    day = date_format(date.fromisoformat(str(item.args["until"])), "DATE_FORMAT")
    words = _("%(tier)s is yours until %(day)s; from the day after you are %(after)s. See what keeps it.")
    return words % {"tier": tier, "day": day, "after": after}


def _url(item: Notification) -> str:
    return reverse("badges:tier")


def _visible(member: Member, subject: str, args: dict[str, Any]) -> bool:
    return True  # a member's own tier is always hers to know


register(
    Kind(
        name="tier",
        label=gettext_lazy("A new tier"),
        icon="sparkles",
        sentence=_sentence,
        url=_url,
        visible=_visible,
        group="rewards",
    )
)
register(
    Kind(
        name="tier_warning",
        label=gettext_lazy("Before a tier ends"),
        icon="clock",
        sentence=_warning,
        url=_url,
        visible=_visible,
        group="rewards",
    )
)
register(
    Kind(
        name="tier_down",
        label=gettext_lazy("When a tier has ended"),
        icon="sparkles",
        sentence=_fall,
        url=_url,
        visible=_visible,
        group="rewards",
    )
)

"""How a rise is told in the inbox."""

from typing import Any

from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from badges.tiers.selectors import names_of
from portal.accounts.models import Member
from portal.notifications import Kind, register
from portal.notifications.models import Notification


def _sentence(item: Notification) -> str:
    names = names_of(get_language() or "vi")  # of the past too: what was told once can still be read
    code = str(item.args.get("tier", ""))
    return _("You are now %(tier)s. Thank you for staying.") % {"tier": names.get(code, code)}


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

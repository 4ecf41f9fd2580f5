"""How a rise is told in the inbox."""

from typing import Any

from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from badges.tiers.selectors import ladder
from portal.accounts.models import Member
from portal.notifications import Kind, register
from portal.notifications.models import Notification


def _sentence(item: Notification) -> str:
    names = {t.code: t.name for t in ladder(get_language() or "vi")}
    code = str(item.args.get("tier", ""))
    return _("You are now %(tier)s. Thank you for staying.") % {"tier": names.get(code, code)}


def _url(item: Notification) -> str:
    return reverse("my:home")


def _visible(member: Member, subject: str, args: dict[str, Any]) -> bool:
    return True  # a member's own tier is always hers to know


register(
    Kind(name="tier", label=gettext_lazy("A new tier"), icon="sparkles", sentence=_sentence, url=_url, visible=_visible)
)

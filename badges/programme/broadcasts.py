"""How the desk is told of what happened by itself."""

from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from badges.campaigns.selectors import names
from badges.programme.actions.telling import EMPTIED
from badges.programme.permissions import can_see_desk
from portal.notifications import Kind, register
from portal.notifications.models import Notification
from portal.ui.templatetags.ui import amount


def _sentence(item: Notification) -> str:
    code = str(item.args.get("campaign", ""))
    said = {"name": names(get_language() or "vi").get(code, code), "given": amount(item.args.get("used", 0))}
    return _("The budget of “%(name)s” is used up: %(given)s points are given. The campaign adds nothing more.") % said


register(
    Kind(
        name=EMPTIED,
        label=gettext_lazy("Campaigns whose budget is used up"),
        icon="gift",
        sentence=_sentence,
        url=lambda item: reverse("programme_subject", args=("campaigns", item.args.get("campaign", ""))),
        visible=lambda member, subject, args: can_see_desk(member),
        staff=True,
    )
)

"""What several views share: the moderators' tabs, and a refusal put into its form."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from community.forum.forms import ForumForm
from community.moderation.permissions import check_moderator
from portal.accounts.models import Member
from portal.accounts.viewers import viewer
from portal.core.errors import DomainError, NotFound, SignInRequired, Waits


def moderator(request: HttpRequest) -> Member:
    """The moderator who looks; raises SignInRequired or NotFound."""
    return check_moderator(viewer(request))


def refuse(form: ForumForm, error: DomainError) -> int:
    """Puts a refusal into the form, which comes back with all that was typed; what nobody may know of passes on."""
    if isinstance(error, NotFound | SignInRequired | Waits):
        raise error
    form.refuse(error)
    return error.status


def desk(where: str) -> dict[str, Any]:
    """The tabs of the moderators' desk."""
    places = (
        ("queue", _("Waiting"), "shield-check"),
        ("log", _("Log"), "scroll-text"),
        ("rules", _("Word filter"), "search"),
    )  # fmt: skip
    tabs = [
        {"url": reverse(f"moderation:{name}"), "label": label, "icon": icon, "current": name == where}
        for name, label, icon in places
    ]
    return {"desk": tabs}

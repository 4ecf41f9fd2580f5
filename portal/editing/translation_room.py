"""The translation room's missing half: what stands above the passages, and what its buttons do."""

from dataclasses import dataclass, field
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from wagtail import hooks
from wagtail.models import Page, WorkflowState
from wagtail_localize.models import Translation

from portal.accounts.models import Member
from portal.accounts.viewers import member_or_refuse
from portal.core.errors import DomainError
from portal.editing import handing_in
from portal.editing.selectors import missing_passages, translation_into

BUTTON = "desk"


@dataclass(frozen=True)
class Way:
    """Where a translation stands on its way to the public, as one member sees it."""

    page: Page
    state: WorkflowState | None
    missing: int
    may: set[str] = field(default_factory=set)
    comment: str = ""

    @property
    def waits(self) -> bool:
        """Whether somebody is to read it now."""
        return self.state is not None and self.state.status == WorkflowState.STATUS_IN_PROGRESS


@hooks.register("before_edit_page", order=-10)
def on_the_way(request: HttpRequest, page: Page) -> HttpResponse | None:
    """Comes before the translation room: answers our own buttons, and lays what it shows above the passages."""
    translation = translation_into(page)
    if translation is None:
        return None
    member = member_or_refuse(request)
    if request.method != "POST":
        # The room builds its own context; the request is all that reaches its template.
        request.translation_way = way(member, page, translation)  # type: ignore[attr-defined]
        return None
    if BUTTON in request.POST:
        return _answer(request, member, translation)
    if request.POST.get("action") == "publish":
        lock = page.get_lock()
        if lock is not None and lock.for_user(member):
            messages.error(request, _("It waits for another person's reading. Take it back first to change it."))
            return redirect(request.path)
        handing_in.name_address(actor=member, translation=translation)
    return None


def way(member: Member, page: Page, translation: Translation) -> Way:
    """Where it stands, and which of our buttons are hers."""
    state, waiting = page.current_workflow_state, page.current_workflow_task_state
    may, comment = set(), ""
    if page.permissions_for_user(member).can_submit_for_moderation():
        may.add("hand-in")
    if state is not None and waiting is not None:
        if state.status == WorkflowState.STATUS_NEEDS_CHANGES:
            comment = waiting.comment
        else:
            may |= {name for name, *_rest in waiting.task.specific.get_actions(page, member)}
        if state.user_can_cancel(member):
            may.add("take-back")
    return Way(page, state, missing_passages(translation), may, comment)


def _answer(request: HttpRequest, member: Member, translation: Translation) -> HttpResponse:
    try:
        _do(request, member, translation)
    except DomainError as error:
        if error.status == 403:
            raise PermissionDenied from error
        messages.error(request, str(error))
    except ValidationError:
        messages.error(request, _("Some passages are refused as they are: the reason stands beside each."))
    return redirect(request.path)


def _do(request: HttpRequest, member: Member, translation: Translation) -> None:
    button = request.POST[BUTTON]
    if button == "hand-in":
        missing = handing_in.hand_in(actor=member, translation=translation)
        messages.success(request, _("Handed in. Somebody else reads it before the public does."))
        if missing:
            messages.warning(request, _missing(missing))
    elif button == "take-back":
        handing_in.take_back(actor=member, translation=translation)
        messages.success(request, _("Taken back. It waits for nobody now."))
    else:
        comment = request.POST.get("comment", "").strip()[:1000]
        handing_in.decide(actor=member, translation=translation, decision=button, comment=comment)
        told: dict[str, Any] = {"approve": _("Approved. It is public now."), "reject": _("Sent back with your word.")}
        messages.success(request, told[button])


def _missing(number: int) -> str:
    words = ngettext(
        "%(number)s passage still stands in the original language.",
        "%(number)s passages still stand in the original language.",
        number,
    )
    return words % {"number": number}

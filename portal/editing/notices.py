"""What the people of the desk are told about pages: through the house's own bell and letters, in their language.

Wagtail's letters are switched off: they go out within the request, in their own words, past everybody's wishes.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.dispatch import receiver
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin import signal_handlers
from wagtail.models import Page, TaskState, WorkflowState
from wagtail.signals import task_submitted, workflow_approved, workflow_cancelled, workflow_rejected

from portal import notifications
from portal.accounts.models import Member
from portal.core.clock import now
from portal.editing.selectors import pages_within_reach
from portal.notifications import Kind
from portal.notifications.models import Notification

WAITS, APPROVED, SENT_BACK, REMARK = "page_waits", "page_approved", "page_sent_back", "page_remark"


def subject(page: Page) -> str:
    """What items about a page are filed under."""
    return f"page:{page.pk}"


# ── Kinds ───────────────────────────────────────────────────────────────────────────────────────────────────────
def _visible(member: Member, subject: str, args: dict[str, Any]) -> bool:
    return args["page"] in pages_within_reach(member, [args["page"]])


def _visible_many(member: Member, items: Sequence[Notification]) -> set[int]:
    reach = pages_within_reach(member, [item.args["page"] for item in items])
    return {item.pk for item in items if item.args["page"] in reach}


def _url(item: Notification) -> str:
    return reverse("wagtailadmin_pages:edit", args=[item.args["page"]])


def _sentence(words: Any) -> Any:
    def tell(item: Notification) -> str:
        standing = getattr(item.actor, "standing", None)
        name = standing.name if standing is not None else _("Someone who has left")
        return str(words) % {"name": name, "title": item.args["title"]}

    return tell


for _name, _label, _icon, _words in (
    (
        WAITS,
        gettext_lazy("Pages that wait for my reading"),
        "eye",
        gettext_lazy("%(name)s hands in “%(title)s”: please read it before the public does"),
    ),
    (
        APPROVED,
        gettext_lazy("Pages of mine that were approved"),
        "circle-check",
        gettext_lazy("%(name)s has approved “%(title)s”"),
    ),
    (
        SENT_BACK,
        gettext_lazy("Pages of mine that need changes"),
        "undo-2",
        gettext_lazy("%(name)s asks for changes in “%(title)s”"),
    ),
    (
        REMARK,
        gettext_lazy("Remarks beside pages that I follow"),
        "message-circle",
        gettext_lazy("%(name)s left a remark beside “%(title)s”"),
    ),
):
    notifications.register(
        Kind(_name, _label, _icon, _sentence(_words), _url, _visible, staff=True, visible_many=_visible_many)
    )


# ── Ears ────────────────────────────────────────────────────────────────────────────────────────────────────────
def _tell(kind: str, page: Any, members: Iterable[int], actor: Member | None) -> None:
    if not isinstance(page, Page):
        return
    args = {"page": page.pk, "title": page.draft_title or page.title}
    for member_id in sorted(set(members)):
        notifications.notify(
            member_id=member_id, kind=kind, subject=subject(page), args=args,
            actor_id=actor.pk if actor else None, at=now(),
        )  # fmt: skip


@receiver(task_submitted)
def page_handed_in(instance: TaskState, user: Member | None = None, **_kwargs: Any) -> None:
    """Tells those who may approve: the step's groups without the author; administrators where that leaves nobody."""
    page, state = instance.revision.content_object, instance.workflow_state
    own = {state.requested_by_id, instance.revision.user_id}
    staff = Member.objects.filter(is_active=True).exclude(pk__in=own - {None})
    readers = staff.filter(Q(groups__in=instance.task.specific.groups.all())).values_list("pk", flat=True).distinct()
    with transaction.atomic():
        _tell(WAITS, page, readers or staff.filter(is_superuser=True).values_list("pk", flat=True), user)


def _settled(state: WorkflowState, kind: str | None, user: Member | None) -> None:
    page = state.content_object
    with transaction.atomic():
        if isinstance(page, Page):
            notifications.rescind(subject=subject(page), kind=WAITS, at=now())
        if kind is not None and state.requested_by_id is not None:
            _tell(kind, page, [state.requested_by_id], user)


@receiver(workflow_approved)
def page_approved(instance: WorkflowState, user: Member | None = None, **_kwargs: Any) -> None:
    """Tells who handed it in; nobody else needs to read it any more."""
    _settled(instance, APPROVED, user)


@receiver(workflow_rejected)
def page_sent_back(instance: WorkflowState, user: Member | None = None, **_kwargs: Any) -> None:
    """Tells who handed it in."""
    _settled(instance, SENT_BACK, user)


@receiver(workflow_cancelled)
def page_taken_back(instance: WorkflowState, **_kwargs: Any) -> None:
    """It waits for nobody any more."""
    _settled(instance, None, None)


def tell_of_remarks(recipient_users: Iterable[Member], notification: str, extra_context: dict[str, Any]) -> bool:
    """Stands where Wagtail's page editor would send letters about comments."""
    with transaction.atomic():
        _tell(REMARK, extra_context["page"], [user.pk for user in recipient_users], extra_context.get("editor"))
    return True


# Wagtail's desk starts after us, and finds nothing to connect its own letters with.
signal_handlers.register_signal_handlers = lambda: None

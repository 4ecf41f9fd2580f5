"""What the workshop shows and serves in the house's own way."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.templatetags.static import static
from django.urls import URLPattern, path, reverse_lazy
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.action_menu import SubmitForModerationMenuItem
from wagtail.admin.menu import MenuItem
from wagtail.admin.views.pages import edit
from wagtail.models import Page
from wagtail.permissions import page_permission_policy

from portal.accounts.models import Member
from portal.accounts.viewers import member_or_refuse, viewer
from portal.editing import audit, notices, permissions, views
from portal.editing.home import AttentionPanel

# The page editor looks its sender up by name when somebody left a comment.
edit.send_notification = notices.tell_of_remarks


class AdministratorsItem(MenuItem):
    """An entry that only administrators see."""

    def is_shown(self, request: HttpRequest) -> bool:
        """Whether she keeps the house."""
        return bool(request.user.is_superuser)


@hooks.register("before_serve_page", order=-10)
def close_private_page(page: Page, request: HttpRequest, args: Any, kwargs: Any) -> None:
    """A page that is not for this member looks absent; Wagtail would send her to the door she came in by."""
    if viewer(request) is not None and not all(r.accept_request(request) for r in page.get_view_restrictions()):
        raise Http404


@hooks.register("before_serve_document", order=-10)
def close_private_document(document: Any, request: HttpRequest) -> None:
    """The same for a file: knowing its address opens nothing."""
    rules = document.collection.get_view_restrictions()
    if viewer(request) is not None and not all(rule.accept_request(request) for rule in rules):
        raise Http404


hooks.register("register_log_actions", audit.name_actions)


@hooks.register("construct_reports_menu")
def leave_out_foreign_reports(request: HttpRequest, items: list[Any]) -> None:
    """No entry leads to a refusal."""
    member = member_or_refuse(request)
    whole = permissions.edits_the_whole_house(member)
    hidden = {"site-history"} if not member.is_superuser else set()
    hidden |= set() if whole else {"translations", "page-types-usage"}
    items[:] = [item for item in items if item.name not in hidden]


@hooks.register("construct_homepage_panels")
def attention_first(request: HttpRequest, panels: list[Any]) -> None:
    """What needs her comes before everything else."""
    panels.insert(0, AttentionPanel())


class HandIn(SubmitForModerationMenuItem):
    """Wagtail's button names the workflow by the one name that its row has; this one says the deed."""

    def get_context_data(self, parent_context: dict[str, Any]) -> dict[str, Any]:
        """With our words."""
        context: dict[str, Any] = super().get_context_data(parent_context)
        page = context.get("page")
        state = page.current_workflow_state if page is not None and page.pk else None
        again = state is not None and state.status == state.STATUS_NEEDS_CHANGES
        context["label"] = _("Hand it in again") if again else _("Hand in for reading")
        return context


@hooks.register("construct_page_action_menu")
def hand_in(items: list[Any], request: HttpRequest, context: dict[str, Any]) -> None:
    """The same word for handing in a page and a translation."""
    items[:] = [HandIn(order=item.order) if type(item) is SubmitForModerationMenuItem else item for item in items]


@hooks.register("before_edit_page", order=-20)
def autosave_decides_nothing(request: HttpRequest, page: Page) -> HttpResponse | None:
    """Wagtail's editor saves by itself with the decision still in its form: while the approval is on its way, that
    second request would fail, and write the page as it was before it came out."""
    if request.method == "POST" and not request.accepts("text/html") and "action-workflow-action" in request.POST:
        return HttpResponse(status=409)
    return None


@hooks.register("after_edit_page")
def back_to_what_waits(request: HttpRequest, page: Page) -> HttpResponse | None:
    """Whoever only reads for others has no shelf to go back to; Wagtail would send her to one and refuse her there."""
    shelves = page_permission_policy.explorable_instances(request.user)
    if request.POST.get("next") or shelves.filter(pk=page.get_parent().pk).exists():
        return None
    return redirect("wagtailadmin_home")


@hooks.register("get_avatar_url")
def face(user: Member | None, size: int) -> str | None:
    """Her face as the house shows it; None for what the house did by itself."""
    return (user.avatar or None) if user is not None else None


@hooks.register("insert_global_admin_css")
def desk_styles() -> str:
    """The few rules of our own panels."""
    return format_html('<link rel="stylesheet" href="{}">', static("build/desk.css"))


@hooks.register("insert_global_admin_js")
def own_saves() -> str:
    """Keeps Wagtail from taking an editor's own automatic save for one of another window (static/js/own-saves.js)."""
    return format_html('<script src="{}"></script>', static("build/own-saves.js"))


@hooks.register("insert_global_admin_js")
def field_names() -> str:
    """Gives fields that Wagtail leaves nameless for ears the name that eyes see (static/js/field-names.js)."""
    return format_html('<script src="{}"></script>', static("build/field-names.js"))


@hooks.register("register_admin_urls")
def desk_addresses() -> list[URLPattern]:
    """Our own pages of the workshop; Wagtail lets in only who may enter."""
    return [path("reports/deliveries/", views.deliveries, name="desk_deliveries")]


@hooks.register("register_reports_menu_item")
def deliveries_entry() -> MenuItem:
    """Where administrators look when something was not heard."""
    return AdministratorsItem(
        _("Deliveries that failed"), reverse_lazy("desk_deliveries"), name="deliveries", icon_name="warning", order=1200
    )

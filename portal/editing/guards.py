"""What single rooms of the workshop are asked beyond their own questions, by route name.

Wagtail's translation room checks the general right to translate, never the page at hand (promise 26); choosers and the
page API list every page to whoever may enter. Each guard gets the member, the request and the address's arguments.
"""

from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.models import Page
from wagtail.permissions import policy_registry
from wagtail.snippets.views.snippets import get_snippet_model_from_url_params
from wagtail_localize.models import Translation, TranslationSource

from portal.accounts.models import Member
from portal.editing import permissions
from portal.editing.selectors import own_pages

Guard = Callable[[Member, HttpRequest, dict[str, Any]], bool]


STEPS = ("workflow_action", "collect_workflow_action_data", "confirm_workflow_cancellation", "workflow_preview")
CHOOSING = ("choose", "choose_results", "chosen", "chosen_multiple", "create")


def translates_page(member: Member, request: HttpRequest, kwargs: dict[str, Any]) -> bool:
    """Whether she may have this very page translated."""
    return permissions.can_translate(member, get_object_or_404(Page, pk=kwargs["page_id"]))


def updates_translations(member: Member, request: HttpRequest, kwargs: dict[str, Any]) -> bool:
    """Whether she edits the source and every translation; to publish them at once she must be allowed that as well."""
    source = get_object_or_404(TranslationSource, pk=kwargs["translation_source_id"])
    instance = source.get_source_instance()
    if not isinstance(instance, Page):
        return _changes(member, type(instance))
    publishes = request.method == "POST" and "publish_translations" in request.POST
    pages = [instance, *instance.get_translations()]
    rights = [page.permissions_for_user(member) for page in pages]
    return all(right.can_edit() and (not publishes or right.can_publish()) for right in rights)


def writes_passages(member: Member, request: HttpRequest, kwargs: dict[str, Any]) -> bool:
    """Whether its words may change now: what waits for a reader stays as it was handed in. The room asks for rights."""
    page = get_object_or_404(Translation, pk=kwargs["translation_id"]).get_target_instance()
    if request.method == "GET" or not isinstance(page, Page):
        return True
    lock = page.get_lock()
    return not page.workflow_in_progress and not (lock is not None and lock.for_user(member))


def brings_out(member: Member, request: HttpRequest, kwargs: dict[str, Any]) -> bool:
    """Whether she may publish this very page: a page that follows another takes over its unread words at once."""
    return bool(get_object_or_404(Page, pk=kwargs["page_id"]).permissions_for_user(member).can_publish())


def translates_snippet(member: Member, request: HttpRequest, kwargs: dict[str, Any]) -> bool:
    """Whether she changes things of this kind."""
    return _changes(member, _snippet(kwargs))


def sees_snippets(member: Member, request: HttpRequest, kwargs: dict[str, Any]) -> bool:
    """Whether she may look things of this kind up."""
    model = _snippet(kwargs)
    return any(member.has_perm(f"{model._meta.app_label}.{act}_{model._meta.model_name}") for act in ("view", "change"))


def looks_pages_up(member: Member, request: HttpRequest, kwargs: dict[str, Any]) -> bool:
    """Whether lists of pages help her work: she edits some, or one waits for her."""
    return permissions.looks_pages_up(member)


def edits_the_whole_house(member: Member, request: HttpRequest, kwargs: dict[str, Any]) -> bool:
    """Whether a list of the whole house's pages is hers to read."""
    return permissions.edits_the_whole_house(member)


def edits_page(member: Member, request: HttpRequest, kwargs: dict[str, Any]) -> bool:
    """Whether she edits this very page."""
    return bool(get_object_or_404(Page, pk=kwargs["page_id"]).permissions_for_user(member).can_edit())


def moves_page(member: Member, request: HttpRequest, kwargs: dict[str, Any]) -> bool:
    """Whether she may move this page there: the question itself names both."""
    page = get_object_or_404(Page, pk=kwargs["page_to_move_id"])
    place = get_object_or_404(Page, pk=kwargs["destination_id"])
    return bool(page.permissions_for_user(member).can_move_to(place))


def draws_looks(member: Member, request: HttpRequest, kwargs: dict[str, Any]) -> bool:
    """Whether the brand's looks are hers to change."""
    return member.has_perm("brand.change_identity")


def acts_on_many(member: Member, request: HttpRequest, kwargs: dict[str, Any]) -> bool:
    """Whether all that was chosen is hers: Wagtail names by title what it then leaves alone."""
    if (kwargs["app_label"], kwargs["model_name"]) != ("wagtailcore", "page"):
        return True
    chosen = request.GET.getlist("id")
    ids = [request.GET.get("childOf", "")] if "all" in chosen else chosen
    if not all(number.isdecimal() for number in ids):
        return member.is_superuser
    wanted = [int(number) for number in ids]
    return set(wanted) <= own_pages(member, wanted)


def looks_pictures_up(member: Member, request: HttpRequest, kwargs: dict[str, Any]) -> bool:
    """Whether she has a right on pictures."""
    return _has_any_right(member, get_image_model())


def sees_picture(member: Member, request: HttpRequest, kwargs: dict[str, Any]) -> bool:
    """Whether she may be shown one picture by its number: she has a right on pictures, or a page waits for her."""
    return looks_pictures_up(member, request, kwargs) or permissions.looks_pages_up(member)


def looks_documents_up(member: Member, request: HttpRequest, kwargs: dict[str, Any]) -> bool:
    """Whether she has a right on documents."""
    return _has_any_right(member, get_document_model())


def keeps_workflows(member: Member, request: HttpRequest, kwargs: dict[str, Any]) -> bool:
    """Whether the steps of approval are hers to arrange."""
    return member.has_perm("wagtailcore.change_workflow")


def keeps_the_house(member: Member, request: HttpRequest, kwargs: dict[str, Any]) -> bool:
    """Administrators alone: the log of what everybody did."""
    return member.is_superuser


def nobody(member: Member, request: HttpRequest, kwargs: dict[str, Any]) -> bool:
    """A room that is not there: Wagtail's own test of its error page."""
    raise Http404


def _snippet(kwargs: dict[str, Any]) -> Any:
    model = get_snippet_model_from_url_params(kwargs["app_label"], kwargs["model_name"])
    if model is None:
        raise Http404
    return model


def _has_any_right(member: Member, files: Any) -> bool:
    return bool(policy_registry.get_by_type(files).user_has_any_permission(member, ["add", "change", "choose"]))


def _changes(member: Member, model: Any) -> bool:
    return member.has_perm(f"{model._meta.app_label}.change_{model._meta.model_name}")


def _each(guard: Guard, *routes: str) -> dict[str, Guard]:
    return dict.fromkeys(routes, guard)


GUARDS: dict[str, Guard] = {
    **_each(translates_page, "wagtail_localize:submit_page_translation"),
    **_each(updates_translations, "wagtail_localize:update_translations"),
    **_each(
        writes_passages,
        "wagtail_localize:edit_string_translation",
        "wagtail_localize:edit_override",
        "wagtail_localize:upload_pofile",
        "wagtail_localize:machine_translate",
        "wagtail_localize:stop_translation",
    ),
    **_each(brings_out, "wagtail_localize:convert_to_alias"),
    **_each(translates_snippet, "wagtail_localize:submit_snippet_translation"),
    **_each(sees_snippets, "wagtail_localize:snippets_api_listing", "wagtail_localize:snippets_api_detail"),
    **_each(
        edits_the_whole_house,
        # Names the page of each kind that was edited last, wherever it stands.
        "wagtailadmin_reports:page_types_usage",
        "wagtailadmin_reports:page_types_usage_results",
        "wagtail_localize:translations_report",
        "wagtail_localize:translations_report_results",
    ),
    **_each(
        looks_pages_up,
        "wagtailadmin_api:pages:listing",
        "wagtailadmin_api:pages:detail",
        "wagtailadmin_api:pages:find",
        "wagtailadmin_choose_page",
        "wagtailadmin_choose_page_child",
        "wagtailadmin_choose_page_search",
        "wagtailadmin_choose_page_chosen_multiple",
        "wagtailadmin_choose_page_external_link",
        "wagtailadmin_choose_page_email_link",
        "wagtailadmin_choose_page_phone_link",
        "wagtailadmin_choose_page_anchor_link",
        "wagtailadmin_pages:choose_parent",
        "wagtailembeds:chooser",
        "wagtailembeds:chooser_upload",
    ),
    **_each(edits_page, "wagtailadmin_pages:confirm_workflow_cancellation"),
    **_each(acts_on_many, "wagtail_bulk_action"),
    # One look for everybody: who does not draw it neither lists nor decides it.
    **_each(
        draws_looks,
        *(f"wagtailsnippets_brand_identity:{step}" for step in STEPS),
        *(f"wagtailsnippetchoosers_brand_identity:{step}" for step in CHOOSING),
    ),
    **_each(moves_page, "wagtailadmin_pages:move_confirm"),
    **_each(
        looks_pictures_up,
        "wagtailadmin_api:images:listing",
        "wagtailadmin_api:images:find",
        "wagtailimages_chooser:choose",
        "wagtailimages_chooser:choose_results",
        "wagtailimages_chooser:chosen_multiple",
    ),
    # The editor asks for each picture of the page at hand, also of whoever only reads it before it comes out.
    **_each(sees_picture, "wagtailadmin_api:images:detail"),
    **_each(
        looks_documents_up,
        "wagtailadmin_api:documents:listing",
        "wagtailadmin_api:documents:detail",
        "wagtailadmin_api:documents:find",
        "wagtaildocs_chooser:choose",
        "wagtaildocs_chooser:choose_results",
        "wagtaildocs_chooser:chosen_multiple",
    ),
    **_each(
        keeps_workflows,
        "wagtailadmin_workflows:task_chooser",
        "wagtailadmin_workflows:task_chooser_results",
        "wagtailadmin_workflows:task_chooser_create",
        "wagtailadmin_workflows:task_chosen",
    ),
    **_each(keeps_the_house, "wagtailadmin_reports:site_history", "wagtailadmin_reports:site_history_results"),
    # People join by themselves.
    **_each(nobody, "wagtailadmin_error_test", "wagtailusers_users:add"),
}

"""What editors see of the help centre in the workshop: which answers help, and what readers add."""

from typing import Any

from django.urls import URLPattern, path, reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.tables import Column, DateColumn, TitleColumn
from wagtail.admin.views.generic.base import BaseListingView
from wagtail.admin.views.generic.permissions import PermissionCheckedMixin
from wagtail.permissions import policy_registry

from brand.help import selectors
from brand.help.models import HelpPage

READS = ["add", "change", "publish"]


class HelpReport(PermissionCheckedMixin, BaseListingView):
    """Yes and no for every question, the least helpful first, with the newest words. For whoever edits pages."""

    page_title = _("Did it help?")
    header_icon = "help"
    index_url_name = "help_report"
    index_results_url_name = "help_report_results"
    any_permission_required = READS
    paginate_by = 50
    columns = [
        TitleColumn("title", label=_("Question"), get_url=lambda row: row["edit_url"]),
        Column("locale", label=_("Language")),
        Column("yes", label=_("It helped")),
        Column("no", label=_("It did not")),
        Column("words", label=_("In their words")),
        DateColumn("newest", label=_("Last said")),
    ]

    @cached_property
    def permission_policy(self) -> Any:
        """Whoever may change pages may read what is said of them."""
        return policy_registry.get_by_type(HelpPage)

    @cached_property
    def no_results_message(self) -> Any:
        """What an empty report says, instead of a search that found nothing."""
        return _("Nobody has answered yet. Below each answer of the help stands the question whether it helped.")

    def get_queryset(self) -> Any:
        """One row per question and language."""
        return selectors.verdicts()

    def get_context_data(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Adds questions and words to the rows of this page of the list: two queries, whatever its length."""
        context: dict[str, Any] = super().get_context_data(*args, **kwargs)
        rows = list(context["object_list"])
        keys = [row["question"] for row in rows]
        titles, words = selectors.titles_of(keys), selectors.newest_words(keys)
        for row in rows:
            pk, title = titles.get((row["question"], row["locale"]), (None, _("a page that is no longer there")))
            row["title"], row["edit_url"] = title, reverse("wagtailadmin_pages:edit", args=[pk]) if pk else ""
            row["words"] = " · ".join(words.get((row["question"], row["locale"]), [])[:3])
        context["table"].data = context["object_list"] = rows
        return context


class HelpReportItem(MenuItem):
    """The report's place in the menu, for whoever edits pages."""

    def is_shown(self, request: Any) -> bool:
        """Whether this editor may read it."""
        return bool(policy_registry.get_by_type(HelpPage).user_has_any_permission(request.user, READS))


@hooks.register("register_reports_menu_item")
def report_item() -> MenuItem:
    """Puts the report among the others."""
    return HelpReportItem(_("Did it help?"), reverse("help_report"), name="help-report", icon_name="help", order=650)


@hooks.register("register_admin_urls")
def report_urls() -> list[URLPattern]:
    """The report's addresses."""
    return [
        path("reports/help/", HelpReport.as_view(), name="help_report"),
        path("reports/help/results/", HelpReport.as_view(results_only=True), name="help_report_results"),
    ]

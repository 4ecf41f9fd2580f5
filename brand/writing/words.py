"""Words that the editor's packages forgot to mark for translation: labels of forms, columns, filters, names of things.

Named here, once, when the house starts; the words themselves stand in the libraries' catalogue. Names of models and
fields are set on the classes only: migrations read what a class was declared with, so none is asked for.
"""

from django.apps import apps
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms.choosers import (
    AnchorLinkChooserForm,
    EmailLinkChooserForm,
    ExternalLinkChooserForm,
    PhoneLinkChooserForm,
)
from wagtail.sites.views import IndexView as SiteList
from wagtail_localize.views.report import TranslationsReportFilterSet

LINK_TEXT = _("Link text")
FORMS = {
    ExternalLinkChooserForm: {"link_text": LINK_TEXT},
    AnchorLinkChooserForm: {"link_text": LINK_TEXT},
    PhoneLinkChooserForm: {"link_text": LINK_TEXT, "phone_number": _("Phone number")},
    EmailLinkChooserForm: {
        "link_text": LINK_TEXT,
        "email_address": _("Email address"),
        "subject": _("Subject"),
        "body": _("Text of the letter"),
    },
}
NAMES = {
    "wagtailcore.Locale": (_("locale"), _("locales")),
    "wagtail_localize.Translation": (_("translation"), _("translations")),
}
FIELDS = {
    "wagtail_localize.LocaleSynchronization": {"sync_from": _("sync from")},
    "wagtailcore.WorkflowPage": {"page": _("page")},
}
COLUMNS = {"port": _("Port"), "site_name": _("Site name"), "root_page": _("Root page")}
FILTERS = {"source_locale": _("Source language"), "target_locale": _("Target language")}


def name_everything() -> None:
    """Gives each its words. Running twice changes nothing more."""
    for form, labels in FORMS.items():
        for name, label in labels.items():
            form.base_fields[name].label = label
    for path, (one, many) in NAMES.items():
        options = apps.get_model(path)._meta
        options.verbose_name, options.verbose_name_plural = one, many
    for path, fields in FIELDS.items():
        for name, label in fields.items():
            apps.get_model(path)._meta.get_field(name).verbose_name = label
    for column in SiteList.columns:
        if column.name in COLUMNS:
            column.label = COLUMNS[column.name]
    for name, label in FILTERS.items():
        TranslationsReportFilterSet.base_filters[name].label = label


name_everything()

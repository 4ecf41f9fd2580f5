"""Templates of packages, with the words that they forgot to mark for translation marked.

Overriding a whole template for one word would freeze the rest of it; here only the words are put right as the template
is read. A place that an upgrade moved is an error at once, not an English word that nobody sees.
"""

from django.template import Origin
from django.template.loaders import app_directories

_SEARCH = ('<input type="submit" value="Search"', """<input type="submit" value="{% translate 'Search' %}\"""")
_TOTAL = (
    "{} %}}\n            {{{{ start_index }}}}-{{{{ end_index }}}} of {{{{ items_count }}}} {{{{ model_name }}}}"
    "\n        {{% end"
)
MENDS: dict[str, tuple[tuple[str, str], ...]] = {
    "wagtailadmin/home.html": (_SEARCH,),
    "wagtailadmin/shared/header.html": (_SEARCH,),
    "wagtailadmin/shared/headers/_actions.html": (
        ('<nav aria-label="Actions"', """{% load i18n %}<nav aria-label="{% translate 'Actions' %}\""""),
    ),
    # A count that is not there yet was written as "None".
    "wagtailadmin/shared/side_panel_toggle.html": (("{{ count|intcomma }}", '{{ count|default:""|intcomma }}'),),
    "wagtailadmin/pages/listing/_page_title_column_header.html": (
        (
            _TOTAL.format("items_count=items_count|intcomma"),
            _TOTAL.format('items_count=items_count|intcomma model_name=model_name|default_if_none:""'),
        ),
    ),
    "wagtaillocales/index.html": (
        (
            "{{ locale.num_pages }} pages{% if locale.num_others %} + {{ locale.num_others }} others{% endif %}",
            "{% blocktranslate count n=locale.num_pages %}{{ n }} page{% plural %}{{ n }} pages{% endblocktranslate %}"
            "{% if locale.num_others %} + {% blocktranslate count n=locale.num_others %}{{ n }} other{% plural %}"
            "{{ n }} others{% endblocktranslate %}{% endif %}",
        ),
    ),
}


# Names of permissions are English rows of the database: what they are for is said with words that are translated.
_FORM = 'page_permissions_form.html" with form={} only'
_FORM_AND_TYPES = 'page_permissions_form.html" with form={} permission_types=formset.permission_types only'
MENDS["wagtailusers/groups/includes/formatted_permissions.html"] = tuple(
    (
        f"{{{{ content_perms_dict.{act}.perm.name }}}}",
        f"{{% translate '{act.title()}' %}}: {{{{ content_perms_dict.object|capfirst }}}}",
    )
    for act in ("add", "change", "delete")
)
MENDS["wagtailusers/groups/includes/page_permissions_formset.html"] = tuple(
    (_FORM.format(form), _FORM_AND_TYPES.format(form)) for form in ("form", "formset.empty_form")
)
MENDS["wagtailusers/groups/includes/page_permissions_form.html"] = (
    (
        "{{ option.choice_label }}",
        "{% for name, short, long in permission_types %}"
        "{% if name == option.data.value %}{{ long }}{% endif %}{% endfor %}",
    ),
)


class PlaceGone(Exception):
    """A template of a package no longer holds the words that stand to be mended in it."""


class MendedTemplates(app_directories.Loader):
    """Django's loader of the packages' templates, with `MENDS` applied."""

    def get_contents(self, origin: Origin) -> str:
        """The source of a template; raises PlaceGone where a mend finds nothing to mend."""
        source = str(super().get_contents(origin))
        name = str(origin.template_name or "")
        for old, new in MENDS.get(name, ()):
            if old not in source:
                raise PlaceGone(f"{name} no longer holds {old!r}")
            source = source.replace(old, new)
        return source

"""The identity in Wagtail's admin: draft, preview on real pages, publish, compare, schedule, lock."""

from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import (
    FieldPanel,
    FieldRowPanel,
    MultiFieldPanel,
    ObjectList,
    PublishingPanel,
    TabbedInterface,
)
from wagtail.snippets.views.snippets import SnippetViewSet

from brand.identity.forms import ColourInput, IdentityForm
from brand.identity.models import Identity


class IdentityViewSet(SnippetViewSet):
    """One look per brand and sub-brand."""

    model = Identity
    icon = "sliders"
    menu_label = _("Identity")
    menu_name = "identity"
    menu_order = 250
    add_to_admin_menu = True
    copy_view_enabled = False
    list_display = ["__str__", "scope", "live"]
    list_select_related = ["scope"]
    edit_handler = TabbedInterface(
        [
            ObjectList(
                [
                    FieldPanel("scope"),
                    MultiFieldPanel(
                        [FieldPanel("name"), FieldPanel("slogan_vi"), FieldPanel("slogan_en")], heading=_("Words")
                    ),
                    MultiFieldPanel(
                        [
                            *(
                                FieldPanel(f"color_{part}", widget=ColourInput)
                                for part in ("act", "accent", "reward", "deep")
                            ),
                            FieldPanel("paper"),
                        ],
                        heading=_("Colours"),
                        help_text=_(
                            "Given for light pages; dark ones follow. A colour that cannot be read somewhere is "
                            "refused, with the nearest that can. Leave a colour empty to wear that of the brand above."
                        ),
                    ),
                    FieldPanel("type_pair"),
                    PublishingPanel(),
                ],
                heading=_("Words and colours"),
            ),
            ObjectList(
                [
                    FieldPanel("mark"),
                    FieldRowPanel([FieldPanel("mark_file"), FieldPanel("mono_file")]),
                    FieldPanel("wordmark_file"),
                ],
                heading=_("Marks"),
            ),
        ],
        base_form_class=IdentityForm,
    )

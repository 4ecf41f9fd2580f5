"""The brand's house: front room, who we are, the tree of sub-brands and the home of each."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.fields import StreamField
from wagtail.models import Page
from wagtail.search import index
from wagtail_localize.fields import SynchronizedField

from brand.pages.blocks import BrandBody, HomeBody
from brand.writing.models import CoverMixin, LivingPage

# Wagtail gives every class a template of its own name unless the class itself says otherwise.
TEMPLATE = "brand/pages/brand_page.html"


class HomePage(LivingPage):
    """The front room, made of blocks. Talk, stories and thanks on it are alive; the words are the brand's."""

    body = StreamField(HomeBody(), blank=True, default=list, verbose_name=_("the page"))

    parent_page_types = ["wagtailcore.Page"]
    template = "brand/pages/home_page.html"
    content_panels = [*Page.content_panels, FieldPanel("body")]
    search_fields = [*Page.search_fields, index.SearchField("body")]

    class Meta:
        verbose_name = _("home page")

    def words_of_welcome(self) -> dict[str, Any]:
        """Great line and lead of the welcome, for title and description; empty when the page has none."""
        return next((block.value for block in self.body if block.block_type == "welcome"), {"heading": "", "lead": ""})


class BrandPage(LivingPage, CoverMixin):  # type: ignore[django-manager-missing]
    """What all pages share on which the brand says who it is."""

    lead = models.TextField(_("what this page is about"), max_length=400)
    body = StreamField(BrandBody(), blank=True, default=list, verbose_name=_("the page"))

    parent_page_types = ["brand.HomePage", "brand.SubBrandPage"]
    subpage_types: list[str] = []
    # A page of this kind stands in masthead and foot unless its editor takes it out.
    show_in_menus_default = True
    content_panels = [*Page.content_panels, FieldPanel("lead"), CoverMixin.cover_panel(), FieldPanel("body")]
    search_fields = [*Page.search_fields, index.SearchField("lead"), index.SearchField("body")]

    class Meta:
        abstract = True


class IdentityPage(BrandPage):
    """The name and its story, the mark, the colours."""

    template = TEMPLATE

    class Meta:
        verbose_name = _("identity page")


class PromisePage(BrandPage):
    """What the brand promises and how each promise is kept."""

    template = TEMPLATE

    class Meta:
        verbose_name = _("promise page")


class ValuesPage(BrandPage):
    """What the brand holds to."""

    template = TEMPLATE

    class Meta:
        verbose_name = _("values page")


class VoicePage(BrandPage):
    """How the brand speaks."""

    template = TEMPLATE

    class Meta:
        verbose_name = _("voice page")


class ArchitecturePage(BrandPage):
    """The tree of the brand, drawn; the homes of the sub-brands stand below it."""

    parent_page_types = ["brand.HomePage"]
    subpage_types = ["brand.SubBrandPage"]
    template = "brand/pages/architecture_page.html"

    class Meta:
        verbose_name = _("brand architecture page")


class SubBrandPage(BrandPage):
    """The home of a sub-brand. While it is live, so is the scope of its code, in whatever language it is told."""

    code = models.SlugField(
        _("code"), max_length=60,
        help_text=_("Short and for ever: spaces, badges and rewards of this sub-brand hang on it."),
    )  # fmt: skip
    line = models.CharField(_("its line"), max_length=120, help_text=_("What it is, in half a sentence."))

    parent_page_types = ["brand.ArchitecturePage"]
    subpage_types = [
        "brand.StoryIndexPage", "brand.IdentityPage", "brand.PromisePage", "brand.ValuesPage", "brand.VoicePage",
    ]  # fmt: skip
    template = "brand/pages/sub_brand_page.html"
    content_panels = [
        *Page.content_panels,
        MultiFieldPanel([FieldPanel("line"), FieldPanel("lead"), FieldPanel("code")], heading=_("About it")),
        CoverMixin.cover_panel(),
        FieldPanel("body"),
    ]
    search_fields = [*BrandPage.search_fields, index.SearchField("line")]
    override_translatable_fields = [SynchronizedField("code", overridable=False)]

    class Meta:
        verbose_name = _("sub-brand page")
        verbose_name_plural = _("sub-brand pages")

    def clean(self) -> None:
        """Refuses a code that another sub-brand has."""
        super().clean()
        others = SubBrandPage.objects.filter(code=self.code).exclude(translation_key=self.translation_key)
        if self.code and others.exists():
            raise ValidationError({"code": _("Another sub-brand has this code.")})

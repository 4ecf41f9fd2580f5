"""The brand's pages: home, the shelf of stories, a story. And who read which to its end."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.fields import StreamField
from wagtail.models import Page
from wagtail.search import index

from brand.stories.blocks import BEATS, StoryBody
from brand.writing.models import LivingPage


class HomePage(LivingPage):
    """The front room. Talk and tiers on it are alive; the words are the brand's."""

    hero_title = models.CharField(_("great line"), max_length=90)
    hero_lead = models.TextField(_("what the house is"), max_length=400)
    thanks_title = models.CharField(_("heading of the thanks"), max_length=90)
    thanks_text = models.TextField(_("how the house thanks"), max_length=600)

    parent_page_types = ["wagtailcore.Page"]
    subpage_types = ["brand.StoryIndexPage"]
    template = "brand/stories/home_page.html"
    content_panels = [
        *Page.content_panels,
        MultiFieldPanel([FieldPanel("hero_title"), FieldPanel("hero_lead")], heading=_("Welcome")),
        MultiFieldPanel([FieldPanel("thanks_title"), FieldPanel("thanks_text")], heading=_("Thanks")),
    ]

    class Meta:
        verbose_name = _("home page")


class StoryIndexPage(LivingPage):
    """The shelf."""

    intro = models.CharField(_("introduction"), max_length=300, blank=True)

    parent_page_types = ["brand.HomePage"]
    subpage_types = ["brand.StoryPage"]
    template = "brand/stories/story_index_page.html"
    content_panels = [*Page.content_panels, FieldPanel("intro")]

    class Meta:
        verbose_name = _("shelf of stories")


class StoryPage(LivingPage):
    """A story in four beats. `translation_key` is its identity in every language: reading it in two counts once."""

    teaser = models.TextField(_("teaser"), max_length=500)
    minutes = models.PositiveSmallIntegerField(_("minutes to read"), default=5)
    told_by = models.CharField(_("told by"), max_length=80, blank=True)
    told_on = models.DateField(_("date of the story"))
    cover = models.ForeignKey("wagtailimages.Image", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    cover_alt = models.CharField(_("what the cover shows"), max_length=200, blank=True)
    body = StreamField(StoryBody(), verbose_name=_("the story"))

    parent_page_types = ["brand.StoryIndexPage"]
    subpage_types: list[str] = []
    template = "brand/stories/story_page.html"
    content_panels = [
        *Page.content_panels,
        FieldPanel("teaser"),
        MultiFieldPanel([FieldPanel("cover"), FieldPanel("cover_alt")], heading=_("Cover")),
        MultiFieldPanel([FieldPanel("told_by"), FieldPanel("told_on"), FieldPanel("minutes")], heading=_("About it")),
        FieldPanel("body"),
    ]
    search_fields = [*Page.search_fields, index.SearchField("teaser"), index.SearchField("body")]

    class Meta:
        verbose_name = _("story")
        verbose_name_plural = _("stories")

    @property
    def beats(self) -> list[dict[str, Any]]:
        """Anchor and name of each beat, for the ridge bar."""
        names = dict(BEATS)
        found = [child.value["kind"] for child in self.body if child.block_type == "beat"]
        return [{"anchor": kind, "label": names[kind]} for kind in found]


class StoryReading(models.Model):
    """A member read a story to its end. Once per member and story, whatever the language."""

    member = models.ForeignKey("portal.Member", on_delete=models.CASCADE, related_name="readings")
    story = models.UUIDField()
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["member", "story"], name="story_reading_once")]

    def __str__(self) -> str:
        return f"{self.member_id} read {self.story}"

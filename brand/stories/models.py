"""The shelf of stories and the story. And who read which to its end."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.fields import StreamField
from wagtail.models import Page
from wagtail.search import index
from wagtail_localize.fields import SynchronizedField

from brand.stories.blocks import BEATS, StoryBody
from brand.writing.models import CoverMixin, LivingPage


class StoryIndexPage(LivingPage):
    """The shelf."""

    intro = models.CharField(_("introduction"), max_length=300, blank=True)

    parent_page_types = ["brand.HomePage", "brand.SubBrandPage"]
    subpage_types = ["brand.StoryPage"]
    template = "brand/stories/story_index_page.html"
    content_panels = [*Page.content_panels, FieldPanel("intro")]

    class Meta:
        verbose_name = _("shelf of stories")


class StoryPage(LivingPage, CoverMixin):  # type: ignore[django-manager-missing]
    """A story in four beats. `translation_key` is its identity in every language: reading it in two counts once."""

    # What the page is called in `portal.cards`: its drawn share card carries its title.
    card_kind = "story"

    teaser = models.TextField(_("teaser"), max_length=500)
    minutes = models.PositiveSmallIntegerField(_("minutes to read"), default=5)
    told_by = models.CharField(_("told by"), max_length=80, blank=True)
    told_on = models.DateField(_("date of the story"))
    scope = models.ForeignKey(
        "portal.Scope", null=True, blank=True, on_delete=models.SET_NULL, related_name="+", verbose_name=_("sub-brand"),
        limit_choices_to={"kind": "sub_brand", "live": True}, help_text=_("Empty: a story of the whole house."),
    )  # fmt: skip
    body = StreamField(StoryBody(), verbose_name=_("the story"))
    opens_talk = models.BooleanField(
        _("open a discussion"), default=False,
        help_text=_("A topic of its own, opened when the story is published; one for all languages."),
    )  # fmt: skip
    talk_space = models.CharField(_("space of the discussion"), max_length=60, blank=True)

    parent_page_types = ["brand.StoryIndexPage"]
    subpage_types: list[str] = []
    template = "brand/stories/story_page.html"
    content_panels = [
        *Page.content_panels,
        FieldPanel("teaser"),
        CoverMixin.cover_panel(),
        MultiFieldPanel(
            [FieldPanel("told_by"), FieldPanel("told_on"), FieldPanel("minutes"), FieldPanel("scope")],
            heading=_("About it"),
        ),
        FieldPanel("body"),
        MultiFieldPanel([FieldPanel("opens_talk"), FieldPanel("talk_space")], heading=_("Discussion")),
    ]
    search_fields = [*Page.search_fields, index.SearchField("teaser"), index.SearchField("body")]
    # A name and a code are no words to translate.
    override_translatable_fields = [SynchronizedField("told_by"), SynchronizedField("talk_space", overridable=False)]

    class Meta:
        verbose_name = _("story")
        verbose_name_plural = _("stories")

    @property
    def beats(self) -> list[dict[str, Any]]:
        """Anchor and name of each beat, for the ridge bar."""
        names = dict(BEATS)
        found = [child.value["kind"] for child in self.body if child.block_type == "beat"]
        return [{"anchor": kind, "label": names[kind]} for kind in found]

    def clean(self) -> None:
        """Refuses a discussion that would stand nowhere."""
        super().clean()
        if self.opens_talk and not self.talk_space:
            raise ValidationError({"talk_space": _("Please choose the space in which the discussion opens.")})


class StoryReading(models.Model):
    """A member read a story to its end. Once per member and story, whatever the language."""

    member = models.ForeignKey("portal.Member", on_delete=models.CASCADE, related_name="readings")
    story = models.UUIDField()
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["member", "story"], name="story_reading_once")]

    def __str__(self) -> str:
        return f"{self.member_id} read {self.story}"

"""Help in questions and answers, legal texts with versions, and whether an answer helped."""

import re
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel, InlinePanel, MultiFieldPanel, PageChooserPanel
from wagtail.fields import StreamField
from wagtail.models import Orderable, Page
from wagtail.search import index

from brand.help.blocks import ChangeBlock, HelpBody, LegalBody
from brand.writing.models import LivingPage
from portal.core.text import fold

_version = RegexValidator(r"\A\d{4}-\d{2}(-\d{2})?(\.\d{1,2})?\Z", _("A version is a month or a day, such as 2026-11."))


def words_of(text: str) -> str:
    """Folded words, a space before each, so that a search finds words by their beginning and not by their middle."""
    return "".join(f" {word}" for word in re.findall(r"\w+", fold(text)))


class HelpIndexPage(LivingPage):
    """The help centre: groups of questions, and a box to find one."""

    intro = models.CharField(_("introduction"), max_length=300, blank=True)

    parent_page_types = ["brand.HomePage"]
    subpage_types = ["brand.HelpGroupPage"]
    max_count_per_parent = 1
    template = "brand/help/index.html"
    content_panels = [*Page.content_panels, FieldPanel("intro")]

    class Meta:
        verbose_name = _("help centre")


class HelpGroupPage(LivingPage):
    """Questions that belong together, in the order of the tree."""

    intro = models.CharField(_("introduction"), max_length=300, blank=True)

    parent_page_types = ["brand.HelpIndexPage"]
    subpage_types = ["brand.HelpPage"]
    template = "brand/help/group.html"
    content_panels = [*Page.content_panels, FieldPanel("intro")]

    class Meta:
        verbose_name = _("group of questions")
        verbose_name_plural = _("groups of questions")


class HelpPage(LivingPage):
    """One question and its answer. The title is the question."""

    answer = models.TextField(
        _("short answer"), max_length=600, help_text=_("Two or three sentences that stand alone.")
    )
    body = StreamField(HelpBody(required=False), blank=True, verbose_name=_("the longer answer"))
    # Compared, never shown: what a reader types is looked for here without accents and case.
    fold_title = models.CharField(max_length=300, editable=False, default="")
    fold_text = models.TextField(editable=False, default="")

    parent_page_types = ["brand.HelpGroupPage"]
    subpage_types: list[str] = []
    template = "brand/help/help_page.html"
    content_panels = [
        *Page.content_panels,
        FieldPanel("answer"),
        FieldPanel("body"),
        InlinePanel("related", heading=_("Related questions"), label=_("Question"), max_num=5),
    ]
    search_fields = [*Page.search_fields, index.SearchField("answer"), index.SearchField("body")]

    class Meta:
        verbose_name = _("help page")
        verbose_name_plural = _("help pages")

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Keeps the folded words in step with what is shown."""
        self.fold_title = words_of(self.title)[:300]
        more = " ".join(self.body.stream_block.get_searchable_content(self.body))
        self.fold_text = words_of(f"{self.title} {self.answer} {more}")
        super().save(*args, **kwargs)


class HelpRelated(Orderable):
    """A question that a reader of this one may ask next."""

    page = ParentalKey(HelpPage, on_delete=models.CASCADE, related_name="related")
    target = models.ForeignKey(HelpPage, on_delete=models.CASCADE, related_name="+", verbose_name=_("question"))

    panels = [PageChooserPanel("target", "brand.HelpPage")]

    class Meta(Orderable.Meta):
        constraints = [models.UniqueConstraint(fields=["page", "target"], name="help_related_once")]

    def __str__(self) -> str:
        return f"{self.page_id} → {self.target_id}"


class HelpAnswer(models.Model):
    """Whether an answer helped somebody that day. `voter` is a member, or a visitor under a name that lasts a day."""

    question = models.UUIDField()
    locale = models.CharField(max_length=5)
    member = models.ForeignKey("portal.Member", null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    voter = models.CharField(max_length=64)
    day = models.DateField()
    helped = models.BooleanField()
    words = models.CharField(max_length=500, blank=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["question", "voter", "day"], name="help_answer_once_a_day")]
        indexes = [models.Index(fields=["question", "-at"], name="help_answer_newest")]

    def __str__(self) -> str:
        return f"{self.question}: {self.helped}"


class LegalPage(LivingPage):
    """Terms, privacy or guidelines in one language. A new version of the terms asks members to agree again."""

    class Kind(models.TextChoices):
        """Each exists once a language."""

        TERMS = "terms", _("Terms")
        PRIVACY = "privacy", _("Privacy")
        GUIDELINES = "guidelines", _("House rules")

    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices)
    version = models.CharField(
        _("version"), max_length=20, validators=[_version],
        help_text=_("Raise it only when the meaning changes: every member is then asked to agree again."),
    )  # fmt: skip
    valid_from = models.DateField(_("in force from"))
    sample = models.BooleanField(
        _("sample text"), default=False, help_text=_("Says at the top that counsel has yet to check this text.")
    )
    intro = models.TextField(_("in short"), max_length=600)
    body = StreamField(LegalBody(), verbose_name=_("the text"))
    changes = StreamField([("change", ChangeBlock())], verbose_name=_("what changed"), help_text=_("Newest first."))

    parent_page_types = ["brand.HomePage"]
    subpage_types: list[str] = []
    template = "brand/help/legal_page.html"
    content_panels = [
        *Page.content_panels,
        MultiFieldPanel(
            [FieldPanel("kind"), FieldPanel("version"), FieldPanel("valid_from"), FieldPanel("sample")],
            heading=_("Which text, and since when"),
        ),
        FieldPanel("intro"),
        FieldPanel("body"),
        FieldPanel("changes"),
    ]
    search_fields = [*Page.search_fields, index.SearchField("intro"), index.SearchField("body")]

    class Meta:
        verbose_name = _("legal text")
        verbose_name_plural = _("legal texts")

    def clean(self) -> None:
        """Refuses a second text of the same kind in a language, and a version that nobody is told about."""
        super().clean()
        twins = LegalPage.objects.filter(kind=self.kind, locale=self.locale_id).exclude(pk=self.pk)
        if twins.exists():
            raise ValidationError({"kind": _("There is such a text in this language already. Change that one.")})
        told = {change.value["version"] for change in self.changes}
        if self.version and self.version not in told:
            raise ValidationError({"version": _("Say below what this version changed; members read it.")})

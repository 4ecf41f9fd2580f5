"""What a help page and a legal page are made of."""

from django.utils.translation import gettext_lazy as _
from wagtail import blocks

FEATURES = ["bold", "italic", "link"]
LEGAL_FEATURES = [*FEATURES, "ul", "ol"]


class StepsBlock(blocks.StructBlock):
    """Things to do, one after the other."""

    heading = blocks.CharBlock(max_length=120, required=False, label=_("Heading"))
    steps = blocks.ListBlock(blocks.RichTextBlock(features=FEATURES, label=_("Step")), min_num=1, label=_("Steps"))

    class Meta:
        icon = "list-ol"
        label = _("Steps")
        description = _("What to do, in order; each step is one act.")
        template = "brand/help/blocks/steps.html"
        preview_value = {
            "heading": "Đổi giờ trên điện thoại",
            "steps": ["<p>Mở phần cài đặt.</p>", "<p>Bật giờ tự động.</p>"],
        }


class PassageBlock(blocks.StructBlock):
    """A heading and some text."""

    heading = blocks.CharBlock(max_length=120, label=_("Heading"))
    text = blocks.RichTextBlock(features=LEGAL_FEATURES, label=_("Text"))

    class Meta:
        icon = "doc-full"
        label = _("Passage")
        description = _("A heading with the text below it.")
        template = "brand/help/blocks/passage.html"
        preview_value = {"heading": "Vì sao phải chờ?", "text": "<p>Để một lời hay có người thấy.</p>"}


class FactsBlock(blocks.StructBlock):
    """Numbers and names in a table of two columns."""

    heading = blocks.CharBlock(max_length=120, label=_("Heading"))
    rows = blocks.ListBlock(
        blocks.StructBlock([
            ("name", blocks.CharBlock(max_length=120, label=_("What"))),
            ("value", blocks.CharBlock(max_length=240, label=_("How much, how long"))),
        ]),
        min_num=1,
        label=_("Rows"),
    )  # fmt: skip

    class Meta:
        icon = "table"
        label = _("Facts")
        description = _("A short table: what, and how much.")
        template = "brand/help/blocks/facts.html"
        preview_value = {"heading": "Mỗi việc được bao nhiêu", "rows": [{"name": "Trả lời", "value": "3 Hạt"}]}


class HelpBody(blocks.StreamBlock):
    """The longer answer."""

    steps = StepsBlock()
    passage = PassageBlock()
    facts = FactsBlock()


class LegalBody(blocks.StreamBlock):
    """The paragraphs of a legal text, each with its heading."""

    passage = PassageBlock()


class ChangeBlock(blocks.StructBlock):
    """What a version brought."""

    version = blocks.CharBlock(max_length=20, label=_("Version"))
    day = blocks.DateBlock(label=_("Day"))
    text = blocks.TextBlock(max_length=600, label=_("What changed"), help_text=_("In plain words: members read this."))

    class Meta:
        icon = "history"
        label = _("Change")
        description = _("One version, its day, and what it changed.")
        template = "brand/help/blocks/change.html"
        preview_value = {"version": "2026-11", "day": "2026-11-01", "text": "Bản đầu tiên."}

"""What a story is made of."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from brand.writing.basic_blocks import PictureBlock, WordedChoiceBlock
from brand.writing.blocks import BRIEF, PicturePairBlock, ProseBlock, PullQuoteBlock, WidePictureBlock
from brand.writing.living_blocks import MemberQuoteBlock, QuestBlock

BEATS = [("opening", _("Opening")), ("knot", _("Knot")), ("climax", _("Climax")), ("resolution", _("Resolution"))]


class BeatBlock(blocks.StructBlock):
    """One of the four named beats."""

    kind = WordedChoiceBlock(choices=BEATS, label=_("Beat"))
    heading = blocks.CharBlock(max_length=120, label=_("Heading"))
    text = ProseBlock(features=BRIEF, label=_("Text"))
    picture = PictureBlock(required=False, label=_("Picture"))
    caption = blocks.CharBlock(max_length=200, required=False, label=_("Caption"))

    class Meta:
        icon = "doc-full"
        label = _("Beat")
        description = _("Opening, knot, climax or resolution: a story has each of them once, in this order.")
        template = "brand/blocks/beat.html"
        preview_value = {
            "kind": "opening",
            "heading": "Người dậy trước mây",
            "text": "<p>Ở Tà Xùa, muốn biết hôm nay hái được hay không, người ta nghe suối trước khi nhìn trời.</p>",
        }

    def get_context(self, value: Any, parent_context: dict[str, Any] | None = None) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(value, parent_context=parent_context)
        context["beat_label"] = dict(BEATS).get(value["kind"], "")
        return context


class MessageBlock(blocks.StructBlock):
    """What stays with the reader."""

    text = blocks.CharBlock(max_length=240, label=_("Message"))

    class Meta:
        icon = "success"
        label = _("Message")
        description = _("The one sentence that the story leaves behind.")
        template = "brand/blocks/message.html"
        preview_value = {"text": "Có những thứ chỉ lớn lên khi có người chịu ở lại chờ."}


class StoryBody(blocks.StreamBlock):
    """Four beats in order and one message; quotes, pictures and a challenge where they help."""

    beat = BeatBlock()
    pull_quote = PullQuoteBlock()
    wide_picture = WidePictureBlock()
    picture_pair = PicturePairBlock()
    member_quote = MemberQuoteBlock()
    quest = QuestBlock()
    message = MessageBlock()

    def clean(self, value: Any) -> Any:
        """Refuses a story that lacks a beat, has one twice or out of order, or does not end in its message."""
        cleaned = super().clean(value)
        kinds = [child.value["kind"] for child in cleaned if child.block_type == "beat"]
        if kinds != [code for code, _label in BEATS]:
            raise blocks.StreamBlockValidationError(
                non_block_errors=[
                    ValidationError(_("A story has four beats in this order: opening, knot, climax, resolution."))
                ]
            )
        if [child.block_type for child in cleaned].count("message") != 1 or cleaned[-1].block_type != "message":
            raise blocks.StreamBlockValidationError(
                non_block_errors=[ValidationError(_("A story ends with its message, given once."))]
            )
        return cleaned


__all__ = ["BEATS", "BeatBlock", "MessageBlock", "StoryBody"]

"""Blocks that show what is true right now. Who reads for them registers itself: see `living.reads_for_block`."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from brand.writing.living import bring_one_to_life


class SpaceChoiceBlock(blocks.FieldBlock):
    """A space of the forum. Who reads for it offers the choices, since talk stands beside and not below."""

    choices: Any = staticmethod(list)

    def __init__(self, required: bool = False, help_text: Any = None, **kwargs: Any) -> None:
        self.field = forms.ChoiceField(
            required=required, help_text=help_text, choices=lambda: [("", "—"), *type(self).choices()]
        )
        super().__init__(**kwargs)

    def deconstruct(self) -> Any:
        """As plain text, which is what is stored."""
        return ("wagtail.blocks.CharBlock", [], {"required": False})


class ChallengeChoiceBlock(SpaceChoiceBlock):
    """A challenge of the programme, offered by who reads for it."""

    choices: Any = staticmethod(list)


class LivingBlock(blocks.StructBlock):
    """A block with `value.alive`, filled by its registered reader before the page is drawn."""

    def get_preview_context(self, value: Any, parent_context: dict[str, Any] | None = None) -> dict[str, Any]:
        """Reads for the preview too, so that the editor sees the house as it is."""
        context: dict[str, Any] = super().get_preview_context(value, parent_context)
        bring_one_to_life(self, value, context["request"])
        return context


class WelcomeBlock(LivingBlock):
    """The great line over the hills, with the way in."""

    heading = blocks.CharBlock(max_length=90, label=_("Great line"))
    lead = blocks.TextBlock(max_length=400, label=_("What the house is"))

    class Meta:
        icon = "home"
        label = _("Welcome")
        description = _("The first thing seen: one great line, what the house is, and the way in.")
        template = "brand/blocks/welcome.html"
        preview_value = {"heading": "Mây xuống thấp, người ngồi lại gần.", "lead": "Đây là nhà chung của chúng ta."}


class TierMeterBlock(LivingBlock):
    """The reader's own ring; an invitation for a visitor."""

    heading = blocks.CharBlock(max_length=120, label=_("Heading"))
    words = blocks.TextBlock(max_length=400, required=False, label=_("Words"))

    class Meta:
        icon = "spinner"
        label = _("The reader's own ring")
        description = _("How far the reader is on the way up. A visitor sees an invitation instead.")
        template = "brand/blocks/tier_meter.html"
        preview_value = {"heading": "Bạn đang ở đâu trên dốc?", "words": "Mỗi việc tử tế là một bước."}


class LatestTopicsBlock(LivingBlock):
    """What the house talks about."""

    heading = blocks.CharBlock(max_length=120, label=_("Heading"))
    space = SpaceChoiceBlock(
        label=_("Space"), help_text=_("Empty: the talk of this page's sub-brand, or of the whole house.")
    )
    count = blocks.IntegerBlock(min_value=2, max_value=8, default=4, label=_("How many"))

    class Meta:
        icon = "comment"
        label = _("Newest talk")
        description = _("The topics with the newest answers that this reader may see.")
        template = "brand/blocks/latest_topics.html"
        preview_value = {"heading": "Tối nay cả nhà nói gì", "space": "", "count": 3}


class MemberQuoteBlock(LivingBlock):
    """What a member wrote in public. Only its address is kept: words that go from the talk go from here too."""

    address = blocks.CharBlock(max_length=300, label=_("Address of the post"))
    agreed = blocks.BooleanBlock(label=_("The member has agreed to stand here"))

    # Tells whether an address is that of a public post; set by who reads for this block.
    is_public: Any = staticmethod(lambda address: True)

    def clean(self, value: Any) -> Any:
        """Refuses an address that is not that of a post everybody may read."""
        cleaned = super().clean(value)
        if not type(self).is_public(cleaned["address"]):
            raise blocks.StructBlockValidationError(
                block_errors={"address": ValidationError(_("There is no public post at this address."))}
            )
        return cleaned

    class Meta:
        icon = "user"
        label = _("Quote of a member")
        description = _("The beginning of a public post, with its author. It goes when the post is hidden.")
        template = "brand/blocks/member_quote.html"
        preview_value = {"address": "", "agreed": True}


class QuestBlock(LivingBlock):
    """A challenge in the middle of a story, with how far the reader is."""

    heading = blocks.CharBlock(max_length=120, required=False, label=_("Heading"))
    challenge = ChallengeChoiceBlock(
        required=True, label=_("Challenge"), help_text=_("Approved ones. Nothing is shown while it is not in force.")
    )

    class Meta:
        icon = "calendar-check"
        label = _("A challenge on the way")
        description = _("A challenge with its steps and the reader's own way. A visitor sees an invitation instead.")
        template = "brand/blocks/quest.html"
        preview_value = {"heading": "Đọc xong, cùng đi một đoạn", "challenge": ""}


class NewestStoriesBlock(LivingBlock):
    """The story of the season and those before it."""

    heading = blocks.CharBlock(max_length=120, required=False, label=_("Heading"))
    count = blocks.IntegerBlock(min_value=1, max_value=6, default=3, label=_("How many"))

    class Meta:
        icon = "doc-full"
        label = _("Newest stories")
        description = _("The newest story large, others beside it; on a sub-brand's page its own stories.")
        template = "brand/blocks/newest_stories.html"
        preview_value = {"heading": "", "count": 3}


class ThanksBlock(LivingBlock):
    """How the house thanks: what each act brings today, and the way up."""

    heading = blocks.CharBlock(max_length=120, label=_("Heading"))
    words = blocks.TextBlock(max_length=600, required=False, label=_("Words"))

    class Meta:
        icon = "success"
        label = _("How the house thanks")
        description = _("What every kind act brings today, and the tiers with what they open.")
        template = "brand/blocks/thanks.html"
        preview_value = {"heading": "Ở lại thì được cảm ơn, rõ ràng từng dòng.", "words": "Việc nào cũng thành Hạt."}


class HousesBlock(LivingBlock):
    """The sub-brands."""

    heading = blocks.CharBlock(max_length=120, required=False, label=_("Heading"))

    class Meta:
        icon = "home"
        label = _("Houses of the brand")
        description = _("Every sub-brand with its picture and its line.")
        template = "brand/blocks/houses.html"
        preview_value = {"heading": "Ba nếp nhà"}

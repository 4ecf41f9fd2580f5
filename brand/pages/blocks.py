"""Blocks of the pages on which the brand says who it is."""

from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from brand.writing.blocks import BRIEF, LinkBlock, ProseBlock, SharedBlocks
from brand.writing.living_blocks import LivingBlock, WelcomeBlock


class SwatchesBlock(LivingBlock):
    """The colours in use, read from the identity: nobody writes them twice."""

    heading = blocks.CharBlock(max_length=120, label=_("Heading"))
    words = blocks.TextBlock(max_length=400, required=False, label=_("Words"))

    class Meta:
        icon = "view"
        label = _("Our colours")
        description = _("The colours of this house as they are set, each with what it means.")
        template = "brand/blocks/swatches.html"
        preview_value = {"heading": "Bốn màu, mỗi màu một việc", "words": ""}


class LogoUseBlock(blocks.StructBlock):
    """The mark, and how it is used."""

    heading = blocks.CharBlock(max_length=120, label=_("Heading"))
    words = blocks.TextBlock(max_length=400, required=False, label=_("Words"))
    do = blocks.ListBlock(blocks.CharBlock(max_length=160), min_num=1, max_num=6, label=_("Please do"))
    do_not = blocks.ListBlock(blocks.CharBlock(max_length=160), min_num=1, max_num=6, label=_("Please do not"))

    class Meta:
        icon = "pick"
        label = _("Use of the mark")
        description = _("The mark on light and on dark ground, with what to do and what not.")
        template = "brand/blocks/logo_use.html"
        preview_value = {
            "heading": "Dấu núi",
            "do": ["Chừa quanh dấu một khoảng bằng nửa chiều cao của nó"],
            "do_not": ["Nghiêng, kéo dãn hay tô màu khác"],
        }


class PromiseBlock(blocks.StructBlock):
    """One promise and how it is kept."""

    promise = blocks.CharBlock(max_length=160, label=_("The promise"))
    kept = ProseBlock(features=BRIEF, label=_("How it is kept"))
    proof = LinkBlock(required=False, label=_("Where one can see it"))

    class Meta:
        icon = "success"
        label = _("Promise")
        description = _("One promise, how it is kept, and where anybody can see it.")
        template = "brand/blocks/promise.html"
        preview_value = {
            "promise": "Túi nào cũng ghi ngày rang",
            "kept": "<p>Quá chín ngày còn trên kệ thì quán pha mời khách, không bán nữa.</p>",
            "proof": {},
        }


class ValueBlock(blocks.StructBlock):
    """One thing we hold to, and what we do because of it."""

    name = blocks.CharBlock(max_length=80, label=_("The value"))
    meaning = blocks.TextBlock(max_length=400, label=_("What it means to us"))
    deed = blocks.TextBlock(max_length=300, label=_("What we do because of it"))

    class Meta:
        icon = "tick-inverse"
        label = _("Value")
        description = _("One value, what it means, and a deed that shows it.")
        template = "brand/blocks/value.html"
        preview_value = {
            "name": "Ở nhờ thì phải biết ý chủ",
            "meaning": "Cây có trước, nhà mình đến sau.",
            "deed": "Không bẻ cành cho dễ hái.",
        }


class SayBlock(blocks.StructBlock):
    """How we say it, how we do not, and why."""

    case = blocks.CharBlock(max_length=120, label=_("When"))
    say = blocks.CharBlock(max_length=240, label=_("We say"))
    do_not_say = blocks.CharBlock(max_length=240, label=_("We do not say"))
    why = blocks.CharBlock(max_length=240, required=False, label=_("Why"))

    class Meta:
        icon = "openquote"
        label = _("This way, not that way")
        description = _("One case of our voice: what we say, what we do not, and why.")
        template = "brand/blocks/say.html"
        preview_value = {
            "case": "Hết hàng",
            "say": "Mẻ này hết rồi. Mẻ sau ra lò sáng thứ Ba.",
            "do_not_say": "Sản phẩm tạm thời không khả dụng.",
            "why": "Người đợi cần biết đợi đến bao giờ.",
        }


class HomeBody(SharedBlocks):
    """The front room."""

    welcome = WelcomeBlock()

    class Meta:
        block_counts = {**SharedBlocks._meta_class.block_counts, "welcome": {"max_num": 1}}


class BrandBody(SharedBlocks):
    """A page on which the brand says who it is."""

    swatches = SwatchesBlock()
    logo_use = LogoUseBlock()
    promise = PromiseBlock()
    value = ValueBlock()
    say = SayBlock()

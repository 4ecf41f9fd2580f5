"""The blocks that every page of the brand may be made of. No block takes raw HTML; every link is checked when saved."""

from functools import cache
from typing import Any

from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.images import get_image_model
from wagtail.models import Locale

from brand.writing import links
from brand.writing.basic_blocks import PictureBlock, WordedChoiceBlock
from brand.writing.living_blocks import (
    HousesBlock,
    LatestTopicsBlock,
    MemberQuoteBlock,
    NewestStoriesBlock,
    ThanksBlock,
    TierMeterBlock,
)

FEATURES = ["h3", "bold", "italic", "ul", "ol", "link"]
BRIEF = ["bold", "italic", "link"]
PLACES = [
    ("community:index", _("Talk")),
    ("chat:index", _("Chat")),
    ("my:home", _("A member's own home")),
    ("account_signup", _("Ask for a seat")),
]


def some_picture() -> Any:
    """The newest picture of the house, for previews in the editor; None while there is none."""
    return get_image_model().objects.order_by("-pk").first()


# ── Parts of blocks ─────────────────────────────────────────────────────────────────────────────────────────────
class ProseBlock(blocks.RichTextBlock):
    """Text with a few kinds of emphasis. What may stand in it is decided by `writing.links`, on save and on render."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("features", FEATURES)
        super().__init__(**kwargs)

    def clean(self, value: Any) -> Any:
        """Refuses links that could run something or lead nowhere, and names them."""
        cleaned = super().clean(value)
        if refused := links.refused_in(cleaned.source):
            raise ValidationError(
                _("These links cannot stand here: %(links)s. Web, mail and telephone addresses can."),
                params={"links": ", ".join(refused)},
            )
        return cleaned

    def deconstruct(self) -> Any:
        """As Wagtail's own block, so that no migration needs this file."""
        return ("wagtail.blocks.RichTextBlock", *super().deconstruct()[1:])

    class Meta:
        icon = "pilcrow"
        label = _("Text")
        description = _("Running text with small headings, lists and links.")
        template = "brand/blocks/text.html"
        preview_value = (
            "<h3>Nghe suối trước khi nhìn trời</h3><p>Suối kêu to thì đêm qua trên cao có mưa, lá còn nặng nước, "
            "<b>đợi nắng lên</b> hẵng hái.</p><ul><li>Một tôm hai lá</li><li>Gùi không nén</li></ul>"
        )


@cache
def _language_of(locale_id: int) -> str:
    """The language of a locale, asked once per process: rows of locales do not change their language."""
    return Locale.objects.get(pk=locale_id).language_code


class LinkValue(blocks.StructValue):
    """A link that knows where it leads."""

    @property
    def url(self) -> str:
        """The address, or nothing when the page has gone or the address may not stand here.

        A page leads to its words in the reader's language once they are public: a block that was translated before the
        page it names still points at the language it came from.
        """
        if page := self.get("page"):
            own = page if _language_of(page.locale_id) == get_language() else page.localized
            return (own.url or "") if own.live else ""
        if place := self.get("place"):
            return reverse(place) if place in dict(PLACES) else ""
        address = self.get("address") or ""
        return address if address and links.is_allowed(address) else ""


class LinkBlock(blocks.StructBlock):
    """One link: to a page of the brand, a place of the house, or an address elsewhere."""

    label = blocks.CharBlock(max_length=60, required=False, label=_("Words of the link"))
    page = blocks.PageChooserBlock(required=False, label=_("Page"))
    place = WordedChoiceBlock(choices=PLACES, required=False, label=_("Place of the house"))
    address = blocks.CharBlock(
        max_length=300, required=False, label=_("Address"), help_text=_("Begins with https, http, mailto or tel.")
    )

    def clean(self, value: Any) -> Any:
        """Refuses two targets at once, words that lead nowhere, and addresses that could run something."""
        cleaned = super().clean(value)
        targets = [name for name in ("page", "place", "address") if cleaned.get(name)]
        errors: dict[str, ValidationError] = {}
        if cleaned.get("address") and not links.is_allowed(cleaned["address"]):
            errors["address"] = ValidationError(_("Only web, mail and telephone addresses can stand here."))
        if len(targets) > 1:
            errors[targets[1]] = ValidationError(_("One link leads to one place: please choose one of the three."))
        if bool(cleaned.get("label")) != bool(targets):
            missing = "label" if targets else "page"
            errors[missing] = ValidationError(_("A link needs both words and a place to lead to."))
        if errors:
            raise blocks.StructBlockValidationError(block_errors=errors)
        return cleaned

    class Meta:
        icon = "link"
        label = _("Link")
        value_class = LinkValue


# ── Words and pictures ──────────────────────────────────────────────────────────────────────────────────────────
class WidePictureBlock(blocks.StructBlock):
    """A picture across the page."""

    picture = PictureBlock(label=_("Picture"))
    caption = blocks.CharBlock(max_length=200, required=False, label=_("Caption"))
    credit = blocks.CharBlock(max_length=80, required=False, label=_("Made by"))

    class Meta:
        icon = "image"
        label = _("Wide picture")
        description = _("A picture wider than the text, with a caption.")
        template = "brand/blocks/wide_picture.html"

    def get_preview_value(self) -> Any:
        return self.normalize({"picture": some_picture(), "caption": "Sáng ở Tà Xùa, mây còn nằm dưới chân."})


class PicturePairBlock(blocks.StructBlock):
    """Two pictures that speak to each other."""

    first = PictureBlock(label=_("First picture"))
    second = PictureBlock(label=_("Second picture"))
    caption = blocks.CharBlock(max_length=200, required=False, label=_("Caption"))

    class Meta:
        shape = "pair"
        icon = "image"
        label = _("Two pictures")
        description = _("Two pictures side by side with one caption; on a phone one below the other.")
        template = "brand/blocks/picture_pair.html"

    def get_preview_value(self) -> Any:
        one = some_picture()
        return self.normalize({"first": one, "second": one, "caption": "Trước mùa hái, và sau đó mười ngày."})


class PullQuoteBlock(blocks.StructBlock):
    """A sentence taken out of the run of the text."""

    words = blocks.CharBlock(max_length=240, label=_("Words"))
    speaker = blocks.CharBlock(max_length=80, required=False, label=_("Who said it"))

    class Meta:
        icon = "openquote"
        label = _("Pull quote")
        description = _("One sentence that stands alone.")
        template = "brand/blocks/pull_quote.html"
        preview_value = {"words": "Cây có trước, nhà mình đến sau.", "speaker": "Bà Xa"}


class PersonBlock(blocks.StructBlock):
    """One of the people."""

    name = blocks.CharBlock(max_length=80, label=_("Name"))
    craft = blocks.CharBlock(max_length=80, required=False, label=_("Craft"))
    words = blocks.TextBlock(max_length=300, required=False, label=_("A line about them"))
    portrait = PictureBlock(required=False, label=_("Portrait"))

    class Meta:
        shape = "face"


class PeopleBlock(blocks.StructBlock):
    """Who is behind it."""

    heading = blocks.CharBlock(max_length=120, required=False, label=_("Heading"))
    people = blocks.ListBlock(PersonBlock(label=_("Person")), min_num=1, max_num=12, label=_("People"))

    class Meta:
        icon = "group"
        label = _("People")
        description = _("The people behind something: name, craft, a line, a portrait.")
        template = "brand/blocks/people.html"

    def get_preview_value(self) -> Any:
        mai = {"name": "Lò Thị Mai", "craft": "Thợ rang", "words": "Nghe tiếng nổ đầu, tắt đài, không nói chuyện nữa."}
        return self.normalize({"heading": "Người đứng lò", "people": [mai, {"name": "Chú Bảy", "craft": "Giữ lửa"}]})


class TimelineBlock(blocks.StructBlock):
    """How it came about."""

    heading = blocks.CharBlock(max_length=120, required=False, label=_("Heading"))
    steps = blocks.ListBlock(
        blocks.StructBlock(
            [
                ("when", blocks.CharBlock(max_length=40, label=_("When"))),
                ("what", blocks.CharBlock(max_length=120, label=_("What happened"))),
                ("words", blocks.TextBlock(max_length=400, required=False, label=_("More"))),
            ],
            label=_("Step"),
        ),
        min_num=2,
        max_num=20,
        label=_("Steps"),
    )

    class Meta:
        icon = "history"
        label = _("Timeline")
        description = _("Years or days in their order, each with what happened.")
        template = "brand/blocks/timeline.html"
        preview_value = {
            "heading": "Từ một chảo gang",
            "steps": [
                {"when": "2009", "what": "Chảo gang đầu tiên", "words": "Rang cho ba nhà hàng xóm, khói bay cả xóm."},
                {"when": "2014", "what": "Lò trống đồng", "words": "Mua lại của một bác rang thuốc bắc."},
            ],
        }


class NumbersBlock(blocks.StructBlock):
    """A few numbers that mean something."""

    heading = blocks.CharBlock(max_length=120, required=False, label=_("Heading"))
    numbers = blocks.ListBlock(
        blocks.StructBlock(
            [
                ("number", blocks.CharBlock(max_length=16, label=_("Number"))),
                ("meaning", blocks.CharBlock(max_length=140, label=_("What it means"))),
            ],
            label=_("Number"),
        ),
        min_num=1,
        max_num=6,
        label=_("Numbers"),
    )

    class Meta:
        icon = "order"
        label = _("Numbers")
        description = _("Two to four numbers, each with what it means.")
        template = "brand/blocks/numbers.html"
        preview_value = {
            "numbers": [
                {"number": "41", "meaning": "nhà hái cùng chúng tôi ở ba bản"},
                {"number": "1.620 m", "meaning": "nơi cây trà cao nhất đứng"},
                {"number": "9 ngày", "meaning": "từ lúc ra lò đến tay bạn, nhiều nhất"},
            ]
        }


class CallToActionBlock(blocks.StructBlock):
    """The one thing to do next."""

    heading = blocks.CharBlock(max_length=120, label=_("Heading"))
    words = blocks.TextBlock(max_length=300, required=False, label=_("Words"))
    link = LinkBlock(label=_("Link"))

    class Meta:
        icon = "pick"
        label = _("Invitation")
        description = _("One heading, one line, one button.")
        template = "brand/blocks/call_to_action.html"
        preview_value = {
            "heading": "Ghé một chiều không vội",
            "words": "Bàn cạnh cửa sổ còn trống từ ba giờ.",
            "link": {"label": "Xin một chỗ ngồi", "place": "account_signup"},
        }


class QuestionsBlock(blocks.StructBlock):
    """Questions that open one by one."""

    heading = blocks.CharBlock(max_length=120, required=False, label=_("Heading"))
    questions = blocks.ListBlock(
        blocks.StructBlock(
            [
                ("question", blocks.CharBlock(max_length=160, label=_("Question"))),
                ("answer", ProseBlock(features=[*BRIEF, "ul", "ol"], label=_("Answer"))),
            ],
            label=_("Question"),
        ),
        min_num=1,
        max_num=30,
        label=_("Questions"),
    )

    class Meta:
        icon = "help"
        label = _("Questions and answers")
        description = _("Questions; the answer opens when one is touched.")
        template = "brand/blocks/questions.html"
        preview_value = {
            "heading": "Hay được hỏi",
            "questions": [
                {"question": "Trà để được bao lâu?", "answer": "<p>Kín và khô thì mười tám tháng.</p>"},
                {"question": "Có đổi gói không hợp vị không?", "answer": "<p>Có, mang lại quán là đổi.</p>"},
            ],
        }


class ThingBlock(blocks.StructBlock):
    """One thing one can buy."""

    name = blocks.CharBlock(max_length=80, label=_("Name"))
    picture = PictureBlock(required=False, label=_("Picture"))
    price = blocks.IntegerBlock(min_value=0, required=False, label=_("Price in đồng"))
    note = blocks.TextBlock(max_length=240, required=False, label=_("Note"))
    link = LinkBlock(required=False, label=_("Link"))

    class Meta:
        shape = "thing"


class ThingsBlock(blocks.StructBlock):
    """Things with their price."""

    heading = blocks.CharBlock(max_length=120, required=False, label=_("Heading"))
    things = blocks.ListBlock(ThingBlock(label=_("Thing")), min_num=1, max_num=9, label=_("Things"))

    class Meta:
        icon = "tag"
        label = _("Things with a price")
        description = _("Picture, name, price and a note; the price is written as the reader's language writes it.")
        template = "brand/blocks/things.html"

    def get_preview_value(self) -> Any:
        moc = {"name": "Mộc, túi 250 g", "price": 145000, "note": "Đậm, đắng sạch, hậu lạc rang."}
        return self.normalize({"heading": "Mùa này", "things": [{**moc, "picture": some_picture()}, moc]})


class SharedBlocks(blocks.StreamBlock):
    """What any page may be made of."""

    text = ProseBlock()
    wide_picture = WidePictureBlock()
    picture_pair = PicturePairBlock()
    pull_quote = PullQuoteBlock()
    people = PeopleBlock()
    timeline = TimelineBlock()
    numbers = NumbersBlock()
    questions = QuestionsBlock()
    things = ThingsBlock()
    call_to_action = CallToActionBlock()
    tier_meter = TierMeterBlock()
    latest_topics = LatestTopicsBlock()
    member_quote = MemberQuoteBlock()
    newest_stories = NewestStoriesBlock()
    thanks = ThanksBlock()
    houses = HousesBlock()

    class Meta:
        block_counts = {"tier_meter": {"max_num": 1}, "thanks": {"max_num": 1}, "houses": {"max_num": 1}}

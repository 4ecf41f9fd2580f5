"""Every component in every state, for the eye and for the test that forgets none. Served in development."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template import Context, RequestContext, Template

from portal.core.errors import Conflict

NOON = datetime(2026, 11, 21, 5, 0, tzinfo=UTC)


def person(member_id: int, name: str, tier_code: str, tier_name: str, role_mark: str = "") -> SimpleNamespace:
    """A standing as the components see it."""
    return SimpleNamespace(
        member_id=member_id,
        name=name,
        avatar_url="",
        tier_code=tier_code,
        tier_name=tier_name,
        role_mark=role_mark,
        url="#",
    )


LINH = person(1, "Thùy Linh", "member", "Thành viên")
TAM = person(2, "Cô Tâm", "silver", "Bạc")
DUNG = person(3, "Dũng phin", "gold", "Vàng")
MAI = person(4, "Lò Thị Mai", "diamond", "Kim cương")
ROASTER = person(5, "Mai, thợ rang ở Mây Rang", "member", "", "brand")
LONG = person(6, "Công Tằng Tôn Nữ Nguyễn Phạm Tường Quyên Phượng Khuê", "silver", "Bạc")


class SampleForm(forms.Form):
    """Each kind of control, with the errors of a refused try."""

    name = forms.CharField(label="Tên bạn muốn được gọi", help_text="Hiện bên cạnh mọi lời bạn viết.")
    phone = forms.CharField(label="Số điện thoại", required=False, min_length=9)
    shop = forms.ChoiceField(
        label="Quán hay ghé", choices=[("hb", "Hàng Bún, Hà Nội"), ("pdp", "Phan Đình Phùng, Đà Lạt")]
    )
    story = forms.CharField(label="Kể thêm", required=False, widget=forms.Textarea)
    news = forms.BooleanField(label="Báo tôi khi có mùa hái mới", required=False)
    taste = forms.ChoiceField(
        label="Bạn thích vị nào?", choices=[("s", "Sáng, chua nhẹ"), ("d", "Đậm, đắng sạch")], widget=forms.RadioSelect
    )
    agree = forms.BooleanField(label="Tôi đồng ý với nếp nhà")

    def clean(self) -> dict[str, Any]:
        """Refuse the whole, so that the gallery shows such a refusal."""
        self.add_error(None, "Chưa lưu được. Xem giúp hai ô dưới đây.")
        return self.cleaned_data


def refused_form() -> SampleForm:
    """The form as it comes back."""
    return SampleForm(
        {"name": "Nguyễn Phạm Tường Quyên", "phone": "09xx 12", "shop": "hb", "taste": "s"}, auto_id="no_%s"
    )


def line(key: str, title: str, icon: str, amount: int, state: str, text: str, **facts: str) -> dict[str, Any]:
    """A statement line with its reason."""
    why = {"text": text, "facts": [{"label": label, "value": value} for label, value in facts.items()]}
    return {"id": key, "title": title, "icon": icon, "amount": amount, "state": state, "when": NOON, "why": why}


LINES = [
    line(
        "1",
        "Trả lời trong “Trà Shan tuyết pha nước suối”",
        "reply",
        3,
        "pending",
        "Hạt này chờ thêm 1 người hưởng ứng. Nếu đến 28 tháng 11 chưa có ai, dòng này tự khép lại, bạn không mất gì.",
        Luật="Trả lời, bản 4, có hiệu lực từ 1 tháng 9",
        Kèm="1 điểm hạng, 1 uy tín",
    ),
    line(
        "2",
        "Gói Mộc 100 g, Mây Quán Hàng Bún",
        "shopping-bag",
        65,
        "posted",
        "65.000 đ thực trả, cứ 1.000 đ được 1 Hạt.",
    ),
    line("3", "Đổi một thanh kẹo lạc, tặng cô Tâm", "tea", -60, "spent", "Hạt sắp hết hạn được dùng trước."),
    line("4", "Mở thảo luận “Nước giếng khoan”", "message-circle", 5, "lapsed", "Qua bảy ngày chưa đủ hai người đáp."),
    line("5", "Lời đã gỡ", "reply", 3, "reversed", "Lời bị ẩn nên Hạt được thu lại; hiện lại thì Hạt quay về."),
]
REACTIONS = [
    {"kind": "tea", "label": "Mời trà", "count": 27, "pressed": True, "url": "#"},
    {"kind": "heart", "label": "Đồng cảm", "count": 6, "pressed": False, "url": "#"},
]
NOTICES = [
    {
        "id": 1,
        "url": "#",
        "icon": "reply",
        "title": "Dũng phin đáp lời bạn trong “Phin chảy quá nhanh”",
        "text": "Thiếu bước ủ đó em.",
        "when": NOON,
        "unread": True,
        "count": 3,
        "avatar": DUNG,
    },
    {
        "id": 2,
        "url": "#",
        "icon": "bean",
        "title": "Bạn vừa lên hạng Bạc",
        "text": "Phòng nếm thử đã mở cửa cho bạn.",
        "when": NOON - timedelta(days=1),
        "unread": True,
        "count": 1,
    },
    {
        "id": 3,
        "url": "#",
        "icon": "bell",
        "title": "Chuyện mới: Năm sương muối ở lại lâu hơn người",
        "text": "",
        "when": NOON - timedelta(days=40),
        "unread": False,
        "count": 1,
    },
]


@dataclass(frozen=True)
class Example:
    """One state of a component: what a template writes, and with what."""

    state: str
    source: str
    context: dict[str, Any] = field(default_factory=dict)

    def html(self, request: HttpRequest | None = None) -> str:
        """The example rendered as a page would."""
        context = RequestContext(request, self.context) if request is not None else Context(self.context)
        return Template("{% load i18n ui %}" + self.source).render(context)


def include(name: str, **context: Any) -> Example:
    """An example of a component used by `{% include %}`; `state` names it."""
    state = context.pop("state", "")
    return Example(state, f'{{% include "components/{name}.html" %}}', context)


def sample(name: str) -> str:
    """Source of an example that is long enough for a template of its own."""
    return f'{{% include "portal/ui/samples/{name}.html" %}}'


def fields(names: str, **context: Any) -> str:
    """Source of several fields below each other."""
    return (
        '<div class="stack specimen-form">' + "".join(f"{{% field form.{name} %}}" for name in names.split()) + "</div>"
    )


def composer_form() -> forms.Form:
    """A form with one long text."""
    return SampleForm(auto_id="c_%s")


CRUMBS = [{"label": "Cộng đồng", "url": "#"}, {"label": "Góc phin", "url": "#"}]
TABS = [
    {"label": "Mới nhất", "url": "#", "current": True, "count": None},
    {"label": "Chưa ai đáp", "url": "#", "count": 4},
    {"label": "Đã có lời giải", "url": "#", "icon": "circle-check", "count": None},
]
CHIPS = "{% for one in people %}{% member_chip one %}{% endfor %}"

EXAMPLES: dict[str, list[Example]] = {
    "button": [
        include("button", state="act", label="Gửi lời"),
        include("button", state="is-line", label="Để sau", variant="line", type="button"),
        include("button", state="is-quiet", label="Xem trước", variant="quiet", type="button"),
        include("button", state="is-danger", label="Gỡ bài này", variant="danger", type="button"),
        include(
            "button", state="is-small + icon", label="Theo dõi", variant="line", icon="bell", small=True, type="button"
        ),
        include("button", state="disabled", label="Chưa dùng được", disabled=True, type="button"),
        include("button", state="busy", label="Đang gửi", busy=True, type="button"),
        include("button", state="link", label="Đổi quà", url="#", icon="gift"),
    ],
    "field": [
        Example("empty", fields("name shop story news taste"), {"form": SampleForm(auto_id="ok_%s")}),
        Example("refused", fields("name phone agree"), {"form": refused_form()}),
        Example(
            "code",
            sample("code"),
        ),
    ],
    "form_errors": [Example("refused", "{% form_errors form %}", {"form": refused_form()})],
    "member_chip": [
        Example("tiers", f'<div class="row">{CHIPS}</div>', {"people": [LINH, TAM, DUNG, MAI, ROASTER]}),
        Example("line", '{% member_chip one variant="line" %}', {"one": DUNG}),
        Example("here", "{% member_chip one here=True %}", {"one": MAI}),
        Example("long name", "{% member_chip one %}", {"one": LONG}),
        Example("left", "{% member_chip one %}", {"one": None}),
    ],
    "tier_mark": [
        Example(
            "codes",
            sample("tiers"),
        ),
        Example("points", '<p class="row">{% points 1240 %}{% points 15 sign=True %}</p>'),
        Example(
            "tags",
            sample("tags"),
        ),
    ],
    "tier_meter": [
        include(
            "tier_meter",
            state="nearly",
            value=149,
            target=150,
            unit="điểm hạng",
            caption="Còn đúng 1 điểm nữa là lên",
            tier_code="silver",
            tier_name="Bạc",
            hint="Chỉ cần một người hưởng ứng lời bạn vừa viết.",
        ),
        include(
            "tier_meter",
            state="empty",
            value=0,
            target=150,
            unit="điểm hạng",
            caption="Còn 150 điểm hạng nữa là lên",
            tier_code="silver",
            tier_name="Bạc",
        ),
    ],
    "tier_progress": [
        include(
            "tier_progress",
            state="part",
            value=320,
            target=1000,
            from_code="silver",
            from_name="Bạc",
            to_code="gold",
            to_name="Vàng",
            text="320 trên 1.000, giữ Bạc đến 30 tháng 1, 2028",
        ),
    ],
    "statement_line": [
        Example(
            "states",
            sample("statement"),
            {"lines": LINES},
        ),
    ],
    "slip": [
        include(
            "slip",
            state="month",
            title="Sổ của Dũng, tháng 11",
            total=141,
            lines=[
                {"title": "Cà phê phin Mộc, túi 250 g", "text": "145.000 đ, hạng Vàng nhân 1,25", "amount": 181},
                {"title": "Câu trả lời được chọn", "text": "Chị Hân nén phin", "amount": 15},
                {"title": "Đổi một thanh kẹo lạc", "text": "Tặng cô Tâm nhân ngày về bản", "amount": -55},
            ],
        ),
    ],
    "reaction_bar": [
        include("reaction_bar", state="member", reactions=REACTIONS, reply_url="#"),
        include(
            "reaction_bar", state="own post", reactions=[{**one, "url": "", "pressed": False} for one in REACTIONS]
        ),
    ],
    "composer": [
        Example(
            "empty",
            sample("composer"),
            {"form": composer_form()},
        ),
        Example(
            "refused",
            sample("composer_refused"),
        ),
    ],
    "notification_item": [
        Example(
            "states",
            sample("notifications"),
            {"items": NOTICES},
        ),
    ],
    "toast": [
        include(
            "toast", state="gain", title="Hân đã chọn lời bạn", text="Chờ 24 giờ rồi vào sổ", icon="bean", amount="+15"
        ),
        include("toast", state="plain", title="Đã lưu", text="", icon="circle-check", amount=""),
    ],
    "fold": [
        Example("closed", '<article class="post">{% include "components/fold.html" %}<p>Lời đã gập lại.</p></article>')
    ],
    "notice": [
        Example(kind, f'{{% notice "{kind}" %}}<p>{text}</p>{{% endnotice %}}')
        for kind, text in [
            ("good", "<b>Đã lưu.</b> Lời của bạn đang ở trang một."),
            ("info", "Quán Hàng Bún đóng cửa sớm ngày 24, lúc 18:00."),
            ("warn", '<b>40 Hạt</b> hết hạn ngày 30 tháng 11. <a href="#">Xem đổi được gì</a>'),
            ("bad", '<b>Chưa gửi được.</b> Mạng vừa rớt. Lời bạn viết vẫn còn đây. <a href="#">Gửi lại</a>'),
        ]
    ],
    "empty_state": [
        include(
            "empty_state",
            state="cup",
            title="Chưa ai ngồi bàn này",
            text="Đặt câu hỏi đầu tiên. Người hay lui tới Bàn trà sớm thường đáp trong nửa giờ.",
            action_url="#",
            action_label="Hỏi câu đầu tiên",
            art="cup",
        ),
        include(
            "empty_state",
            state="hill",
            title="Chưa có chuyện nào",
            text="Chuyện đầu mùa đang được chép lại.",
            art="hill",
        ),
        include(
            "empty_state",
            state="lamp",
            title="Đêm nay yên ắng",
            text="Có ai nhắc đến bạn, đèn này sẽ sáng.",
            art="lamp",
        ),
    ],
    "problem": [Example("refusal", "{% include 'components/problem.html' %}", {"error": Conflict()})],
    "card": [
        Example(
            "plain", '{% card title="Bàn trà sớm" %}<p class="muted">Mở từ 5 giờ, ai dậy thì vào.</p>{% endcard %}'
        ),
        Example(
            "link", '{% card title="Phòng nếm thử" url="#" %}<p class="muted">Mở khi bạn lên Bạc.</p>{% endcard %}'
        ),
    ],
    "breadcrumbs": [include("breadcrumbs", state="path", items=CRUMBS)],
    "tabs": [include("tabs", state="three", items=TABS, label="Mẫu thẻ chuyển")],
    "pager": [
        Example("middle", '{% pager page label="Mẫu lật trang" %}', {"page": Paginator(range(120), 10).page(4)}),
        Example("first", '{% pager page label="Mẫu trang đầu" %}', {"page": Paginator(range(20), 10).page(1)}),
    ],
}

ROWS = {"button"}
SWATCHES = ["act", "accent", "reward", "info", "danger", "deep", "mist", "sunken"]


def gallery(request: HttpRequest) -> HttpResponse:
    """The gallery page."""
    specimens = [
        {"name": name, "row": name in ROWS, "examples": [(one.state, one.html(request)) for one in examples]}
        for name, examples in EXAMPLES.items()
    ]
    return render(request, "portal/ui/gallery.html", {"specimens": specimens, "swatches": SWATCHES})

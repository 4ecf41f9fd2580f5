"""Words for many rows: ordinary Vietnamese sentences of ordinary length, the same for the floor and for the house."""

from __future__ import annotations

SENTENCES = (
    "Sáng nay pha lại theo lời các bạn, nước chảy chậm hẳn và thơm hơn nhiều.",
    "Mình xay thô hơn một nấc, đợi bột nở đủ bốn mươi lăm giây rồi mới rót tiếp.",
    "Bà ngoại bảo ngày xưa làm gì có cân, cứ hai thìa đầy là vừa một phin.",
    "Trà này để nguội uống vẫn ngọt, chỉ đừng dùng nước sôi già quá.",
    "Ai ở gần Hàng Bún cuối tuần ghé nhé, có mẻ mới rang hôm thứ Ba.",
    "Câu hỏi hay quá, mình cũng bị như vậy suốt cả tháng trời mà không hiểu vì sao.",
)


# In one body of sixty, so in about 2 % of the posts: what the search is measured with.
RARE, RARE_AT, BODIES = "zephyrine", 30, 60


def title(number: int) -> str:
    """A title of ordinary length, never twice the same."""
    return f"Phin chảy quá nhanh, tại cỡ xay hay tại tay nén? Chuyện thứ {number}"


def body(number: int) -> str:
    """Two to four sentences of Markdown, about 300 characters."""
    said = " ".join(SENTENCES[(number + step) % len(SENTENCES)] for step in range(2 + number % 3))
    rare = f" Con chim {RARE} hót ngoài hiên." if number % BODIES == RARE_AT else ""
    return f"{said}{rare}\n\nLần thứ **{number}** rồi đó."


def body_html(number: int) -> str:
    """The same, rendered."""
    first, second = body(number).split("\n\n")
    return f"<p>{first}</p>\n<p>{second.replace('**', '<strong>', 1).replace('**', '</strong>', 1)}</p>"

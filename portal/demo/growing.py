"""A house grown to a later size, for `manage.py seed`: bulk rows, complete in themselves, without acts."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from community.api import growth
from portal.accounts.growth import grow_members
from portal.accounts.models import Member
from portal.core.clock import now

SPAN = timedelta(days=180)
THINGS = (
    "Phin nhôm", "Phin inox", "Cối xay tay", "Trà shan tuyết", "Cà phê muối", "Hạt rang đậm", "Hạt rang nhạt",
    "Ấm đất nung", "Nước giếng khoan", "Trà sen", "Cà phê trứng", "Bình giữ nhiệt", "Chè dây", "Cà phê vợt",
    "Mật hoa cà phê", "Trà gừng", "Sữa đặc", "Cà phê cốt dừa", "Bã cà phê", "Lá vối khô",
)  # fmt: skip
DOUBTS = (
    "chảy nhanh quá, làm sao bây giờ?", "để được bao lâu?", "có ai dùng thử chưa?", "mua ở đâu cho yên tâm?",
    "pha cho mười người thì tính thế nào?", "bị chua, tại đâu?", "nhà mình vẫn làm thế này",
    "cho người mới bắt đầu", "và một buổi sáng mưa", "hơn nhau ở chỗ nào?", "có hợp với người mất ngủ không?",
    "tặng mẹ thì chọn loại nào?", "mang đi xa có sao không?", "giá năm nay lên nhiều không?", "sau một năm dùng",
)  # fmt: skip
SENTENCES = (
    "Mình làm thử ba hôm liền, hôm nào trời nồm thì chậm hẳn lại.", "Nhà mình bốn người nên pha một lần cho cả buổi.",
    "Nước vừa sôi bỏ ra một phút rồi mới rót.", "Cân đong mãi cuối cùng vẫn quay về cái thìa của mẹ.",
    "Ai ở vùng cao chắc thấy khác, dưới này nước cứng.", "Hôm trước ghé quán ngồi cả chiều mà không ai giục.",
    "Cho thêm chút muối thì dịu, nhiều quá là hỏng.", "Cảm ơn mọi người, tối nay thử luôn.",
    "Chỗ mình mua họ ghi ngày rang bằng tay, chữ rất đẹp.", "Đợi bột nở đủ bốn mươi lăm giây, đừng sốt ruột.",
    "Bà ngoại bảo ngày xưa làm gì có cân.", "Thơm thì có thơm, mà hậu hơi ngắn.",
    "Rửa xong nhớ úp ngược cho ráo, để đọng nước là ố.", "Mẻ này đều tay hơn mẻ trước nhiều.",
    "Có lần quên trên bếp, uống vẫn được mới lạ.", "Để nguội uống lại ngọt hơn lúc nóng.",
)  # fmt: skip


@dataclass(frozen=True)
class Grown:
    """How much came to be."""

    members: int
    topics: int
    posts: int


def title(number: int) -> str:
    """A title that somebody could have written; the first 300 differ, later ones carry their number."""
    words = f"{THINGS[number % len(THINGS)]} {DOUBTS[number // len(THINGS) % len(DOUBTS)]}"
    turn = number // (len(THINGS) * len(DOUBTS))
    return f"{words} ({turn + 1})" if turn else words


def body(number: int) -> str:
    """One to four sentences; some 900 different posts."""
    kind = number % 900
    said = [SENTENCES[(kind * 5 + step * 7) % len(SENTENCES)] for step in range(1 + kind % 4)]
    thing = THINGS[kind % len(THINGS)].lower()
    return " ".join(said) + (f"\n\nNói thêm về **{thing}** thì còn dài." if kind % 3 == 0 else "")


def lengths(topics: int, posts: int) -> list[int]:
    """So many posts over so many topics: most talks are short, a few are long, none is empty. The sum is exact."""
    weights = [1.0 / (1 + place * 37 % topics) ** 0.6 for place in range(topics)]
    rest, unit = max(posts - topics, 0), sum(weights)
    found = [1 + int(rest * weight / unit) for weight in weights]
    for place in range(max(posts, topics) - sum(found)):
        found[place % topics] += 1
    return found


@transaction.atomic
def grow(*, members: int, topics: int, posts: int, at: datetime | None = None) -> Grown:
    """Adds members, and topics with `posts` posts in all, spread over half a year before `at` (else now).

    They talk among themselves; without new members those who are there do. All or nothing. Raises ValueError where
    there is nobody to write or no open space.
    """
    until = at or now()
    since = until - SPAN
    made = grow_members(amount=members, since=since, until=until)
    if not topics:
        return Grown(len(made), 0, 0)
    people = made or list(Member.objects.filter(is_active=True, role="").exclude(standing=None))
    sizes = lengths(topics, posts)
    growth.grow_topics(authors=people, lengths=sizes, words=growth.Words(title, body), since=since, until=until)
    return Grown(len(made), topics, sum(sizes))

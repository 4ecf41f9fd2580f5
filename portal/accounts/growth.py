"""Many members at once, for trying a house out at its later size: written in bulk, complete as if each had joined."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import product

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password
from django.db import transaction

from portal.accounts import index, terms
from portal.accounts.models import Consent, Member, Standing
from portal.core.ids import public_id
from portal.core.lookalikes import skeleton

FAMILIES = (
    "Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Huỳnh", "Phan", "Vũ", "Võ", "Đặng", "Bùi", "Đỗ", "Hồ", "Ngô", "Dương",
    "Lý", "Đinh", "Mai", "Trịnh", "Tạ", "Cao", "Lương", "Châu", "Tô",
)  # fmt: skip
MIDDLES = (
    "Thị", "Văn", "Minh", "Ngọc", "Thanh", "Thu", "Quốc", "Đức", "Hữu", "Gia", "Bảo", "Khánh", "Hoài", "Thùy", "Anh",
    "Kim", "Xuân", "Hải", "Nhật", "Tuấn", "Phương", "Diệu",
)  # fmt: skip
GIVEN = (
    "An", "Bình", "Châu", "Dung", "Giang", "Hà", "Hằng", "Hạnh", "Hiếu", "Hòa", "Hùng", "Hương", "Khoa", "Khôi", "Lan",
    "Linh", "Loan", "Long", "Mai", "Nam", "Nga", "Ngân", "Nhi", "Nhung", "Oanh", "Phong", "Phúc", "Quân", "Quyên",
    "Sơn", "Tâm", "Thảo", "Thắng", "Thịnh", "Thư", "Tiến", "Trang", "Trí", "Trung", "Tùng", "Uyên", "Vân", "Việt",
    "Vy", "Yến",
)  # fmt: skip
BATCH = 500


def names() -> Iterator[str]:
    """Names as people here bear them, some 22,000 with one middle name, then with two; none looks like another."""
    seen: set[str] = set()
    singles = ((one,) for one in MIDDLES)
    for middles in [*singles, *product(MIDDLES, MIDDLES)]:
        for given, family in product(GIVEN, FAMILIES):
            name = " ".join((family, *middles, given))
            folded = skeleton(name)
            if folded not in seen:
                seen.add(folded)
                yield name


@transaction.atomic
def grow_members(*, amount: int, since: datetime, until: datetime) -> list[Member]:
    """That many members who joined evenly between two instants, agreed to the terms in force and cannot sign in.

    Each has what `actions.join` leaves: a confirmed address (of the reserved domain `.example`), consents, a name chip
    that is found. No MemberJoined: nothing is paid for what nobody did. Names that are taken are left out.
    """
    taken = set(Member.objects.values_list("name_fold", flat=True))
    free = (name for name in names() if skeleton(name) not in taken)
    version, step, first = terms.in_force().version, (until - since) / max(amount, 1), Member.objects.count()
    rows = []
    for number, name in zip(range(amount), free, strict=False):
        email = f"seed{first + number}@seed.example"
        rows.append(Member(
            email=email, name=name, name_fold=skeleton(name), joined_at=since + step * number, public_id=public_id(),
            password=make_password(None), terms_version=version,
        ))  # fmt: skip
    made = Member.objects.bulk_create(rows, batch_size=BATCH)
    EmailAddress.objects.bulk_create(
        [EmailAddress(user=one, email=one.email or "", verified=True, primary=True) for one in made], batch_size=BATCH
    )
    Consent.objects.bulk_create(_consents(made, version), batch_size=BATCH)
    chips = [Standing(member=one, public_id=one.public_id, name=one.name) for one in made]
    for chip in Standing.objects.bulk_create(chips, batch_size=BATCH):
        index.keep(chip)
    return made


def _consents(made: Iterable[Member], version: str) -> list[Consent]:
    purposes = (Consent.Purpose.TERMS, Consent.Purpose.AGE)
    return [
        Consent(member=one, purpose=purpose, given=True, text_version=version, way="seed", at=one.joined_at)
        for one in made
        for purpose in purposes
    ]

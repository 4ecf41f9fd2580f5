"""What somebody is called in greetings and letters."""

from __future__ import annotations

import pytest

from portal.accounts.called import called
from portal.accounts.models import Member


@pytest.mark.parametrize(
    ("name", "language", "short"),
    [
        ("Phạm Ngọc Hân", "vi", "Hân"),
        ("Công Tằng Tôn Nữ Hoàng Thị Quỳnh Phương Thảo", "vi", "Thảo"),
        ("Giàng A Sơn", "vi", "Sơn"),
        ("Trần Minh Trí", "en", "Trí"),
        ("Emma Lindqvist", "en", "Emma"),
        ("Kim Trần", "en", "Kim"),
        ("Grace Nguyễn", "en", "Grace"),
        ("Tuấn", "en", "Tuấn"),
        ("", "vi", ""),
    ],
)
def test_a_vietnamese_name_ends_with_the_given_one_and_another_begins_with_it(
    name: str, language: str, short: str
) -> None:
    assert called(name, language) == short
    assert Member(name=name, language=language, email="a@b.example").get_short_name() == short

"""Amounts, spans, names and the language of words, in both languages."""

import itertools
import random
import re
import unicodedata
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.utils import translation

from portal.core import speech

CHANCE = random.Random(20261122)


@pytest.mark.parametrize(
    ("language", "told"), [("vi", "85.000\u00a0đ"), ("en", "85,000\u00a0VND"), ("en-gb", "85,000\u00a0VND")]
)
def test_money_is_said_as_people_write_it(language, told):
    with translation.override(language):
        assert speech.money(85_000) == told


@pytest.mark.parametrize("language", ["vi", "en"])
def test_money_keeps_every_digit_of_any_amount(language):
    with translation.override(language):
        for amount in [0, 7, -60_000, *(CHANCE.randrange(10**12) for _ in range(200))]:
            text = speech.money(amount)
            assert int(re.sub(r"\D", "", text)) * (-1 if text.startswith("-") else 1) == amount
            groups = re.split(r"[.,]", text.split("\u00a0")[0].lstrip("-"))
            assert all(len(group) == 3 for group in groups[1:])
            assert 1 <= len(groups[0]) <= 3


@pytest.mark.parametrize(
    ("language", "share", "digits", "told"),
    [("vi", 0.125, 1, "12,5%"), ("en", 0.125, 1, "12.5%"), ("vi", Decimal("1"), 0, "100%"), ("en", 0, 0, "0%")],
)
def test_percent(language, share, digits, told):
    with translation.override(language):
        assert speech.percent(share, digits) == told


@pytest.mark.parametrize(
    ("first", "last", "vietnamese", "english"),
    [
        (date(2026, 10, 3), date(2026, 10, 3), "3 tháng 10, 2026", "3 October 2026"),
        (date(2026, 10, 3), date(2026, 10, 9), "3–9 tháng 10, 2026", "3–9 October 2026"),
        (date(2026, 9, 28), date(2026, 10, 3), "28 tháng 9 – 3 tháng 10, 2026", "28 September – 3 October 2026"),
        (
            date(2026, 12, 28), date(2027, 1, 3),
            "28 tháng 12, 2026 – 3 tháng 1, 2027", "28 December 2026 – 3 January 2027",
        ),
    ],
)  # fmt: skip
def test_a_span_of_days_says_nothing_twice(first, last, vietnamese, english):
    for language, told in (("vi", vietnamese), ("en", english)):
        with translation.override(language):
            assert speech.days(first, last) == told
            assert speech.days(last, first) == told


def test_a_span_names_both_of_its_ends():
    for _ in range(200):
        first = date(2026, 1, 1) + timedelta(CHANCE.randrange(900))
        last = first + timedelta(CHANCE.randrange(1, 400))
        text = speech.days(first, last)
        assert re.match(rf"{first.day}\b", text)
        assert re.search(rf"(?<!\d){last.day} tháng {last.month}, {last.year}$", text)


def in_order(*names: str) -> None:
    for _ in range(5):
        shuffled = CHANCE.sample(names, len(names))
        assert sorted(shuffled, key=speech.name_key) == list(names)


def test_people_stand_by_their_given_name():
    in_order("Lê An", "Phạm An", "Trần Thị Bình", "Nguyễn Chi")


def test_d_with_a_stroke_comes_after_every_plain_d():
    in_order("Trần Dung", "Lê Dương", "Lê Đào", "Nguyễn Đức", "Vũ Em")


def test_letters_come_before_tones_and_tones_in_the_order_of_dictionaries():
    in_order("Ma", "Mà", "Mả", "Mã", "Má", "Mạ", "Măng", "Mân", "Mơ")


def test_case_and_the_way_accents_are_typed_do_not_matter():
    for name in ("Đỗ Ánh", "NGUYỄN THỊ ÂN", "lê ý"):
        for form, change in itertools.product(("NFC", "NFD"), (str.lower, str.upper)):
            assert speech.name_key(unicodedata.normalize(form, change(name))) == speech.name_key(name)


def test_any_name_has_a_place():
    names = ["", "X", "田中", "O’Brien", "Công Tằng Tôn Nữ", "Ngọc", "🙂"]
    assert sorted(sorted(names, key=speech.name_key)) == sorted(names)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Bà ngoại em uống trà bằng nắp phích", "vi"),
        ("<p>Phin chảy <b>nhanh</b> quá</p>", "vi"),
        (unicodedata.normalize("NFD", "Nước giếng có phèn"), "vi"),
        ("Rain on the workshop roof, and what of it", "en"),
        ("Please leave it. Mine would be shaped like bà ngoại, pointing at you and me.", "en"),
        ("The café in Hàng Bún has moved", "en"),
        ("Moving a phin to Melbourne: milk, water, and my mother's rules", "en"),
        ("toi khong can gi het, do la chuyen cu", ""),
        ("<a href='https://is.of.it/the/and'>95%</a>", ""),
        ("Khói", "vi"),
        ("ok", ""),
        ("", ""),
    ],
)
def test_the_language_of_words(text, language):
    assert speech.language_of(text) == language

"""What a name looks like, and how long it is."""

from __future__ import annotations

import pytest

from portal.core.lookalikes import _SEEN_AS, skeleton
from portal.core.text import length


@pytest.mark.parametrize(
    "disguise",
    [
        "PHẠM NGỌC HÂN",
        "Ρhạm Ngọс Hân",  # Greek rho, Cyrillic es
        "Ｐｈạｍ　Ｎｇọｃ　Ｈâｎ",
        "𝐏𝐡𝐚𝐦 𝓝𝓰𝓸𝓬 𝙷𝚊𝚗",
        "Ⓟham Ⓝgoc Ⓗan",
        "Phạrn Ngọc Hân",
        "Pham\u200b Ng\u00adoc\u2060 Han",
        "Phạm-Ngọc.Hân",
        "Pham Ng0c Han",
        "Phаm Ngοc Ηan",
    ],
)
def test_letters_that_look_alike_fold_to_one(disguise: str) -> None:
    assert skeleton(disguise) == skeleton("Phạm Ngọc Hân") == "phamngochan"


@pytest.mark.parametrize("other", ["Adm1n", "АDMІN", "ａｄｍｉｎ", "adm|n", "admіn", "Admln", "Aḍmin"])
def test_one_stroke_is_one_letter(other: str) -> None:
    assert skeleton(other) == skeleton("admin")


@pytest.mark.parametrize(
    ("one", "two"), [("Lan", "Len"), ("Hùng", "Hưng Yên"), ("Mai", "Mây"), ("🙂", "🙃"), ("陳", "林")]
)
def test_names_that_differ_to_the_eye_stay_apart(one: str, two: str) -> None:
    assert skeleton(one) != skeleton(two)


def test_signs_alone_stand_for_themselves() -> None:
    assert skeleton("...") != skeleton("!!!")
    assert skeleton("\u0301\u200d") != ""


def test_no_letter_is_taken_for_two() -> None:
    letters = "".join(_SEEN_AS.values())
    assert len(letters) == len(set(letters))


def test_folding_twice_folds_no_further() -> None:
    for text in ("modern", "vvorld", "Ρhạrn 1I|l", "corn", "arnn"):
        assert skeleton(skeleton(text)) == skeleton(text)


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("Nguyễn", 6),
        ("Nguye\u0302\u0303n", 6),
        ("👨‍👩‍👧‍👦", 1),
        ("👍🏽", 1),
        ("🇻🇳🇻🇳", 2),
        ("한글", 2),
        ("", 0),
        ("e\u0301\u0302\u0303\u0304", 1),
        ("🏴󠁧󠁢󠁥󠁮󠁧󠁿", 1),
    ],
)
def test_length_counts_what_a_person_sees(text: str, count: int) -> None:
    assert length(text) == count

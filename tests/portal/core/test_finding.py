"""What somebody typed, read as words; and texts with what was found in them, marked."""

from __future__ import annotations

import unicodedata
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.core.finding import MOST_LETTERS, MOST_WORDS, Part, Wanted, ask, columns
from portal.core.loosening import smallest_halves, some_is_less
from portal.core.marking import marked

NFD = unicodedata.normalize("NFD", "Xịt chống nắng")


def folded(text: str) -> list[str]:
    return [word.folded for word in ask(text).words]


@pytest.mark.parametrize("typed", ["xit chong nang", "XỊT CHỐNG NẮNG", NFD, "  xịt,chống—nắng!  ", "Ｘịt chống nắng"])
def test_one_question_in_many_spellings_is_the_same_words(typed: str) -> None:
    assert folded(typed) == ["xit", "chong", "nang"]


def test_the_letter_with_the_stroke_folds_too() -> None:
    assert folded("Được Đà đậu") == ["duoc", "da", "dau"]
    assert columns("Đà Lạt", "được") == {
        "title_fold": "da lat", "title_exact": "đà lạt", "body_fold": "duoc", "body_exact": "được",
    }  # fmt: skip


def test_words_in_quotation_marks_stand_together() -> None:
    assert [len(term) for term in ask('phin "cà phê sữa" đá').terms] == [1, 3, 1]
    assert [len(term) for term in ask("“trà sen” hồ tây").terms] == [2, 1, 1]
    assert [len(term) for term in ask('một "chưa đóng').terms] == [1, 1, 1]


def test_what_is_too_long_is_cut_and_says_so() -> None:
    long = ask("chữ " * 200)
    assert (len(long.text) <= MOST_LETTERS, long.cut) == (True, True)
    many = ask(" ".join(f"a{number}" for number in range(30)))
    assert (len(many.words), many.cut) == (MOST_WORDS, True)
    assert not ask("cà phê").cut


@pytest.mark.parametrize("typed", ["", "   ", "\x00", "!?… —", None, '""', '"', "()*^:", "' OR 1=1 --"])
def test_nothing_that_can_be_typed_breaks_the_reading(typed: str | None) -> None:
    assert [word.folded for word in ask(typed).words] in ([], ["or", "1"])


def test_a_question_holds_letters_and_digits_only_and_so_cannot_leave_its_quotation() -> None:
    part = Part(tuple(word.folded for word in ask('a" OR "b\' & \\ c:*').words))
    assert part.sqlite() == '{title_fold body_fold} : "a or b c"'
    assert part.postgresql() == "('a':AC <-> 'or':AC <-> 'b':AC <-> 'c':AC)"
    # A single folded word needs no weights, in titles alone only where nothing else is looked at.
    assert Part(("a",)).postgresql() == "('a')"
    assert Part(("a",), beginning=True, body=False).postgresql(of_titles=True) == "('a':*)"
    assert Part(("a",), beginning=True, body=False).postgresql() == "('a':*A)"
    assert Part(("a",), exact=True).postgresql() == "('a':BD)"
    assert Wanted((Part(("x",), exact=True, title=False, beginning=True),), some=True).sqlite() == (
        '({body_exact} : "x" *)'
    )


def test_typed_accents_are_noticed() -> None:
    assert [ask(text).has_accents for text in ("ca phe", "cà phê", "coffee", "đa")] == [False, True, False, True]


def test_idle_words_are_left_out_where_some_must_be() -> None:
    assert [word.folded for word in ask("làm sao để pha phin cho đậm").telling.words] == ["pha", "phin", "dam"]
    assert [word.folded for word in ask("là gì").telling.words] == ["la", "gi"]
    assert (some_is_less(ask("phin")), some_is_less(ask("pha phin"))) == (False, True)


def test_marks_are_put_around_words_and_everything_else_is_escaped() -> None:
    text = 'Cà phê <script>alert("x")</script> & ca phe'
    assert marked(text, ask("ca phe")) == (
        "<mark>Cà phê</mark> &lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt; &amp; <mark>ca phe</mark>"
    )
    assert marked("<b>phin</b>", ask("phin")) == "&lt;b&gt;<mark>phin</mark>&lt;/b&gt;"


def test_where_the_very_word_stands_its_look_alikes_are_not_marked() -> None:
    assert marked("Bà ba má, mà ma", ask("má")) == "Bà ba <mark>má</mark>, mà ma"
    assert marked("Bà ba, mà ma", ask("má")) == "Bà ba, <mark>mà ma</mark>"


def test_an_excerpt_begins_near_what_was_found_and_ends_at_a_word() -> None:
    text = "Mở đầu dài dòng. " * 30 + "Rồi phin chảy nhanh quá. " + "Kết thúc cũng dài. " * 30
    cut = marked(text, ask("phin chảy"), length=120)
    assert "<mark>phin chảy</mark> nhanh" in cut
    assert (cut[0], cut[-1]) == ("…", "…")
    assert len(cut) < 170
    assert marked("Ngắn thôi", ask("phin"), length=120) == "Ngắn thôi"


def test_a_word_only_begun_is_marked_whole_while_it_is_typed() -> None:
    assert marked("Melbourne và phin", ask("mel"), beginning=True) == "<mark>Melbourne</mark> và phin"
    assert marked("Melbourne và phin", ask("mel")) == "Melbourne và phin"


@given(st.dictionaries(st.sampled_from("abcdefg"), st.integers(1, 13), min_size=1, max_size=7))
def test_the_smallest_halves_are_all_that_is_needed_and_nothing_more(weights: dict[str, int]) -> None:
    halves = [set(half) for half in smallest_halves(weights)]

    def enough(some: set[str]) -> bool:
        return 2 * sum(weights[word] for word in some) >= sum(weights.values())

    for half in halves:
        assert enough(half)
        assert not any(enough(half - {word}) for word in half)
    for amount in range(len(weights) + 1):
        for some in combinations(weights, amount):
            assert enough(set(some)) == any(half <= set(some) for half in halves)

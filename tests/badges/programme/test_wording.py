"""What a condition of a badge says to who reads or approves it."""

import pytest
from django.utils import translation

from badges.medals.words import PART_WORDS
from badges.programme.medal_form import LISTS
from badges.programme.wording import _badge, cap_text, condition_text, wait_text


@pytest.mark.parametrize(
    ("way", "number", "vi", "en"),
    [
        ("times", 1, "một lần", "once"),
        ("times", 12, "12 lần", "12 times"),
        ("targets", 5, "5 chuyện khác nhau", "5 different things"),
        ("people", 1500, "với 1.500 người khác nhau", "with 1,500 different people"),
        ("days", 7, "vào 7 ngày khác nhau", "on 7 different days"),
        ("streak", 30, "30 ngày liền nhau", "on 30 days in a row"),
    ],
)
def test_how_often_reads_as_a_person_would_say_it(way, number, vi, en):
    condition = {"metrics": ["story_read"], "count": way, "at_least": number}
    for language, words in (("vi", vi), ("en", en)):
        with translation.override(language):
            assert condition_text(condition).endswith(f": {words}")


@pytest.mark.parametrize(
    ("words_of", "content", "vi", "en"),
    [
        (cap_text, {"metric": "times", "limit": 1, "window": "ever"}, "một lần", "at most once ever;"),
        (cap_text, {"metric": "times", "limit": 10, "window": "day"}, "10 lần", "at most 10 times a day;"),
        (wait_text, {"kind": "responders", "needed": 1, "days": 1}, "1 ngày", "until 1 other person answers, 1 day at"),
        (wait_text, {"kind": "responders", "needed": 2, "days": 7}, "7 ngày", "2 other people answer, 7 days at most"),
        (wait_text, {"kind": "givers", "last": 5, "needed": 1, "days": 7}, "1 người", "fewer than 1 person, 7 days"),
        (wait_text, {"kind": "time", "hours": 1}, "1 giờ", "1 hour"),
        (condition_text, {"metrics": [], "within_days": 1}, "trong 1 ngày", "within 1 day"),
    ],
)
def test_one_is_not_told_in_the_plural(words_of, content, vi, en):
    for language, words in (("vi", vi), ("en", en)):
        with translation.override(language):
            told = words_of(content)
            assert words in told
            assert f"{words}s" not in told


def test_every_part_of_a_medal_is_called_by_a_name_in_both_languages():
    parts = {value for values in LISTS.values() for value in values}
    assert parts - PART_WORDS.keys() == set()
    content = {
        "metal": "bronze",
        "criteria": {"all": []},
        "medal": {"shape": "tile", "enamel": "roast", "motif": "book"},
    }
    with translation.override("vi"):
        assert [line.value for line in _badge(content) if line.label == "Huy chương"] == ["viên gạch · rang đậm · sách"]

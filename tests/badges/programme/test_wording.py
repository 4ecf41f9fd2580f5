"""What a condition of a badge says to who reads or approves it."""

import pytest
from django.utils import translation

from badges.medals.words import PART_WORDS
from badges.programme.medal_form import LISTS
from badges.programme.wording import _badge, condition_text


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

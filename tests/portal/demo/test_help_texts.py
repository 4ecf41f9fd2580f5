"""Help and legal texts of the demo world: whole in both languages, no sentence twice, numbers that are true."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest

from badges.earning.models import EarningRule
from portal.accounts import session_life
from portal.accounts.sms import actions as sms
from portal.core.text import clean
from portal.demo import files
from portal.demo.help import programme_facts
from tests.portal.demo.test_world_files import all_said, diacritic_share, sentences, strings

PAGES = {page["slug"]: page for page in files.help_pages()}
LEGAL = {text["kind"]: text for text in files.legal_texts()}
each_page = pytest.mark.parametrize("slug", PAGES)


def words(value: Any) -> str:
    return " ".join(strings(value))


def shape(texts: dict[str, Any]) -> list[tuple[str, int]]:
    """Kind and length of each part: both languages say the same things."""
    return [
        (part.get("kind", "passage"), len(part.get("rows") or part.get("steps") or part["paragraphs"]))
        for part in texts["parts"]
    ]


def told() -> Iterator[tuple[str, str]]:
    for place, page in {**PAGES, **LEGAL}.items():
        for language in ("vi", "en"):
            for text in strings(page[language]):
                yield f"{place}/{language}", text


def test_there_are_enough_questions_and_each_has_a_group() -> None:
    groups = [group["slug"] for group in files.help_groups()["groups"]]
    assert len(PAGES) >= 12
    assert {page["group"] for page in PAGES.values()} == set(groups)
    assert LEGAL.keys() == {"terms", "privacy", "guidelines"}


@each_page
def test_a_question_is_answered_in_both_languages(slug: str) -> None:
    page = PAGES[slug]
    assert shape(page["vi"]) == shape(page["en"])
    assert page["vi"]["title"].endswith("?")
    assert page["en"]["title"].endswith("?")
    assert diacritic_share(words(page["vi"])) > 0.5
    assert diacritic_share(words(page["en"]).replace("Hạt", "").replace("đồng", "")) < 0.02
    assert set(page["related"]) <= PAGES.keys() - {slug}
    assert all(len(page[code]["answer"]) <= 600 for code in ("vi", "en"))


@pytest.mark.parametrize("kind", LEGAL)
def test_a_legal_text_is_whole_in_both_languages(kind: str) -> None:
    text = LEGAL[kind]
    assert shape(text["vi"]) == shape(text["en"])
    for code in ("vi", "en"):
        assert text[code]["changes"][0]["version"] == text["version"]
    assert diacritic_share(words(text["vi"])) > 0.5


def test_no_sentence_of_help_stands_twice() -> None:
    known = {sentence for _place, text in all_said() for sentence in sentences(text)}
    said = Counter(sentence for _place, text in told() for sentence in sentences(text) if len(sentence.split()) > 3)
    assert [sentence for sentence, times in said.items() if times > 1 or sentence in known] == []


def test_texts_are_clean() -> None:
    assert [text for _place, text in told() if text != clean(text)] == []


def test_every_link_keeps_its_language_and_leads_somewhere(client: Any, db: None) -> None:
    for place, text in told():
        for path in re.findall(r"\]\((/[^)]+)\)", text):
            assert path.startswith(f"/{place.rsplit('/', 1)[1]}/"), (place, path)
            assert client.get(path).status_code in (200, 302), path


# ── True of the programme ───────────────────────────────────────────────────────────────────────────────────────
def definitions() -> dict[str, Any]:
    rules = EarningRule.objects.prefetch_related("versions")
    return {rule.code: max(rule.versions.all(), key=lambda v: v.number).definition for rule in rules}


def limits(definition: dict[str, Any], scope: str = "rule") -> list[int]:
    return [cap["limit"] for cap in definition["caps"] if cap["scope"] == scope]


def test_every_gap_in_a_text_is_a_number_of_the_programme(db: None) -> None:
    facts = programme_facts("vi")
    gaps = {gap for page in PAGES.values() for text in strings(page) for gap in re.findall(r"\{(\w+)\}", text)}
    assert gaps <= facts.keys()
    assert (facts["join_spend"], facts["gold_threshold"], facts["unit_value"]) == ("20", "1.000", "50")


@pytest.mark.parametrize("language", ["vi", "en"])
def test_measures_and_waits_are_the_programmes_own(language: str, db: None) -> None:
    rules = definitions()
    rows = [row[1] for row in PAGES["kiem-hat"][language]["parts"][0]["rows"]]
    named = [limits(rules[code])[0] for code in ("story-read", "topic", "reply", "reaction")]
    assert len(rows) == len(rules)  # a rule that nobody explains is noticed
    for text, number in zip(rows[2:6], named, strict=True):
        assert re.search(rf"\b{number}\b", text), (text, number)
    assert re.search(rf"\b{limits(rules['reaction'], 'giver')[0]}\b", rows[5])
    assert str(limits(rules["reply"], "group:community")[0]) in words(PAGES["kiem-hat"][language]["parts"][1])
    waits = [row[1] for row in PAGES["dong-dang-cho"][language]["parts"][0]["rows"]]
    assert (rules["topic"]["wait"]["needed"], rules["reply"]["wait"]["needed"]) == (2, 1)
    assert str(rules["topic"]["wait"]["days"]) in waits[0]
    assert str(rules["reply"]["wait"]["days"]) in waits[1]
    reaction = rules["reaction"]["wait"]
    assert re.findall(r"\d+", waits[2]) == [str(reaction["last"]), str(reaction["needed"]), str(reaction["days"])]


@pytest.mark.parametrize("language", ["vi", "en"])
def test_visits_and_texts_last_as_long_as_the_house_says(language: str) -> None:
    visits = [row[1] for row in PAGES["thiet-bi"][language]["parts"][1]["rows"]]
    assert [int(re.findall(r"\d+", text)[0]) for text in visits] == [session_life.IDLE.days, session_life.LONGEST.days]
    numbers = [int(re.findall(r"\d+", row[1])[0]) for row in PAGES["so-dien-thoai"][language]["parts"][2]["rows"]]
    assert numbers == [sms.NUMBER_LIMITS[0][1].seconds, sms.NUMBER_LIMITS[1][0], sms.NUMBER_LIMITS[2][0]]

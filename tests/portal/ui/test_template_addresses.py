"""`{% url %}` as templates know it: by language, as a variable, and loud about a name that there is not."""

import pytest
from django.template import Context, Template
from django.urls import NoReverseMatch, reverse
from django.utils.translation import override


def drawn(source: str) -> str:
    return Template(source).render(Context({"word": "xay"}))


def test_an_address_follows_the_language_each_time() -> None:
    for code in ("vi", "en", "vi"):
        with override(code):
            assert drawn("{% url 'community:index' %}") == reverse("community:index") == f"/{code}/community/"


def test_an_address_with_words_in_it_is_asked_anew() -> None:
    with override("vi"):
        assert drawn("{% url 'community:tag' word %}") == "/vi/community/tags/xay/"


def test_as_keeps_it_for_later_and_an_unknown_name_is_nothing_there_and_an_error_elsewhere() -> None:
    with override("en"):
        assert drawn("{% url 'community:index' as home %}[{{ home }}]") == "[/en/community/]"
        assert drawn("{% url 'no:such' as home %}[{{ home }}]") == "[]"
        with pytest.raises(NoReverseMatch):
            drawn("{% url 'no:such' %}")

"""A kept part follows from its values, the language and the zone, and from nothing else on the page."""

from typing import NamedTuple

import pytest
from django.template import Context, RequestContext, Template, TemplateSyntaxError
from django.test import RequestFactory, override_settings
from django.utils import timezone, translation
from django.utils.functional import SimpleLazyObject
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy

from portal.accounts.models import Standing
from portal.core.addresses import HOLES
from portal.ui import keeping


def template(source: str) -> Template:
    return Template("{% load i18n ui tz %}" + source)


def test_the_part_sees_the_named_values_alone():
    request = RequestFactory().get("/vi/")
    request.secret = "hers"
    page = template("{{ secret }}{% kept word=word %}[{{ word }}|{{ secret }}|{{ request.secret }}]{% endkept %}")
    drawn = page.render(RequestContext(request, {"word": "tea", "secret": "hers"}))
    assert drawn == "hers[tea||]"


def test_it_is_drawn_once_for_equal_values_and_anew_for_others():
    page = template("{% kept word=word %}{% now 'u' %}{{ word }}{% endkept %}")
    first = page.render(Context({"word": "a"}))
    assert page.render(Context({"word": "a"})) == first
    assert page.render(Context({"word": "b"})) != first


def test_each_language_and_each_zone_has_its_own():
    page = template(
        "{% kept word=word %}{% get_current_language as one %}{% get_current_timezone as zone %}{{ one }}{{ zone }}"
        "{% endkept %}"
    )
    seen = set()
    for language in ("vi", "en"):
        for zone in ("Asia/Ho_Chi_Minh", "UTC"):
            with translation.override(language), timezone.override(zone):
                seen.add(page.render(Context({"word": "a"})))
    assert len(seen) == 4


def test_words_are_escaped_and_never_taken_for_markup_that_was_drawn_before():
    page = template("{% kept word=word %}{{ word }}{% endkept %}")
    with pytest.raises(TypeError):
        page.render(Context({"word": SafeString("<b>")}))
    assert page.render(Context({"word": "<b>"})) == "&lt;b&gt;"


@pytest.mark.parametrize("value", [Standing(pk=1), {"a": 1}, ("a", Standing(pk=1)), gettext_lazy("Home"), object()])
def test_what_may_change_behind_its_name_is_refused(value):
    with pytest.raises(TypeError):
        template("{% kept word=word %}{{ word }}{% endkept %}").render(Context({"word": value}))


def test_a_lazy_value_and_a_list_are_taken_as_what_they_hold():
    page = template("{% kept words=words %}{% for word in words %}{{ word }};{% endfor %}{% endkept %}")
    assert page.render(Context({"words": SimpleLazyObject(lambda: ["a", "b"])})) == "a;b;"


def test_the_oldest_parts_make_room(monkeypatch):
    monkeypatch.setattr(keeping, "KEPT", 2)
    page = template("{% kept word=word %}{{ word }}{% endkept %}")
    for word in "abcd":
        page.render(Context({"word": word}))
    (node,) = page.nodelist.get_nodes_by_type(keeping.Kept)
    assert [key[0][0] for key in node._drawn] == ["c", "d"]


def test_a_changed_setting_is_seen():
    page = template("{% kept word=word %}{% now 'u' %}{% endkept %}")
    first = page.render(Context({"word": "a"}))
    with override_settings(SITE_URL="https://elsewhere.example"):
        assert page.render(Context({"word": "a"})) != first


def test_the_tag_takes_only_named_values():
    with pytest.raises(TemplateSyntaxError):
        template("{% kept word %}{% endkept %}")


class Sign(NamedTuple):
    """A value with a word of its own, and one thing that many share."""

    word: str
    loud: bool

    @property
    def stencil(self) -> tuple["Sign", tuple[str, ...]]:
        return self._replace(word=HOLES[0]), (self.word,)


def test_a_stencil_is_drawn_once_for_all_words_and_anew_for_what_is_not_a_word_of_it():
    page = template("{% stencil it=it %}{% now 'u' %} {{ it.word }}{% if it.loud %}!{% endif %}{% endstencil %}")
    first, loud, again = (page.render(Context({"it": Sign(*of)})) for of in (("a", 0), ("a", 1), ("b", 0)))
    assert again == first.replace(" a", " b")
    assert loud.endswith(" a!")
    assert loud != f"{first}!"


@pytest.mark.parametrize("word", ["<b>", "một", "", "a b", HOLES[0], HOLES[3], "a&b"])
def test_a_stencil_says_of_any_word_what_the_part_by_itself_says(word):
    page = template(
        "{% stencil sign=sign %}[{{ sign.word }}]{% if sign.word %}{{ sign.loud }}{% endif %}{% endstencil %}"
    )
    alone = template("[{{ sign.word }}]{% if sign.word %}{{ sign.loud }}{% endif %}")
    page.render(Context({"sign": Sign("plain", True)}))
    assert page.render(Context({"sign": Sign(word, True)})) == alone.render(Context({"sign": Sign(word, True)}))


def test_a_stencil_takes_one_value():
    with pytest.raises(TemplateSyntaxError):
        template("{% stencil one=one two=two %}{% endstencil %}")

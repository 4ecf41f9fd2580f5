"""An address from `address` is that of `reverse`, whatever is asked; only the way to it is shorter."""

import pytest
from django.test import override_settings
from django.urls import NoReverseMatch, path, reverse
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from portal.core.addresses import HOLES, address, filled


def planted(request, **words):
    raise AssertionError


urlpatterns = [path("elsewhere/<slug:code>/", planted, name="forum_space"), path("<int:one>/", planted, name="counted")]


@given(
    st.from_regex(r"[A-Za-z0-9_-]{1,24}", fullmatch=True) | st.sampled_from(HOLES),
    st.from_regex(r"[A-Za-z0-9_-]{1,24}", fullmatch=True) | st.sampled_from(HOLES),
    st.sampled_from(("vi", "en")),
)
def test_it_is_the_address_that_reverse_gives_in_each_language(one: str, two: str, code: str) -> None:
    with override(code):
        assert address("community:topic", one, two) == reverse("community:topic", args=[one, two])
        assert address("community:post", one) == reverse("community:post", args=[one])
        assert address("community:index") == reverse("community:index")


@pytest.mark.parametrize("word", ["", "có dấu", "a/b", "a?b", "a b", "<b>", 5, None])
def test_what_is_no_plain_word_is_refused_as_reverse_refuses_it(word: object) -> None:
    try:
        expected = reverse("community:topic", args=[word, "x"])
    except NoReverseMatch:
        with pytest.raises(NoReverseMatch):
            address("community:topic", word, "x")
    else:
        assert address("community:topic", word, "x") == expected


def test_a_name_that_there_is_not_is_an_error_each_time() -> None:
    for _again in range(2):
        with pytest.raises(NoReverseMatch):
            address("no:such", "word")


def test_where_the_map_changes_the_new_one_counts() -> None:
    with override("vi"):
        before = address("forum_space", "xay")
        with override_settings(ROOT_URLCONF=__name__):
            assert address("forum_space", "xay") == "/elsewhere/xay/"
            assert address("counted", 5) == "/5/"
            with pytest.raises(NoReverseMatch):
                address("counted", "five")
        assert address("forum_space", "xay") == before


def test_a_word_that_looks_like_a_hole_stays_a_word() -> None:
    assert filled(f"/{HOLES[0]}/{HOLES[1]}/", (HOLES[1], "b")) == f"/{HOLES[1]}/b/"

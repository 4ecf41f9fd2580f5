"""Which of the main places a page belongs to."""

import pytest
from django.test import RequestFactory
from django.utils import translation

from portal.ui.navigation import nav_items


@pytest.mark.parametrize(
    ("path", "current"),
    [
        ("/vi/", ["home"]), ("/vi/my/", ["my"]), ("/vi/my/statement/", ["my"]), ("/vi/community/", ["community"]),
        ("/vi/my/settings/", []), ("/vi/my/settings/profile/", []),
    ],
)  # fmt: skip
def test_a_page_marks_its_place_and_the_settings_mark_none(path: str, current: list[str]) -> None:
    with translation.override("vi"):
        places = nav_items(RequestFactory().get(path))
    assert [place.key for place in places if place.current] == current

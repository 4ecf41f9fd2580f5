"""Drawn landscapes stand in for pictures that are missing, and none of them stands twice on a page."""

from __future__ import annotations

import re
from collections import Counter

import pytest
from django.test import Client

from tests.brand.conftest import Shelf

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("path", ["/vi/", "/vi/stories/"])
def test_stories_without_pictures_show_each_landscape_once_and_no_id_twice(path: str, shelf: Shelf) -> None:
    for n in range(5):
        shelf.tell(f"suong-{n}")
    html = Client().get(path).content.decode()
    scenes = re.findall(r'<svg class="scene".*?</svg>', html, re.S)
    ids = Counter(re.findall(r'id="([^"]+)"', "".join(scenes)))
    assert {one for one, times in ids.items() if times > 1} == set()
    # Hills, terraces and the tree once each; after that only mist, which has nothing to tell apart.
    assert {"te-g1", "tr-g1", "hi-g1"} <= set(ids)
    assert len(scenes) > len(set(scenes)) or path == "/vi/"


def test_the_next_page_begins_anew(shelf: Shelf) -> None:
    shelf.tell("suong")
    first, second = (Client().get("/vi/stories/").content.decode() for _ in range(2))
    assert first.count("te-g1") == second.count("te-g1") > 0

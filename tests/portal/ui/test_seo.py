"""The head of a page: hostile words stay words, addresses are whole, and languages are named."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser

import pytest
from django.template import Context, Template
from django.test import RequestFactory, override_settings
from django.utils import translation

from portal.ui.seo import breadcrumb_list, json_ld, language_versions

HOSTILE = '</script><script>alert("x")</script><!-- & \u2028\u2029 "\'>'


class Scripts(HTMLParser):
    """What a browser would find in script elements."""

    def __init__(self) -> None:
        super().__init__()
        self.kinds: list[str | None] = []
        self.texts: list[str] = []
        self.open = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "script":
            self.kinds.append(dict(attrs).get("type"))
            self.open = True

    def handle_endtag(self, tag: str) -> None:
        self.open = False

    def handle_data(self, data: str) -> None:
        if self.open:
            self.texts.append(data)


def head(source: str = "{% share_head %}", path: str = "/vi/community/", **context: object) -> str:
    with translation.override("vi"):
        request = RequestFactory().get(path)
        return Template("{% load seo %}" + source).render(Context({"request": request, **context}))


def test_a_hostile_title_stays_inside_its_data_block() -> None:
    block = json_ld({"@type": "Article", "headline": HOSTILE})
    parser = Scripts()
    parser.feed(block)
    assert parser.kinds == ["application/ld+json"]
    assert json.loads(parser.texts[0])["headline"] == HOSTILE
    inside = block.removeprefix('<script type="application/ld+json">').removesuffix("</script>")
    assert not set("<>&\u2028\u2029") & set(inside)


def test_a_hostile_title_stays_inside_its_attributes() -> None:
    page = head(
        "{% page_title 'Mây' %}{{ t }}{% endpage_title %}{% page_description %}{{ t }}{% endpage_description %}",
        t=HOSTILE,
    )
    parser = Scripts()
    parser.feed(page)
    assert parser.kinds == []
    assert page.count("<meta") == 3
    assert "<title>" in page


def test_title_and_description_are_said_once_and_shared_too() -> None:
    page = head("{% page_title 'Mây' %}Trà &amp; bánh{% endpage_title %}")
    assert page == '<title>Trà &amp; bánh · Mây</title>\n<meta property="og:title" content="Trà &amp; bánh">'


def test_a_long_description_is_cut_at_a_word() -> None:
    page = head("{% page_description %}{{ t }}{% endpage_description %}", t="sương muối " * 60)
    said = re.search(r'name="description" content="([^"]+)"', page).group(1)
    assert len(said) <= 300
    assert said.endswith(("sương…", "muối…"))


@override_settings(SITE_URL="https://may.example")
def test_a_page_names_itself_and_its_other_languages() -> None:
    rows = head(path="/vi/community/?utm=1").splitlines()
    assert rows[:4] == [
        '<link rel="canonical" href="https://may.example/vi/community/">',
        '<link rel="alternate" hreflang="vi" href="https://may.example/vi/community/">',
        '<link rel="alternate" hreflang="en" href="https://may.example/en/community/">',
        '<link rel="alternate" hreflang="x-default" href="https://may.example/vi/community/">',
    ]
    assert '<meta property="og:locale" content="vi_VN">' in rows
    assert '<meta property="og:locale:alternate" content="en_GB">' in rows


@override_settings(SITE_URL="https://may.example")
def test_the_hosts_name_is_never_taken_from_the_request() -> None:
    assert "testserver" not in head()


@override_settings(SITE_URL="https://may.example")
def test_a_page_told_in_one_language_names_no_other() -> None:
    page = head(alternate_urls={"vi": "/vi/chi-co-tieng-viet/"})
    assert 'hreflang="en"' not in page
    assert 'hreflang="x-default" href="https://may.example/vi/chi-co-tieng-viet/"' in page


@override_settings(SITE_URL="https://may.example")
def test_the_second_page_of_a_list_is_itself_in_every_language() -> None:
    page = head(canonical="https://may.example/vi/community/?page=2")
    assert 'hreflang="en" href="https://may.example/en/community/?page=2"' in page


@override_settings(SITE_URL="https://may.example")
def test_a_picture_makes_a_large_card_and_its_lack_a_small_one() -> None:
    with_picture = head(share_image={"url": "/media/a.jpg", "width": 1200, "height": 630, "alt": 'Nương "chè"'})
    assert '<meta property="og:image" content="https://may.example/media/a.jpg">' in with_picture
    assert '<meta property="og:image:width" content="1200">' in with_picture
    assert "Nương &quot;chè&quot;" in with_picture
    assert 'content="summary_large_image"' in with_picture
    assert 'content="summary"' in head()
    drawn = head(share_card_url="/share/may.png")
    assert '<meta property="og:image" content="https://may.example/share/may.png">' in drawn


@override_settings(SITE_URL="https://may.example")
def test_the_way_to_a_page_is_numbered_with_full_addresses() -> None:
    assert breadcrumb_list([("Mây", "/vi/"), ("Chuyện", "/vi/stories/")])["itemListElement"] == [
        {"@type": "ListItem", "position": 1, "name": "Mây", "item": "https://may.example/vi/"},
        {"@type": "ListItem", "position": 2, "name": "Chuyện", "item": "https://may.example/vi/stories/"},
    ]


@pytest.mark.parametrize("path", ["/dev/", "/nothing/here/"])
def test_a_path_without_a_language_has_no_other(path: str) -> None:
    with translation.override("vi"):
        assert language_versions(path, None) == {}

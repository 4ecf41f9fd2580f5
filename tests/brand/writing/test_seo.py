"""The brand's pages as machines meet them: heads, maps, the feed, and pages that were taken down."""

from __future__ import annotations

import json
import re
from typing import Any
from xml.etree import ElementTree as Xml

import pytest
from django.core.files.images import ImageFile
from django.test import Client, override_settings
from wagtail.images import get_image_model
from wagtail.models import PageViewRestriction

from portal.demo import files
from tests.brand.conftest import Shelf
from tests.helpers.queries import assert_num_queries_constant

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("address")]
CANARY = "CHIM-HOANG-YEN"
MAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
LINK = "{http://www.w3.org/1999/xhtml}link"


@pytest.fixture
def address(tmp_path: Any) -> Any:
    """A house with a name of its own, and pictures kept aside."""
    with override_settings(SITE_URL="https://may.example", MEDIA_ROOT=tmp_path):
        yield


def picture() -> Any:
    with files.scene("dawn").open("rb") as handle:
        found = get_image_model()(title="dawn")
        found.file.save("dawn.webp", ImageFile(handle, name="dawn.webp"), save=False)
        found.save()
    return found


def structured(body: str) -> list[dict[str, Any]]:
    """The data blocks of a page."""
    return [json.loads(block) for block in re.findall(r'<script type="application/ld\+json">(.*?)</script>', body)]


def body_of(path: str) -> str:
    response = Client().get(path)
    assert response.status_code == 200, path
    return response.content.decode()


def addresses(path: str) -> list[str]:
    return [node.text or "" for node in Xml.fromstring(body_of(path)).iter(f"{MAP}loc")]


# ── Heads ───────────────────────────────────────────────────────────────────────────────────────────────────────
def test_a_story_says_what_it_is_who_told_it_and_when(shelf: Shelf) -> None:
    vi = shelf.tell("suong", title='Sương </script> & "muối"', told_by="Lò Thị Mai", cover=picture(), cover_alt="Nương")
    body = body_of(vi.url)
    article, trail = structured(body)
    assert article["@type"] == "Article"
    assert article["headline"] == 'Sương </script> & "muối"'
    assert (article["datePublished"], article["inLanguage"]) == ("2026-04-01", "vi")
    assert article["author"] == {"@type": "Person", "name": "Lò Thị Mai"}
    assert article["mainEntityOfPage"] == "https://may.example/vi/stories/suong/"
    assert article["image"][0].startswith("https://may.example/media/")
    assert [step["item"] for step in trail["itemListElement"]] == [
        "https://may.example/vi/", "https://may.example/vi/stories/", "https://may.example/vi/stories/suong/",
    ]  # fmt: skip
    assert re.search(r'<meta property="og:image" content="https://may\.example/media/[^"]+\.jpg">', body)
    assert '<meta property="og:image:alt" content="Nương">' in body
    assert '<meta property="og:type" content="article">' in body
    assert body.count("<h1") == 1


def test_the_front_page_says_whose_house_it_is(shelf: Shelf) -> None:
    house = structured(body_of("/vi/"))
    assert [data["@type"] for data in house] == ["Organization", "WebSite"]
    assert house[1]["url"] == "https://may.example/vi/"


def test_every_public_page_of_the_brand_names_itself_and_its_languages(shelf: Shelf) -> None:
    vi, en = shelf.tell_in_both("suong")
    for path in ("/vi/", "/en/", "/vi/stories/", vi.url, en.url):
        body = body_of(path)
        assert f'<link rel="canonical" href="https://may.example{path}">' in body
        assert len(re.findall(r'<link rel="alternate" hreflang="(vi|en|x-default)"', body)) == 3
        assert re.search(r'<meta name="description" content="[^"]+">', body)
        assert '<link rel="alternate" type="application/rss+xml"' in body
        assert 'content="noindex"' not in body


def test_private_and_broken_pages_ask_not_to_be_listed(shelf: Shelf, alice: Any, signed_in: Any) -> None:
    pages = [signed_in(alice).get("/vi/my/"), Client().get("/vi/accounts/login/"), Client().get("/vi/khong-co/")]
    for page in pages:
        body = page.content.decode()
        assert '<meta name="robots" content="noindex">' in body
        assert 'rel="canonical"' not in body
        assert "og:image" not in body


# ── Maps ────────────────────────────────────────────────────────────────────────────────────────────────────────
def test_the_map_holds_every_public_page_in_each_of_its_languages(shelf: Shelf) -> None:
    shelf.tell_in_both("suong")
    shelf.tell("chi-tieng-viet")
    root = Xml.fromstring(body_of("/sitemap-pages.xml"))
    found = {
        node.findtext(f"{MAP}loc"): {link.get("hreflang"): link.get("href") for link in node.iter(LINK)}
        for node in root.iter(f"{MAP}url")
    }
    site = "https://may.example"
    assert sorted(found) == [
        f"{site}/en/", f"{site}/en/stories/", f"{site}/en/stories/suong/",
        f"{site}/vi/", f"{site}/vi/stories/", f"{site}/vi/stories/chi-tieng-viet/", f"{site}/vi/stories/suong/",
    ]  # fmt: skip
    assert found[f"{site}/en/stories/suong/"] == {
        "vi": f"{site}/vi/stories/suong/",
        "en": f"{site}/en/stories/suong/",
        "x-default": f"{site}/vi/stories/suong/",
    }
    assert set(found[f"{site}/vi/stories/chi-tieng-viet/"]) == {"vi", "x-default"}
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00", root.findall(f".//{MAP}lastmod")[0].text or "")


def test_the_index_leads_to_the_maps_and_robots_lead_to_the_index(shelf: Shelf) -> None:
    for path in addresses("/sitemap.xml"):
        assert Client().get(path.removeprefix("https://may.example")).status_code == 200
    assert "Sitemap: https://may.example/sitemap.xml" in body_of("/robots.txt").splitlines()


def test_what_is_not_public_is_in_no_map_no_feed_and_no_card(shelf: Shelf) -> None:
    shown = shelf.tell("mo")
    private, withdrawn = shelf.tell(f"kin-{CANARY.lower()}", title=CANARY), shelf.tell("rut", title=CANARY)
    PageViewRestriction.objects.create(page=private, restriction_type=PageViewRestriction.LOGIN)
    withdrawn.unpublish()
    for path in ("/sitemap-pages.xml", "/sitemap.xml", "/vi/stories/feed.xml", "/vi/stories/", "/vi/", shown.url):
        assert CANARY.lower() not in body_of(path).lower(), path
    assert CANARY not in Client().get(private.url, follow=True).content.decode()


def test_map_and_feed_cost_the_same_for_one_story_and_for_many(shelf: Shelf) -> None:
    image = picture()
    shelf.tell("mot", cover=image)

    def read() -> None:
        body_of("/sitemap-pages.xml")
        body_of("/vi/stories/feed.xml")

    assert_num_queries_constant(read, lambda: [shelf.tell(f"them-{n}", cover=image) for n in range(6)])


# ── Feed ────────────────────────────────────────────────────────────────────────────────────────────────────────
def test_the_feed_is_sound_and_every_address_in_it_is_whole(shelf: Shelf) -> None:
    image = picture()
    first = shelf.tell("suong", title="Sương & <muối>", cover=image, told_by="Mai")
    shelf.tell("suong", "en", title="Frost", translation_key=first.translation_key)
    response = Client().get("/vi/stories/feed.xml")
    assert response["Content-Type"] == "application/rss+xml; charset=utf-8"
    root = Xml.fromstring(response.content)
    assert (root.tag, root.get("version")) == ("rss", "2.0")
    channel = root.find("channel")
    assert [channel.findtext(part) for part in ("link", "language")] == ["https://may.example/vi/", "vi"]
    assert channel.find("{http://www.w3.org/2005/Atom}link").get("href") == "https://may.example/vi/stories/feed.xml"
    items = channel.findall("item")
    assert [item.findtext("title") for item in items] == ["Sương & <muối>"]
    assert items[0].findtext("guid") == items[0].findtext("link") == "https://may.example/vi/stories/suong/"
    enclosure = items[0].find("enclosure")
    assert enclosure.get("url").startswith("https://may.example/media/")
    assert (enclosure.get("type"), int(enclosure.get("length")) > 1000) == ("image/jpeg", True)
    assert "Frost" in body_of("/en/stories/feed.xml")


def test_a_reader_who_has_the_feed_is_sent_nothing_twice(shelf: Shelf) -> None:
    story = shelf.tell("suong")
    first = Client().get("/vi/stories/feed.xml")
    for header in ({"If-None-Match": first["ETag"]}, {"If-Modified-Since": first["Last-Modified"]}):
        again = Client().get("/vi/stories/feed.xml", headers=header)
        assert (again.status_code, again.content) == (304, b"")
    story.title = "Sương, kể lại"
    story.save_revision().publish()
    assert Client().get("/vi/stories/feed.xml", headers={"If-None-Match": first["ETag"]}).status_code == 200


def test_a_feed_without_stories_is_sound_too(shelf: Shelf) -> None:
    assert Xml.fromstring(body_of("/en/stories/feed.xml")).findall("channel/item") == []


# ── Gone ────────────────────────────────────────────────────────────────────────────────────────────────────────
def test_a_page_that_was_taken_down_is_gone_and_one_that_never_was_is_missing(shelf: Shelf) -> None:
    story, draft = shelf.tell("suong"), shelf.tell("kin")
    PageViewRestriction.objects.create(page=draft, restriction_type=PageViewRestriction.LOGIN)
    for page in (story, draft):
        page.refresh_from_db()
        page.unpublish()
    statuses = [Client().get(path).status_code for path in (story.url, draft.url, "/vi/stories/khong-co/")]
    assert statuses == [410, 404, 404]
    gone = Client().get(story.url)
    assert gone["X-Robots-Tag"] == "noindex"
    assert "Chuyện suong" not in gone.content.decode()


@pytest.mark.parametrize("language", ["vi", "en"])
def test_a_missing_page_speaks_the_language_of_its_address(language: str, shelf: Shelf) -> None:
    response = Client().get(f"/{language}/khong-co/", headers={"Accept-Language": "en" if language == "vi" else "vi"})
    assert f'<html lang="{language}"' in response.content.decode()
    assert (response.status_code, response["X-Robots-Tag"]) == (404, "noindex")

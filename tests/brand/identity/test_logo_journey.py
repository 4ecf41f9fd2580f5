"""Logos in a real browser: what may not come in is refused kindly, what comes in is seen by day and by night."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from PIL import Image, ImageDraw

from brand.identity.selectors import identity_for_scope
from portal.accounts.models import Member
from tests.brand.identity.conftest import Brands
from tests.cast import enter

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.timeout(240)]
SVG = b"<svg xmlns='http://www.w3.org/2000/svg'><script>document.title='x'</script></svg>"
# Every picture in the mark of the masthead that is seen, and whether it was really drawn.
SEEN = """() => [...document.querySelectorAll('.masthead .brand-mark img')]
  .filter((img) => img.checkVisibility()).map((img) => [img.className, img.complete && img.naturalWidth > 0])"""


def picture(colour: str, size: tuple[int, int] = (200, 200)) -> bytes:
    """A disc on clear ground."""
    drawn = Image.new("RGBA", size, (0, 0, 0, 0))
    ImageDraw.Draw(drawn).ellipse((10, 10, size[0] - 10, size[1] - 10), fill=colour)
    out = BytesIO()
    drawn.save(out, "PNG")
    return out.getvalue()


def bomb() -> bytes:
    """A few bytes that would open into a quarter of a gigabyte."""
    out = BytesIO()
    Image.new("1", (8000, 8000)).save(out, "PNG", optimize=True)
    assert len(out.getvalue()) < 50_000
    return out.getvalue()


@pytest.fixture
def publish(
    live_server: Any, browser_page: Any, brands: Brands, manager: Member, settings: Any, tmp_path: Path
) -> Callable[..., str]:
    """`publish(mark_file=("mark.png", b"…"))` sends the brand's form with these files; the words of the answer."""
    settings.MEDIA_ROOT = tmp_path
    # Publishing is meant here, not the editor's automatic save, which would race it on a slow machine.
    settings.WAGTAIL_AUTOSAVE_INTERVAL = 0
    for name, morsel in enter(Client(), manager).cookies.items():
        browser_page.context.add_cookies([{"name": name, "value": morsel.value, "url": live_server.url}])
    browser_page.set_default_timeout(60_000)
    edit = live_server.url + reverse("wagtailsnippets_brand_identity:edit", args=[brands.identity.pk])

    def send(**files: tuple[str, bytes]) -> str:
        browser_page.goto(edit)
        for name, (called, content) in files.items():
            chosen = {"name": called, "mimeType": "image/png", "buffer": content}
            browser_page.set_input_files(f'input[type=file][name="{name}"]', files=[chosen])
        with browser_page.expect_navigation():
            browser_page.locator('button[name="action-publish"]').first.evaluate("button => button.click()")
        tab = browser_page.locator("[role=tab]").filter(has_text="Dấu hiệu")
        if tab.count():  # the form came back: its tab says that something is wrong there, and opens on it
            tab.click()
        return str(browser_page.inner_text("body"))

    return send


def test_marks_come_in_and_stand_on_the_page_by_day_and_by_night(
    publish: Callable[..., str], live_server: Any, browser_page: Any, brands: Brands
) -> None:
    refused = publish(mark_file=("mark.svg", SVG))
    assert "SVG" in refused
    assert "PNG" in refused  # what would do instead
    assert "Traceback" not in refused
    assert "lớn quá" in publish(mark_file=("mark.png", bomb()))
    assert "PNG, JPEG" in publish(mono_file=("mono.png", b"GIF89a"))
    assert identity_for_scope(brands.root).mark_file == ""
    publish(mark_file=("mark.png", picture("#a2392a")), mono_file=("mono.png", picture("#000000")))
    cache.clear()
    for scheme, seen in (("light", "is-by-day"), ("dark", "is-by-night")):
        browser_page.emulate_media(color_scheme=scheme)
        browser_page.goto(f"{live_server.url}/vi/community/")
        browser_page.wait_for_load_state("networkidle")
        assert browser_page.evaluate(SEEN) == [[seen, True]]


def test_a_wordmark_takes_the_place_of_mark_and_name(
    publish: Callable[..., str], live_server: Any, browser_page: Any, brands: Brands
) -> None:
    publish(wordmark_file=("chu.png", picture("#2b5a4c", (600, 160))))
    cache.clear()
    browser_page.goto(f"{live_server.url}/vi/community/")
    browser_page.wait_for_load_state("networkidle")
    assert browser_page.evaluate(SEEN) == [["brand-word", True]]
    assert browser_page.get_attribute(".masthead .brand-word", "alt") == "Mây"

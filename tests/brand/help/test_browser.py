"""A help page in a real browser: data blocks are read and not run, the policy is silent, a yes stays in its place."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from brand.help.models import HelpAnswer
from tests.brand.help.conftest import Centre
from tests.helpers.realtime import web_process

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
HOSTILE = '</script><script>document.title="khai thác"</script><img src=x onerror="document.title=1"> Hạt?'


@pytest.fixture
def house(tmp_path: Path) -> Iterator[str]:
    """Address of a web process on the test's database."""
    with web_process(tmp_path, "portal.asgi:application") as (port, _web):
        yield f"http://127.0.0.1:{port}"


def test_data_blocks_offend_no_policy_and_an_answer_needs_no_new_page(
    centre: Centre, house: str, chromium: Browser
) -> None:
    page_of = centre.ask(HOSTILE, slug="thu")
    context = chromium.new_context(locale="vi-VN")
    page = context.new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.add_init_script(
        "window.refused = []; addEventListener('securitypolicyviolation', e => refused.push(e.violatedDirective))"
    )
    response = page.goto(f"{house}{page_of.url}")
    assert "script-src 'self'" in response.headers["content-security-policy"]
    assert page.evaluate("window.refused") == []
    assert said == []
    blocks = page.eval_on_selector_all(
        "script[type='application/ld+json']", "found => found.map(one => one.textContent)"
    )
    assert [json.loads(block)["@type"] for block in blocks] == ["FAQPage", "BreadcrumbList"]
    assert json.loads(blocks[0])["mainEntity"][0]["name"] == HOSTILE
    assert "khai thác" not in page.title().split("·")[1]
    page.click("#helped button[value=yes]")
    page.wait_for_selector("#helped textarea")
    page.fill("#helped textarea", "Rõ lắm")
    page.click("#helped button[type=submit]")
    page.wait_for_selector("#helped [role=status]")
    assert page.evaluate("window.refused") == []
    assert page.url == f"{house}{page_of.url}"
    context.close()
    assert [(row.helped, row.words) for row in HelpAnswer.objects.all()] == [(True, "Rõ lắm")]

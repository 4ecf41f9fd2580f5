"""Every page in a real browser: the content policy refuses nothing on it, and its structured data is sound."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest

from tests.tooling.house import House, house

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(900)]
WATCH = """
window.refused = [];
addEventListener('securitypolicyviolation', (e) => refused.push(`${e.violatedDirective} ${e.blockedURI || e.sample}`));
"""
DATA = "found => found.map(one => one.textContent)"
# What pages of each kind say of themselves to machines, in this order; every other page says nothing.
ANSWERS, TRAIL = ["FAQPage", "BreadcrumbList"], ["BreadcrumbList"]
SAID = {
    "brand.HomePage": ["Organization", "WebSite"],
    "brand.StoryPage": ["Article", "BreadcrumbList"],
    "brand.HelpPage": ANSWERS,
    "brand.HelpIndexPage": ANSWERS,
    "brand.IdentityPage": TRAIL,
    "brand.PromisePage": TRAIL,
    "brand.ValuesPage": TRAIL,
    "brand.VoicePage": TRAIL,
    "brand.ArchitecturePage": TRAIL,
    "brand.SubBrandPage": TRAIL,
    "brand.HelpGroupPage": TRAIL,
    "brand.LegalPage": TRAIL,
}
# A page of results is no page of its own to machines.
SILENT = {"help-found", "help-nothing-found"}


@pytest.fixture(scope="module")
def full_house() -> Iterator[House]:
    """The demo world behind a web process, with hashed files as in service."""
    with house("full") as running:
        yield running


def looker(chromium: Browser, running: House, who: str) -> BrowserContext:
    """A browser of hers, which says what the policy refused."""
    context = chromium.new_context(locale="vi-VN", reduced_motion="reduce")
    context.add_init_script(WATCH)
    if who:
        context.add_cookies([{"name": "sessionid", "value": running.cookies[who], "url": running.url}])
    return context


def look(context: BrowserContext, running: House, row: dict[str, Any]) -> dict[str, Any]:
    """Policy, refusals, complaints and structured data of one page."""
    page, complaints = context.new_page(), []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    answer = page.goto(running.url + row["address"], wait_until="load", timeout=60_000)
    assert answer is not None
    blocks = page.eval_on_selector_all("script[type='application/ld+json']", DATA)
    refused = page.evaluate("window.refused")
    page.close()
    # That a page is missing is what its address says, and the browser repeats it. A letter is drawn in a frame that
    # lets neither scripts nor outside pictures in, and the browser says so.
    told = row["where"] == "dev:letter"
    complaints = [text for text in complaints if not told and not (row["status"] == 404 and "404" in text)]
    return {"policy": answer.headers.get("content-security-policy", ""), "refused": refused, "complaints": complaints,
            "data": [json.loads(block) for block in blocks]}  # fmt: skip


def test_no_page_offends_the_policy_and_each_says_what_it_is(full_house: House, chromium: Browser) -> None:
    rows = [row for row in full_house.pages if not row["begins"]]
    wrong: list[tuple[str, str, Any]] = []
    seen: set[str] = set()
    for who in sorted({row["who"] for row in rows}):
        context = looker(chromium, full_house, who)
        for row in (row for row in rows if row["who"] == who):
            found, name = look(context, full_house, row), f"{row['name']} ({row['lang']})"
            kinds = [data["@type"] for data in found["data"]]
            expected = [] if row["name"] in SILENT else SAID.get(row["where"], kinds)
            seen.add(row["where"])
            wrong += [(name, "refused", one) for one in found["refused"]]
            wrong += [(name, "complaint", one) for one in found["complaints"]]
            wrong += [(name, "types", kinds)] if kinds != expected else []
            wrong += [(name, "context", one) for one in found["data"] if one["@context"] != "https://schema.org"]
            wrong += [(name, "policy", found["policy"])] if "script-src 'self'" not in found["policy"] else []
            wrong += [(name, "unsafe", found["policy"])] if "unsafe" in found["policy"] else []
            wrong += [(name, "shape", fault) for data in found["data"] for fault in faults(data)]
        context.close()
    assert wrong == []
    assert set(SAID) <= seen


def faults(data: dict[str, Any]) -> list[str]:
    """What machines would miss: names and whole addresses by type."""
    needed = {
        "Organization": ["name", "url", "logo"],
        "WebSite": ["name", "url", "inLanguage", "publisher"],
        "Article": ["headline", "inLanguage", "datePublished", "dateModified", "author", "publisher", "image"],
        "FAQPage": ["mainEntity"],
        "BreadcrumbList": ["itemListElement"],
    }
    missing = [name for name in needed.get(data["@type"], []) if not data.get(name)]
    steps = data.get("itemListElement", [])
    numbered = [step["position"] for step in steps] == list(range(1, len(steps) + 1))
    whole = all(step["item"].startswith("http") and step["name"] for step in steps)
    return missing + ([] if numbered and whole else ["steps"])

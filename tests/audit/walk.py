"""The looks at one page that need a browser."""

from __future__ import annotations

import gzip
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, Page, Response

from tests.audit.findings import Measure
from tests.tooling.browser import context_for, go, settle
from tests.tooling.house import ROOT, House

AXE_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa"]
AXE_OPTIONS = {"resultTypes": ["violations"], "runOnly": {"type": "tag", "values": AXE_TAGS}}
# (width, height, theme) of the looks by axe: both themes on a laptop, and the phone's own layout.
LOOKS = [(1280, 900, "light"), (1280, 900, "dark"), (360, 740, "dark")]

PROBES = Path(__file__).parent / "probes"
WATCH, STICKS_OUT, SMALL_TARGETS, TEXTS, UNDRESSED = (
    (PROBES / f"{name}.js").read_text() for name in ("watch", "sticks_out", "small_targets", "texts", "undressed")
)
BUILT = ROOT / "static" / "build"
AREAS = [path.stem for path in sorted((ROOT / "static" / "css" / "areas").glob("*.css"))]


class Traffic:
    """What a first load costs on the line."""

    def __init__(self, page: Page) -> None:
        self.answers: list[Response] = []
        page.on("response", lambda answer: self.answers.append(answer))

    async def cost(self) -> tuple[float, list[str]]:
        """Kilobytes and requests without pictures. What the server sends plain counts as a proxy would gzip it."""
        lines, total = [], 0
        for answer in self.answers:
            if answer.request.resource_type in ("image", "websocket"):
                continue
            sizes = await answer.request.sizes()
            size, body = sizes["responseBodySize"], b""
            if not answer.headers.get("content-encoding") and answer.request.resource_type != "font":
                body = await answer.body()
                size = min(size, len(gzip.compress(body, 6)))
            total += size
            lines.append(f"{size / 1000:.1f} kB {urlsplit(answer.url).path}")
        return round(total / 1000, 1), lines

    async def html(self) -> str:
        """The last document that came, as the server wrote it."""
        documents = [answer for answer in self.answers if answer.request.resource_type == "document"]
        for answer in reversed(documents):
            if not 300 <= answer.status < 400:
                return await answer.text()
        return ""


async def first_load(
    browser: Browser, house: House, row: dict[str, Any], wrong: dict[str, set[str]], folder: Path
) -> list[Measure]:
    """A phone opens the page for the first time: bytes, requests, shift, errors, words, HTML kept for the validator."""
    context = await context_for(browser, house, row["who"], row["lang"], viewport={"width": 360, "height": 740})
    name, lang = row["name"], row["lang"]
    try:
        page = await context.new_page()
        await page.add_init_script(WATCH)
        errors: list[str] = []
        page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: errors.append(str(error)))
        traffic = Traffic(page)
        status = await go(page, house, row)
        await page.wait_for_load_state("networkidle")
        measures = [Measure("status", name, lang, float(status != row["status"]), (f"{status} at {page.url}",))]
        (folder / f"{name}-{lang}.html").write_text(await traffic.html())
        if not row["who"] and not row["begins"] and not row["address"].startswith("/dev/") and status == 200:
            weight, lines = await traffic.cost()
            measures.append(Measure("bytes", name, lang, weight, tuple(lines)))
            measures.append(Measure("requests", name, lang, len(lines), tuple(lines)))
        shift = await page.evaluate("window.__shift")
        moved = await page.evaluate("window.__moved")
        measures.append(Measure("shift", name, lang, round(shift, 3), tuple(moved)))
        errors += await page.evaluate("window.__refused")
        if status != 200:  # the browser itself reports the answer that was wanted
            errors = [text for text in errors if f"status of {status}" not in text]
        # A letter's frame runs no scripts, this look's own included.
        errors = [text for text in errors if "document's frame is sandboxed" not in text]
        measures.append(Measure("console", name, lang, len(errors), tuple(errors)))
        said = set(await page.evaluate(TEXTS)) & wrong[lang]
        measures.append(Measure("words", name, lang, len(said), tuple(sorted(said))))
        small = await page.evaluate(SMALL_TARGETS)
        measures.append(Measure("targets", name, lang, len(small), tuple(dict.fromkeys(small))))
        bare = await page.evaluate(UNDRESSED, {area: (BUILT / f"{area}.css").read_text() for area in AREAS})
        measures.append(Measure("undressed", name, lang, len(bare), tuple(bare)))
        return measures + await _fits(page, name, lang)
    finally:
        await context.close()


async def _fits(page: Page, name: str, lang: str) -> list[Measure]:
    """No sideways scrolling at 320 px, nor with letters twice as large."""
    await page.set_viewport_size({"width": 320, "height": 640})
    await settle(page)
    over, who = await page.evaluate(STICKS_OUT)
    measures = [Measure("scroll", name, lang, over, tuple(who))]
    await page.set_viewport_size({"width": 1280, "height": 900})
    await page.evaluate("document.documentElement.style.fontSize = '200%'")
    await settle(page)
    over, who = await page.evaluate(STICKS_OUT)
    return [*measures, Measure("zoom", name, lang, over, tuple(who))]


async def accessible(browser: Browser, house: House, row: dict[str, Any]) -> list[Measure]:
    """Axe in both themes and on a phone; one load, for a page behind a form is reached only once."""
    context = await context_for(browser, house, row["who"], row["lang"])
    measures = []
    try:
        page = await context.new_page()
        for number, (width, height, theme) in enumerate(LOOKS):
            await page.set_viewport_size({"width": width, "height": height})
            await page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
            if number == 0:
                await go(page, house, row)
            await settle(page)
            found = (await Axe().run(page, options=AXE_OPTIONS)).response["violations"]
            detail = tuple(
                f"{rule['id']}: {node['target'][-1]} {_contrast(node)}".strip()
                for rule in found
                for node in rule["nodes"]
            )
            measures.append(Measure("axe", row["name"], row["lang"], len(detail), detail, f"{theme} {width}"))
        return measures
    finally:
        await context.close()


def _contrast(node: dict[str, Any]) -> str:
    data = (node["any"] or [{}])[0].get("data") or {}
    if not isinstance(data, dict) or "contrastRatio" not in data:
        return ""
    return f"({data['contrastRatio']}: {data['fgColor']} on {data['bgColor']})"

"""`python3 run.py shots`: a picture of every page of `tests/pages.py`, by width, theme, language and state."""

from __future__ import annotations

import argparse
import asyncio
import html
import itertools
import shutil
import time
from pathlib import Path
from typing import Any

from playwright.async_api import Browser

from tests.tooling.browser import chromium, context_for, go, settle
from tests.tooling.house import VAR, House, house

OUT = VAR / "shots"
WIDTHS = {360: 640, 768: 1024, 1440: 900}
THEMES = ("light", "dark")
AT_ONCE = 2
PATIENCE = 240


def options() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(prog="run.py shots", description=__doc__)
    parser.add_argument("--only", action="append", help="name of a page in tests/pages.py; may be given more than once")
    parser.add_argument("--width", type=int, action="append", choices=sorted(WIDTHS))
    parser.add_argument("--theme", action="append", choices=THEMES)
    parser.add_argument("--lang", action="append", choices=("vi", "en"))
    parser.add_argument("--state", action="append", choices=("full", "empty"))
    parser.add_argument("--fresh", action="store_true", help="load the demo world anew")
    parser.add_argument("--keep", action="store_true", help="use the world loaded last, though its texts have changed")
    return parser.parse_args()


async def shoot(browser: Browser, running: House, state: str, row: dict[str, Any], wanted: argparse.Namespace) -> int:
    """All pictures of one page in one language; returns how many. A page behind a form is opened once and resized."""
    taken = 0
    context = await context_for(browser, running, row["who"], row["lang"])
    try:
        page = await context.new_page()
        for number, width in enumerate(wanted.width or WIDTHS):
            await page.set_viewport_size({"width": width, "height": WIDTHS[width]})
            if number == 0 or not row["begins"]:
                status = await go(page, running, row)
                if status != row["status"]:
                    print(f"  {row['name']} ({row['lang']}, {state}) answered {status}: {page.url}", flush=True)
            for theme in wanted.theme or THEMES:
                await page.emulate_media(color_scheme=theme)
                await settle(page)
                name = f"{row['name']}-{width}-{theme}-{row['lang']}-{state}.png"
                await page.screenshot(path=OUT / name, full_page=not row["one_screen"], animations="disabled")
                taken += 1
    except Exception as error:
        print(f"  {row['name']} ({row['lang']}, {state}): {str(error).splitlines()[0]}", flush=True)
    finally:
        await context.close()
    return taken


async def walk(running: House, state: str, wanted: argparse.Namespace) -> int:
    """Every wanted page of one house, at most two at once."""
    rows = [
        row
        for row in running.pages
        if (not wanted.only or row["name"] in wanted.only) and (not wanted.lang or row["lang"] in wanted.lang)
    ]
    gate = asyncio.Semaphore(AT_ONCE)
    async with chromium() as browser:

        async def one(row: dict[str, Any]) -> int:
            async with gate:
                try:
                    return await asyncio.wait_for(shoot(browser, running, state, row, wanted), PATIENCE)
                except TimeoutError:
                    print(f"  {row['name']} ({row['lang']}, {state}) does not come to rest", flush=True)
                    return 0

        return sum(await asyncio.gather(*(one(row) for row in rows)))


def write_index(folder: Path) -> None:
    """A page to look through them all: one row per page, language and state; small pictures that open large."""
    files = sorted(folder.glob("*.png"))
    parts = [[*path.stem.rsplit("-", 4), path.name] for path in files]
    body = []
    for (name, lang, state), group in itertools.groupby(
        sorted(parts, key=lambda part: (part[0], part[3], part[4])), key=lambda part: (part[0], part[3], part[4])
    ):
        body.append(f"<h2>{html.escape(name)} · {lang} · {state}</h2><div>")
        for part in sorted(group, key=lambda part: (int(part[1]), part[2])):
            body.append(f'<a href="{part[5]}"><img loading="lazy" src="{part[5]}" alt="{part[1]} {part[2]}"></a>')
        body.append("</div>")
    style = (
        "body{font:16px system-ui;margin:2rem;background:#888}h2{margin:2rem 0 .5rem}"
        "div{display:flex;gap:1rem;align-items:flex-start;overflow-x:auto}img{height:420px;object-fit:cover;object-position:top}"
    )
    (folder / "index.html").write_text(
        f"<!doctype html><meta charset=utf-8><title>Shots</title><style>{style}</style>{''.join(body)}"
    )


def main() -> int:
    """Take the pictures; exit code 1 when there is none to take."""
    wanted, began, taken = options(), time.monotonic(), 0
    if not any((wanted.only, wanted.width, wanted.theme, wanted.lang, wanted.state)):
        shutil.rmtree(OUT, ignore_errors=True)
    OUT.mkdir(parents=True, exist_ok=True)
    for state in wanted.state or ("full", "empty"):
        with house(state, fresh=wanted.fresh, keep=wanted.keep) as running:
            taken += asyncio.run(walk(running, state, wanted))
    write_index(OUT)
    print(f"{taken} pictures in {time.monotonic() - began:.0f} s: {OUT / 'index.html'}")
    return 0 if taken else 1


if __name__ == "__main__":
    raise SystemExit(main())

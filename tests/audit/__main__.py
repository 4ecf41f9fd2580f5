"""`python3 run.py audit`: every page of `tests/pages.py` against the bars, in both languages and themes.

Prints a table, then what was missed with page and place; keeps everything in `var/audit/report.json`. Exit code 1 when
a bar is missed.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import shutil
import time
from typing import Any

from tests.audit import outside
from tests.audit.findings import BARS, Measure, missed, report, table
from tests.audit.walk import accessible, first_load
from tests.audit.words import wrong_side
from tests.tooling.browser import chromium
from tests.tooling.house import VAR, House, house

OUT = VAR / "audit"
AT_ONCE = 2
PATIENCE = 120
SHOWN = 60


def options() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(prog="run.py audit", description=__doc__)
    parser.add_argument("--only", action="append", help="name of a page in tests/pages.py; may be given more than once")
    parser.add_argument("--lang", action="append", choices=("vi", "en"))
    parser.add_argument("--skip", action="append", default=[], choices=("axe", "html", "lighthouse", "walk"))
    parser.add_argument("--state", default="full", choices=("full", "empty"))
    parser.add_argument("--fresh", action="store_true", help="load the demo world anew")
    parser.add_argument("--keep", action="store_true", help="use the world loaded last, though its texts have changed")
    parser.add_argument("--all", action="store_true", help="print every finding, not only the first ones")
    return parser.parse_args()


async def walk(running: House, rows: list[dict[str, Any]], skip: list[str]) -> list[Measure]:
    """All looks that need a browser, two pages at once."""
    gate, wrong = asyncio.Semaphore(AT_ONCE), wrong_side()
    async with chromium() as browser:

        async def one(row: dict[str, Any]) -> list[Measure]:
            async with gate:
                found: list[Measure] = []
                try:
                    if "walk" not in skip:
                        looks = first_load(browser, running, row, wrong, OUT / "html")
                        found += await asyncio.wait_for(looks, PATIENCE)
                    if "axe" not in skip:
                        found += await asyncio.wait_for(accessible(browser, running, row), PATIENCE)
                except Exception as error:
                    said = (str(error) or type(error).__name__).splitlines()[0]
                    found.append(Measure("status", row["name"], row["lang"], 1, (said,)))
                    print(f"  {row['name']} ({row['lang']}): {said}", flush=True)
                return found

        return [measure for found in await asyncio.gather(*(one(row) for row in rows)) for measure in found]


def main() -> int:
    """Run the looks, print the table, keep the report."""
    wanted, began = options(), time.monotonic()
    shutil.rmtree(OUT, ignore_errors=True)
    (OUT / "html").mkdir(parents=True)
    measures: list[Measure] = []
    if not {"html", "lighthouse"} <= set(wanted.skip):
        outside.install()  # first: what cannot be installed is better known before the long walk
    with house(wanted.state, fresh=wanted.fresh, keep=wanted.keep) as running:
        rows = [
            row
            for row in running.pages
            if (not wanted.only or row["name"] in wanted.only) and (not wanted.lang or row["lang"] in wanted.lang)
        ]
        measures += [Measure("status", line, "", 1, ("listed but not there",)) for line in running.missing]
        measures += asyncio.run(walk(running, rows, wanted.skip))
        if not {"html", "walk"} & set(wanted.skip):
            measures += outside.validate(OUT / "html")
        if "lighthouse" not in wanted.skip:
            for row in rows:
                if row["lighthouse"] and row["lang"] == (wanted.lang or ["vi"])[0]:
                    measures += outside.lighthouse(running, row)
        log = running.log()
    (OUT / "report.json").write_text(json.dumps(report(measures), ensure_ascii=False, indent=1))
    show(measures, everything=wanted.all)
    if "Traceback" in log:
        print(f"\nThe server wrote errors:\n{log[-1500:]}")
    print(f"\n{len(rows)} pages in {time.monotonic() - began:.0f} s; all of it in {OUT / 'report.json'}")
    return 1 if missed(measures) else 0


def show(measures: list[Measure], everything: bool) -> None:
    """The table, then the findings grouped by bar."""
    print("\n".join(table(measures)))
    wrong = missed(measures)
    labels = {bar.key: bar.label for bar in BARS}
    for bar in dict.fromkeys(measure.bar for measure in wrong):
        print(f"\n── {labels[bar]}")
        mine = [measure for measure in wrong if measure.bar == bar]
        for measure in mine if everything else mine[:SHOWN]:
            print(f"  {measure.where}: {measure.value:g}")
            for line in measure.detail if everything else measure.detail[:6]:
                print(f"      {line[:220]}")


if __name__ == "__main__":
    raise SystemExit(main())

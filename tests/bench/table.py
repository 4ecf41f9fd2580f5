"""What a run found, as lines for the screen and for the README."""

from __future__ import annotations

import os
import platform
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

START, END = "<!-- bench:start -->", "<!-- bench:end -->"


@dataclass
class Row:
    """One line: its figures at one and at eight connections, and what it stands beside."""

    name: str
    one: dict[str, Any] = field(default_factory=dict)
    eight: dict[str, Any] = field(default_factory=dict)
    beside: str = ""
    ratio: str = ""


def figure(found: dict[str, Any]) -> str:
    """Per second, median and 95th percentile in milliseconds."""
    if not found:
        return ""
    line = f"{found['per_second']:,.0f}"
    if "p50" in found:
        line += f", {found['p50']:.2g} / {found['p95']:.2g}"
    return line


def cpu(found: dict[str, Any]) -> str:
    """CPU per request in milliseconds."""
    return f"{found['cpu']:.2f}" if found.get("cpu") is not None else ""


def of_cpu(mine: Row, floor: Row) -> str:
    """How many times the floor's CPU per request."""
    return f"{mine.eight['cpu'] / floor.eight['cpu']:.1f}x CPU" if floor.eight.get("cpu") else ""


def of_rate(mine: dict[str, Any], floor: dict[str, Any]) -> str:
    """How much of the floor's rate."""
    return f"{mine['per_second'] / floor['per_second']:.2f}x rate"


def markdown(head: list[str], rows: list[list[str]]) -> list[str]:
    """A table whose columns line up."""
    widths = [max(len(row[place]) for row in [head, *rows]) for place in range(len(head))]
    lines = [
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |" for row in rows
    ]
    first = "| " + " | ".join(cell.ljust(width) for cell, width in zip(head, widths, strict=True)) + " |"
    return [first, "|" + "|".join("-" * (width + 2) for width in widths) + "|", *lines]


def page_table(rows: list[Row]) -> list[str]:
    """Pages: floor and ours."""
    return markdown(
        ["page", "c=1: req/s, p50 / p95 ms", "c=8: req/s, p50 / p95 ms", "CPU ms each", "beside the floor"],
        [[row.name, figure(row.one), figure(row.eight), cpu(row.eight or row.one), row.ratio] for row in rows],
    )


def conditions(server: str, database: str, grown: dict[str, int]) -> str:
    """Under which the figures hold."""
    return (
        f"{datetime.now(UTC):%Y-%m-%d}, {platform.machine()}, {os.cpu_count()} cores shared by server and client, "
        f"load {os.getloadavg()[2]:.1f} in the last quarter of an hour, "
        f"Python {platform.python_version()}, {server}, {database}; {grown['members']:,} members, {grown['topics']:,} "
        f"topics, {grown['posts']:,} posts. Compare ratios inside one run; the absolute figures are this machine's."
    )


def put_into(path: Path, lines: list[str]) -> bool:
    """Replace what stands between the markers of a README; adds a section with them where there is none."""
    block = "\n".join([START, "", *lines, "", END])
    text = path.read_text() if path.exists() else ""
    if START in text and END in text:
        new = re.sub(f"{re.escape(START)}.*?{re.escape(END)}", lambda _: block, text, flags=re.S)
    else:
        new = f"{text.rstrip()}\n\n## Measured\n\n{block}\n".lstrip()
    path.write_text(new)
    return new != text

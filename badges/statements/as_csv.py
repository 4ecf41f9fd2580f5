"""The statement as a table for a spreadsheet: UTF-8 with its mark, so that Excel shows Vietnamese.

No cell is a formula.
"""

import csv
import io
import unicodedata
from collections.abc import Iterator

from django.utils.translation import gettext as _

from badges.statements.selectors import Paper, Sums

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def inert(text: str) -> str:
    """The text as a cell that no spreadsheet reckons with, whatever width its first sign has."""
    first = unicodedata.normalize("NFKC", text.lstrip(" ")[:1])
    return f"'{text}" if text[:1] in _FORMULA or first in _FORMULA else text


def table(paper: Paper) -> bytes:
    """The whole file. Numbers stay numbers, so that they can be added up; every text is inert."""
    out = io.StringIO()
    writer = csv.writer(out)
    for row in _cells(paper):
        writer.writerow([inert(cell) if isinstance(cell, str) else cell for cell in row])
    return "\ufeff".encode() + out.getvalue().encode()


def _cells(paper: Paper) -> Iterator[list[str | int]]:
    yield [_("Statement of points"), paper.programme]
    yield [_("Member"), paper.member]
    yield [_("First day"), paper.span.first.isoformat(), _("Last day"), paper.span.last.isoformat(), paper.zone]
    yield [_("Made at"), paper.made_at.isoformat(timespec="seconds")]
    if paper.batch:
        yield [_("Seal of the ledger"), f"{paper.batch['number']}", paper.batch["hash"]]
    yield [_("This table can be changed by anybody. The signed file can be proved.")]
    yield []
    names = list(paper.kinds.values())
    balance = [_("%(points)s in all") % {"points": name} for name in names]
    yield [_("Date"), _("What happened"), _("Why"), *names, *balance]
    codes = list(paper.kinds)
    yield [paper.span.first.isoformat(), _("Opening balance"), "", *["" for _code in codes], *_of(paper.opening, codes)]
    for row in paper.rows:
        changes: list[str | int] = [row.amounts.get(code, "") for code in codes]
        yield [row.day.isoformat(), row.title, row.why, *changes, *_of(row.balances, codes)]
    yield [paper.span.last.isoformat(), _("Closing balance"), "", *["" for _code in codes], *_of(paper.closing, codes)]
    yield []
    yield [_("What can be spent now"), _("Points"), _("Last day")]
    for lot in paper.lots:
        yield [paper.kinds[lot.code], lot.remaining, lot.last_day.isoformat() if lot.last_day else _("no last day")]


def _of(sums: Sums, codes: list[str]) -> list[int]:
    return [sums[code] for code in codes]

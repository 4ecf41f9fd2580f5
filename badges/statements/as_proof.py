"""The statement as a signed file, and what such a file turns out to be when somebody brings it.

The file is plain JSON that a person can read: `statement` (the sums), `lines` (one row each), and `proof`, a compact
JWS that signs the sums, the SHA-256 of all lines and the first bytes of each line's own. So the signature stays small,
and what was altered can be named.
"""

import base64
import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from badges.ledger.models import LedgerBatch
from badges.statements.selectors import Paper
from portal.core import proofs
from portal.core.errors import Invalid
from portal.core.mail import absolute

FORMAT = "points-statement/1"
KIND = "points-statement+jws"
# What is given out and what the page takes back, in bytes: ten thousand lines of ordinary length are half of it.
LARGEST = 4 * 1024 * 1024
_MARK = 8  # bytes of each line's digest that are signed: enough to say which one was altered
_NAMED = 20  # altered lines that are named one by one

_exact = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode
_plain = json.JSONEncoder(ensure_ascii=False).encode


def signed(paper: Paper) -> bytes:
    """The signed file. Raises Invalid (`field`) when it would be larger than the page that proves it takes."""
    lines = [[row.day.isoformat(), row.title, row.why, row.amounts] for row in paper.rows]
    said = _said(paper)
    proof = proofs.sign(said | {"lines": _sum_of(lines)}, kind=KIND)
    rows = ",\n".join(map(_plain, lines))
    head = json.dumps(said, ensure_ascii=False, indent=1)
    made = f'{{"format": "{FORMAT}",\n"statement": {head},\n"lines": [\n{rows}\n],\n"proof": "{proof}"}}\n'.encode()
    if len(made) > LARGEST:
        words = _("Those are too many lines for one signed file. Please choose fewer days.")
        raise Invalid(words, field="last", code="too_long")
    return made


def _said(paper: Paper) -> dict[str, Any]:
    return {
        "house": settings.SITE_URL, "verify_at": absolute("/verify/"), "programme": paper.programme,
        "member": paper.member, "from": paper.span.first.isoformat(), "to": paper.span.last.isoformat(),
        "zone": paper.zone, "made_at": paper.made_at.isoformat(timespec="seconds"), "points": paper.kinds,
        "opening": paper.opening, "closing": paper.closing,
        "lots": [
            {"points": lot.code, "amount": lot.remaining, "last_day": lot.last_day and lot.last_day.isoformat()}
            for lot in paper.lots
        ],
        "ledger": paper.batch and {**paper.batch, "at": paper.batch["at"].isoformat()},
    }  # fmt: skip


def _digests(lines: Iterable[Any]) -> list[bytes]:
    return [hashlib.sha256(_exact(line).encode()).digest() for line in lines]


def _sum_of(lines: list[Any]) -> dict[str, Any]:
    """What is signed of the lines: how many, the SHA-256 over all their digests, and the marks."""
    digests = _digests(lines)
    marks = base64.b64encode(b"".join(digest[:_MARK] for digest in digests)).decode()
    return {"count": len(lines), "sha256": hashlib.sha256(b"".join(digests)).hexdigest(), "marks": marks}


@dataclass(frozen=True)
class Sum:
    """Of one kind of points, in the file's own words: what it was, and what it came to."""

    name: str
    opening: int
    closing: int


@dataclass(frozen=True)
class Told:
    """What was signed, ready to be shown."""

    programme: str
    member: str
    first: date
    last: date
    made_at: datetime
    count: int
    sums: list[Sum]
    batch: int | None
    batch_stands: bool


@dataclass(frozen=True)
class Finding:
    """What a file turned out to be. `told` only of one that we signed; `parts` and `lines` are what is not as it was
    signed, `lines` by number from 1; `missing` is by how many lines there are fewer (below 0: more)."""

    state: proofs.State
    told: Told | None = None
    parts: list[str] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)
    more_lines: bool = False
    missing: int = 0


def examine(text: str) -> Finding:
    """What somebody brought is, and what of it was altered. Never raises.

    Looks nobody up: names are those of the file. Only the hash of the ledger, which the signed file carries, is held
    against ours: one query, and none for what we did not sign.
    """
    try:
        brought = json.loads(text.strip().lstrip("\ufeff"), object_pairs_hook=_once, parse_constant=_refused)
        if brought["format"] != FORMAT:
            raise ValueError
        said, lines, proof = dict(brought["statement"]), list(brought["lines"]), str(brought["proof"])
        more = set(brought) - {"format", "statement", "lines", "proof"}
    except (ValueError, KeyError, TypeError, RecursionError):
        return Finding(proofs.State.FOREIGN)
    state, claims = proofs.read(proof, kind=KIND)
    if not claims:
        return Finding(state)
    try:
        return _compared(state, claims, said, lines, sorted(more))
    except (KeyError, TypeError, ValueError, AttributeError, RecursionError):
        return Finding(proofs.State.FOREIGN)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """A name that stands twice could say one thing to us and another to somebody else."""
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name stands twice")
    return found


def _refused(_constant: str) -> Any:
    raise ValueError("no number")


def _compared(
    state: proofs.State, claims: dict[str, Any], said: dict[str, Any], lines: list[Any], more: list[str]
) -> Finding:
    seal = claims.pop("lines")
    parts = [
        name
        for name in {**claims, **said}
        if name not in said or name not in claims or _exact(claims[name]) != _exact(said[name])
    ]
    altered, over = _altered(seal, lines)
    missing = seal["count"] - len(lines)
    whole = not (parts or altered or missing or more)
    return Finding(
        state if whole else proofs.State.ALTERED, _told(claims, seal["count"]),
        [*parts, *more], altered, over, missing,
    )  # fmt: skip


def _altered(seal: dict[str, Any], lines: list[Any]) -> tuple[list[int], bool]:
    """The numbers of the lines that are not as they were signed, and whether there are more of them than are named."""
    digests = _digests(lines)
    if hashlib.sha256(b"".join(digests)).hexdigest() == seal["sha256"]:
        return [], False
    marks = base64.b64decode(seal["marks"])
    pairs = zip(range(seal["count"]), digests, strict=False)
    found = [n + 1 for n, digest in pairs if marks[n * _MARK : (n + 1) * _MARK] != digest[:_MARK]]
    return found[:_NAMED], len(found) > _NAMED


def _told(claims: dict[str, Any], count: int) -> Told:
    ledger = claims["ledger"]
    return Told(
        programme=str(claims["programme"]), member=str(claims["member"]), first=date.fromisoformat(claims["from"]),
        last=date.fromisoformat(claims["to"]), made_at=datetime.fromisoformat(claims["made_at"]), count=count,
        sums=[
            Sum(str(name), int(claims["opening"][code]), int(claims["closing"][code]))
            for code, name in claims["points"].items()
        ],
        batch=ledger and int(ledger["number"]),
        batch_stands=bool(ledger) and LedgerBatch.objects.filter(number=ledger["number"], hash=ledger["hash"]).exists(),
    )  # fmt: skip

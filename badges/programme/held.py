"""Points that wait, heap by heap, with what speaks for and against them: reads of many rooms for one page.

A heap is what waits for one member by one rule, because that is what somebody decides: not one cup of tea, but whether
these people thank each other or trade.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Count, F, Min, Q, QuerySet, Window
from django.db.models.functions import RowNumber
from django.utils import timezone

from badges.earning.definitions import parse
from badges.earning.models import PendingEarning
from badges.earning.selectors import barred, rule_names
from badges.ledger.models import Entry, Transaction
from portal.accounts.models import Standing
from portal.core.errors import Conflict, NotFound

State = PendingEarning.State
HEAPS, LINES, LATELY = 20, 12, 50


@dataclass
class Giver:
    """One of those whose acts are behind a heap, and with how many of them."""

    chip: Standing | None
    times: int
    barred: bool


@dataclass
class Heap:
    """What waits for one member by one rule."""

    owner: Standing | None
    member_id: int
    rule: str
    since: datetime
    count: int
    needed: int
    last: int
    waits_for: str
    rows: list[PendingEarning] = field(default_factory=list)
    givers: list[Giver] = field(default_factory=list)
    points: dict[str, int] = field(default_factory=dict)

    @property
    def people(self) -> int:
        """How many different people count so far."""
        return sum(not giver.barred for giver in self.givers)

    @property
    def acts(self) -> int:
        """On how many acts these people stand."""
        return sum(giver.times for giver in self.givers)

    @property
    def key(self) -> str:
        """Which rows, and how each of them stood when the page was read: what a decision is about."""
        return ",".join(f"{row.pk}:{row.version}" for row in self.rows)


def open_heaps(kind: str) -> QuerySet[PendingEarning, Any]:
    """Every heap that waits for a kind of thing, the largest first; to be cut into pages."""
    rows = PendingEarning.objects.filter(state=State.OPEN, waits_for=kind)
    by = rows.values("member_id", "transaction__revision", rule=F("transaction__revision__rule__code"))
    return by.annotate(count=Count("id"), since=Min("transaction__recorded_at")).order_by(
        "-count", "since", "member_id"
    )


def counts() -> dict[str, int]:
    """How many lines wait, by what they wait for. One query."""
    rows = PendingEarning.objects.filter(state=State.OPEN).order_by().values_list("waits_for")
    return dict(rows.annotate(n=Count("id")))


def heaps_of(found: Iterable[dict[str, Any]], kind: str, locale: str) -> list[Heap]:
    """The heaps of a page with their lines and evidence. A constant number of queries."""
    page = list(found)
    members = {one["member_id"] for one in page}
    waiting = PendingEarning.objects.filter(state=State.OPEN, waits_for=kind, member_id__in=members)
    by_heap: dict[tuple[int, int | None], list[PendingEarning]] = {}
    for row in waiting.select_related("transaction__revision__rule", "transaction__event").order_by("-id"):
        by_heap.setdefault((row.member_id, row.transaction.revision_id), []).append(row)
    heaps, names = [], rule_names(locale)
    for one in page:
        rows = by_heap.get((one["member_id"], one["transaction__revision"]), [])
        if rows:
            heaps.append(_heap(one, rows, names))
    acts = _acts(heaps) if kind == PendingEarning.Waits.GIVERS else {}
    _name(heaps, [_tally(heap, acts) for heap in heaps])
    return heaps


def _heap(one: dict[str, Any], rows: list[PendingEarning], names: dict[str, str]) -> Heap:
    revision = rows[0].transaction.revision
    wait = parse(revision.definition).wait if revision is not None else None
    rule = names.get(one["rule"], one["rule"] or "")
    since = timezone.localtime(one["since"])
    return Heap(None, one["member_id"], rule, since, one["count"], rows[0].needed, wait.last if wait else 0,
                rows[0].waits_for, rows)  # fmt: skip


def _acts(heaps: list[Heap]) -> dict[tuple[int, str], list[int]]:
    """The givers behind the newest acts that each heap is judged by, as the judge reckons them. One query."""
    if not heaps:
        return {}
    sources = {row.transaction.source for heap in heaps for row in heap.rows}
    posted = Transaction.objects.filter(
        member_id__in={heap.member_id for heap in heaps}, source__in=sources, kind__in=["earn", "earn_pending"],
        reversals=None,
    )  # fmt: skip
    newest = Window(RowNumber(), partition_by=[F("member_id"), F("source")], order_by=F("id").desc())
    most = max(heap.last for heap in heaps)
    found: dict[tuple[int, str], list[int]] = {}
    rows = posted.annotate(place=newest).filter(place__lte=most).order_by("-id")
    for member_id, source, actor in rows.values_list("member_id", "source", "event__actor"):
        if actor:
            found.setdefault((member_id, source), []).append(actor)
    return found


def _tally(heap: Heap, acts: dict[tuple[int, str], list[int]]) -> Counter[int]:
    if heap.waits_for == PendingEarning.Waits.GIVERS:
        return Counter(acts.get((heap.member_id, heap.rows[0].transaction.source), [])[: heap.last])
    return Counter(responder for row in heap.rows for responder in row.responders)


def _name(heaps: list[Heap], tallies: list[Counter[int]]) -> None:
    """Chips of owners and givers, and what each heap comes to. Three queries."""
    ids = {heap.member_id for heap in heaps} | {one for tally in tallies for one in tally}
    chips = {chip.member_id: chip for chip in Standing.objects.filter(member_id__in=ids)}
    out = barred(ids)
    sums = _sums([row for heap in heaps for row in heap.rows])
    for heap, tally in zip(heaps, tallies, strict=True):
        heap.owner = chips.get(heap.member_id)
        heap.givers = [Giver(chips.get(one), times, one in out) for one, times in tally.most_common(12)]
        for row in heap.rows:
            for code, amount in sums.get(row.transaction_id, {}).items():
                heap.points[code] = heap.points.get(code, 0) + amount


def _sums(rows: Iterable[PendingEarning]) -> dict[int, dict[str, int]]:
    """What each posting gave its member, by point type. One query."""
    found: dict[int, dict[str, int]] = {}
    ids = [row.transaction_id for row in rows]
    entries = Entry.objects.filter(transaction__in=ids, account__member=F("transaction__member"))
    for posting, code, amount in entries.values_list("transaction", "point_type__code", "amount"):
        found.setdefault(posting, {}).setdefault(code, 0)
        found[posting][code] += amount
    return found


@dataclass
class Settled:
    """A line whose wait is over: how, when, why, and who stood behind it."""

    row: PendingEarning
    owner: Standing | None
    rule: str
    points: dict[str, int]
    reason: str
    giver: Standing | None


def lately(locale: str, *, how: str = "") -> list[Settled]:
    """The newest releases, lapses and reversals, with their evidence. A constant number of queries."""
    states = [how] if how in (State.ACTIVATED, State.LAPSED, State.REVERSED) else list(State.values)
    rows = PendingEarning.objects.filter(~Q(state=State.OPEN), state__in=states, settled_at__isnull=False)
    rows = rows.select_related("transaction__revision__rule", "transaction__event", "decided_by")
    page = list(rows.order_by("-settled_at", "-id")[:LATELY])
    reversals = Transaction.objects.filter(reverses__in=[row.transaction_id for row in page], kind="reverse")
    reasons, names, sums = dict(reversals.values_list("reverses", "reason")), rule_names(locale), _sums(page)
    actors = {row.pk: row.transaction.event.actor_id for row in page if row.transaction.event}
    ids = {row.member_id for row in page} | {actor for actor in actors.values() if actor}
    chips = {chip.member_id: chip for chip in Standing.objects.filter(member_id__in=ids)}
    return [
        Settled(
            row,
            chips.get(row.member_id),
            _rule(row, names),
            sums.get(row.transaction_id, {}),
            reasons.get(row.transaction_id, ""),
            _giver(row, actors, chips),
        )
        for row in page
    ]


def _rule(row: PendingEarning, names: dict[str, str]) -> str:
    revision = row.transaction.revision
    return names.get(revision.rule.code, revision.rule.code) if revision is not None else ""


def _giver(row: PendingEarning, actors: dict[int, int | None], chips: dict[int, Standing]) -> Standing | None:
    """Whose act it came from, where that is not she herself."""
    actor = actors.get(row.pk)
    return chips.get(actor) if actor is not None and actor != row.member_id else None


def read_key(key: str) -> dict[int, int]:
    """Rows and their versions behind a heap's key; raises NotFound for what is none."""
    found: dict[int, int] = {}
    for part in key.split(","):
        number, _colon, version = part.partition(":")
        if not (number.isascii() and number.isdecimal() and version.isascii() and version.isdecimal()):
            raise NotFound
        if len(number) > 18 or len(version) > 9:
            raise NotFound
        found[int(number)] = int(version)
    return found


def check_fresh(rows: Iterable[PendingEarning], versions: dict[int, int]) -> None:
    """Raises Conflict when one of them is no longer open, or is not as it was read."""
    if any(row.state != State.OPEN or row.version != versions[row.pk] for row in rows):
        raise Conflict


def owners_of(versions: dict[int, int]) -> list[int]:
    """Whose lines these are, by id; raises NotFound when one of them is not there."""
    rows = dict(PendingEarning.objects.filter(pk__in=versions).values_list("pk", "member_id"))
    if len(rows) < len(versions):
        raise NotFound
    return sorted(set(rows.values()))

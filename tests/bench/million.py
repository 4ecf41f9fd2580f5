"""A ledger of a million entries, written in bulk as postings would have written them: reading and proving at that size.

`python -m tests.bench.million ENTRIES` inside a house's environment prints one JSON object. Each posting is an earning
of its own for a member of the house, with its two legs and its lot, sealed by the same trigger; no event stands behind
it.
"""

from __future__ import annotations

import json
import sys
import time
from io import StringIO
from typing import Any

import django

django.setup()

from django.core.management import call_command  # noqa: E402  (Django must be set up before models are imported)
from django.db import connection, transaction  # noqa: E402

from badges.ledger import chain, selectors, verify  # noqa: E402
from badges.ledger.locks import lock_member_accounts  # noqa: E402
from badges.ledger.models import Account, Entry, PointType, Role, Transaction  # noqa: E402
from portal.accounts.models import Member  # noqa: E402
from portal.core.clock import now, programme_day  # noqa: E402
from tests.bench.client import percentile  # noqa: E402

SOURCE, POINTS = "million", 7
AT_ONCE = 50_000  # postings in one transaction
_NUMBERS = {
    "sqlite": "WITH RECURSIVE r(n) AS (SELECT %s UNION ALL SELECT n + 1 FROM r WHERE n < %s) SELECT n FROM r",
    "postgresql": "SELECT n FROM generate_series(%s, %s) AS r(n)",
}
_KEY = {"sqlite": "CAST(r.n AS text)", "postgresql": "r.n::text"}
_HEADERS = """
    INSERT INTO badges_transaction (public_id, kind, source, key, request_hash, response, member_id, subject, cause,
        value_date, recorded_at, reason, written_off, sealed)
    SELECT 'm' || {key}, 'earn', %s, {key}, '', %s, m.member_id, '', '', %s, %s, '', %s, {no}
    FROM ({numbers}) AS r JOIN bench_member AS m ON m.place = r.n %% %s
"""
_LEGS = """
    INSERT INTO badges_entry (transaction_id, account_id, point_type_id, amount)
    SELECT t.id, {account}, %s, %s FROM badges_transaction t JOIN bench_member AS m ON m.member_id = t.member_id
    WHERE t.source = %s AND t.sealed = {no}
"""
_LOTS = """
    INSERT INTO badges_lot (member_id, point_type_id, origin_id, amount, remaining, active_from, expired, campaign,
        unit_cost)
    SELECT t.member_id, %s, t.id, %s, %s, t.recorded_at, {no}, '', %s FROM badges_transaction t
    WHERE t.source = %s AND t.sealed = {no}
"""
_SEAL = "UPDATE badges_transaction SET sealed = {yes} WHERE source = %s AND sealed = {no}"
_BALANCES = """
    UPDATE badges_account SET balance = (SELECT SUM(amount) FROM badges_entry WHERE account_id = badges_account.id)
    WHERE id IN (SELECT account_id FROM bench_member)
"""


def _run(sql: str, *params: Any) -> None:
    words = {"sqlite": {"no": "0", "yes": "1"}, "postgresql": {"no": "false", "yes": "true"}}[connection.vendor]
    words |= {"key": _KEY[connection.vendor], "numbers": _NUMBERS[connection.vendor]}
    for name, word in words.items():
        sql = sql.replace("{" + name + "}", word)
    with connection.cursor() as cursor:
        cursor.execute(sql, params)


def fill(entries: int) -> None:
    """Postings until the ledger holds that many entries."""
    kind = PointType.objects.get(code="spend")
    members = list(Member.objects.filter(is_active=True).order_by("pk").values_list("pk", flat=True))
    with transaction.atomic():
        for member in members:
            issued = lock_member_accounts(member, [kind.code]).programme(kind.code, Role.ISSUED, "")
    _run("CREATE TEMPORARY TABLE bench_member (place integer PRIMARY KEY, member_id bigint, account_id bigint)")
    accounts = dict(
        Account.objects.filter(member__in=members, point_type=kind, role=Role.AVAILABLE).values_list("member_id", "id")
    )
    for place, member in enumerate(members):
        _run("INSERT INTO bench_member VALUES (%s, %s, %s)", place, member, accounts[member])
    answer, at = json.dumps({"amounts": {"spend": POINTS}, "written_off": {}}), now()
    left = (entries - Entry.objects.count()) // 2
    first = 1 + Transaction.objects.filter(source=SOURCE).count()
    while left > 0:
        last = first + min(AT_ONCE, left) - 1
        with transaction.atomic():
            day = programme_day(at)
            _run(_HEADERS, SOURCE, answer, day.isoformat(), at, "{}", first, last, len(members))
            _run(_LEGS.replace("{account}", "m.account_id"), kind.pk, POINTS, SOURCE)
            _run(_LEGS.replace("{account}", "%s"), issued, kind.pk, -POINTS, SOURCE)
            _run(_LOTS, kind.pk, POINTS, POINTS, kind.unit_value, SOURCE)
            _run(_SEAL, SOURCE)
        left, first = left - AT_ONCE, last + 1
    _run(_BALANCES)
    _run("ANALYZE")


def balances(seconds: float) -> dict[str, float]:
    """Reading what a member has, one after the other, through the selector that pages use."""
    members = list(Member.objects.filter(is_active=True).order_by("pk").values_list("pk", flat=True)[:500])
    times: list[float] = []
    until = time.perf_counter() + seconds
    while time.perf_counter() < until:
        begun = time.perf_counter()
        selectors.balances(members[len(times) % len(members)])
        times.append(time.perf_counter() - begun)
    return {
        "per_second": len(times) / seconds,
        "p50": percentile(times, 0.5) * 1000,
        "p95": percentile(times, 0.95) * 1000,
    }


def prove() -> dict[str, Any]:
    """The command as an operator runs it, in seconds, then each check by itself."""
    began, told = time.perf_counter(), StringIO()
    try:
        call_command("verify_ledger", "--json", stdout=told)
    except SystemExit:
        pass
    whole, taken = time.perf_counter() - began, {}
    for name in verify.names_of_checks():
        began = time.perf_counter()
        verify.verify([name])
        taken[name] = time.perf_counter() - began
    findings = len(json.loads(told.getvalue())["findings"])
    return {"seconds": whole, "each": taken, "findings": findings, "entries": Entry.objects.count()}


def main(entries: int) -> dict[str, Any]:
    """Fill, close the chain, read, prove."""
    began = time.perf_counter()
    fill(entries)
    filled = time.perf_counter() - began
    began = time.perf_counter()
    closed = chain.close(now())
    chained = time.perf_counter() - began
    return {"filled": filled, "closed": closed, "chained": chained, "balance": balances(2), "verify": prove()}


if __name__ == "__main__":
    print(json.dumps(main(int(sys.argv[1]))))

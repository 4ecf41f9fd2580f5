"""Proves the points ledger, or names the row that is wrong."""

import json
from argparse import ArgumentParser
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from django.core.management.base import BaseCommand
from django.db import connection, transaction

from badges.ledger.verify import Finding, names_of_checks, verify

CHAIN = "I12"


class Command(BaseCommand):
    """`manage.py verify_ledger [--only I3] [--json]`: exit code 0 when all holds, 1 with every fault named."""

    help = "Checks the invariants of the points ledger; exit code 1 and the rows named when one is broken."
    # A broken seal is one of the findings, not a reason to refuse the search.
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The options."""
        parser.add_argument(
            "--only", action="append", choices=names_of_checks(), help="run this check only (repeatable)"
        )
        parser.add_argument("--json", action="store_true", help="print a JSON object instead of lines")

    def handle(self, *args: Any, only: list[str] | None = None, **options: Any) -> None:
        """Runs the checks on one snapshot; the chain, which reads only what is closed for ever, beside the others."""
        names = only or names_of_checks()
        beside = [name for name in names if name == CHAIN and len(names) > 1 and not connection.in_atomic_block]
        with ThreadPoolExecutor(max_workers=1) as aside:
            chained = aside.submit(_verify_aside, beside) if beside else None
            findings = self._on_one_snapshot([name for name in names if name not in beside])
            findings += chained.result() if chained else []
        self._tell(findings, names, as_json=options["json"])
        if findings:
            raise SystemExit(1)

    def _on_one_snapshot(self, names: list[str]) -> list[Finding]:
        with transaction.atomic():
            if connection.vendor == "postgresql" and not connection.savepoint_ids:
                with connection.cursor() as cursor:
                    cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            return verify(names)

    def _tell(self, findings: list[Finding], names: list[str], *, as_json: bool) -> None:
        if as_json:
            report = {"ok": not findings, "checks": names, "findings": [finding.as_dict() for finding in findings]}
            self.stdout.write(json.dumps(report, ensure_ascii=False, default=str))
        else:
            for finding in findings:
                self.stdout.write(f"{finding.check}  {finding.table} {finding.row}: {finding.message}")
            self.stdout.write(
                f"{len(findings)} faults in {len(names)} checks." if findings else f"{len(names)} checks hold."
            )


def _verify_aside(names: list[str]) -> list[Finding]:
    """In a thread of its own, with a connection of its own: Python reckons hashes while the database adds up."""
    try:
        return verify(names)
    finally:
        connection.close()

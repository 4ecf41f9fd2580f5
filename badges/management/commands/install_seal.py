"""Puts the triggers that guard the ledger in place again."""

from typing import Any

from django.core.management.base import BaseCommand

from badges.ledger import seal


class Command(BaseCommand):
    """`manage.py install_seal`: mends a seal that `verify_ledger` or `check --database default` found broken."""

    help = "Puts the triggers that guard the points ledger in place again."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        """Removes what is left of them and creates all."""
        seal.install()
        self.stdout.write("The seal is in place.")

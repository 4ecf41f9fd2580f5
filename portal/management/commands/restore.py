"""`manage.py restore FROM [--replace]`: brings a house back from an archive of `back_up`, and proves its ledger."""

from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser

from portal.backups import archive, databases, restoring


class Command(BaseCommand):
    """Refuses what it cannot prove; a refusal leaves everything as it was."""

    help = "Restores database and files from an archive. Web, relay, worker and scheduler must not run."
    requires_system_checks: list[str] = []  # the database may be empty, which a check would call broken

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("source", type=Path, metavar="FROM")
        parser.add_argument("--replace", action="store_true", help="give up what is here now")

    def handle(self, *args: Any, source: Path, replace: bool, **options: Any) -> None:
        try:
            manifest = restoring.restore(source, replace=replace)
        except (archive.Refused, databases.Failed, OSError) as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(f"Restored {len(manifest['files'])} files as of {manifest['made_at']}.")
        try:
            call_command("verify_ledger", stdout=self.stdout)
        except SystemExit:
            raise CommandError("The house is restored, but its ledger does not hold: see the lines above.") from None

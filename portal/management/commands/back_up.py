"""`manage.py back_up TO`: one archive of the database and of what people brought; the house stays open meanwhile."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from portal.backups import archive, databases
from portal.core import clock


class Command(BaseCommand):
    """Safe to run at any time and as often as wanted; never writes over an archive."""

    help = "Writes an archive of the database and of uploaded files. Into a folder, it is named by the time."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("to", type=Path, help="a new file, or a folder that exists")

    def handle(self, *args: Any, to: Path, **options: Any) -> None:
        if to.is_dir():
            to = to / f"trian-{clock.now():%Y%m%d-%H%M%S}.tar"
        try:
            manifest = archive.write(to)
        except (archive.Refused, databases.Failed, OSError) as refusal:
            raise CommandError(str(refusal)) from refusal
        size = f"{to.stat().st_size / 1e6:.1f} MB"
        self.stdout.write(f"{to}: {len(manifest['files'])} files, {size}, {manifest['vendor']}.")

"""Which key signs what members take away, and a new one."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from portal.core import proofs


class Command(BaseCommand):
    """`manage.py signing_key` says what stands; with `--new` it prints lines for the environment. Changes nothing."""

    help = (
        "Says which key signs statements and badges; with --new it prints the lines that put another one in its place."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The options."""
        parser.add_argument("--new", action="store_true", help="make a new key and say where it belongs")
        parser.add_argument(
            "--leaked", action="store_true", help="with --new: what the key of today signed holds no more"
        )

    def handle(self, *args: Any, new: bool = False, leaked: bool = False, **options: Any) -> None:
        """The key itself is printed once, and kept nowhere."""
        if not new:
            self._say()
            return
        old = settings.SIGNING_KEYS_OLD if leaked else [proofs.public_of_today(), *settings.SIGNING_KEYS_OLD]
        self.stdout.write("# Put these two lines into the environment of every process, then start them anew.")
        self.stdout.write(f"TRIAN_SIGNING_KEY={proofs.new_seed()}")
        self.stdout.write(f"TRIAN_SIGNING_KEYS_OLD={','.join(old)}")
        if leaked and not settings.SIGNING_KEY:
            self.stderr.write("The key was drawn from SECRET_KEY: it holds until that one is another, too.")

    def _say(self) -> None:
        where = "TRIAN_SIGNING_KEY" if settings.SIGNING_KEY else "SECRET_KEY (no key of its own)"
        self.stdout.write(f"Signs now, from {where}: {proofs.public_of_today()}")
        for key in proofs.key_set()["keys"][1:]:
            self.stdout.write(f"Holds, and signs no more: {key['x']}")

"""Loads the demo world of Mây once: `manage.py load_demo`."""

import time
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from portal.demo import loader


class Command(BaseCommand):
    """See portal/demo/loader.py."""

    help = "Loads the demo world once; a second run changes nothing."

    def handle(self, *args: Any, **options: Any) -> None:
        """Loads, then writes the table of sign-ins for the runner."""
        # Under DEBUG Django keeps each of the quarter of a million queries in words, for a page that nobody opens here.
        settings.DEBUG = False
        start = time.monotonic()
        loaded = loader.load()
        loader.write_logins()
        self.stdout.write(
            f"The demo world is loaded ({time.monotonic() - start:.0f} s)."
            if loaded
            else "The demo world is there already."
        )

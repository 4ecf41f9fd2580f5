"""`manage.py relay`: the relay as a process of its own, for the scaled installation. Several may run side by side."""

import signal
import threading
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from portal.events import relay


class Command(BaseCommand):
    """Delivers domain events to their durable subscribers until it is told to end."""

    help = "Delivers domain events to their subscribers until SIGTERM or Ctrl-C."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--once", action="store_true", help="deliver what is due and end")

    def handle(self, *args: Any, once: bool, **options: Any) -> None:
        if once:
            counts = relay.drain()
            self.stdout.write(f"{counts.done} delivered, {counts.failed} failed")
            return
        ended = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: ended.set())
        relay.run(ended)

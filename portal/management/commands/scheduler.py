"""`manage.py scheduler`: runs the calendar jobs each minute. Two may run side by side; each job runs once."""

import logging
import signal
import threading
import time
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import connection

from portal.core.clock import now
from portal.jobs import heartbeat, table

logger = logging.getLogger(__name__)


class Command(BaseCommand):
    """The clock of the house."""

    help = "Runs calendar jobs until SIGTERM or Ctrl-C."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--once", action="store_true", help="run what is due now and end")

    def handle(self, *args: Any, once: bool, **options: Any) -> None:
        since = now()
        if once:
            self.stdout.write(f"{table.run_due(since, since)} jobs ran")
            return
        ended = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: ended.set())
        while not ended.is_set():
            heartbeat.beat("scheduler")
            try:
                table.run_due(now(), since)
            except Exception:  # a database that is away; the next look catches up
                logger.exception("the scheduler stumbled; trying again")
            connection.close()
            # To the next full minute, in pieces: heartbeats go on, and a clock that was set shows soon.
            ended.wait(min(10.0, 60.1 - time.time() % 60))

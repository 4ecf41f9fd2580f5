"""Posts what has lapsed: lots whose last day is over, holds whose time has run out."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from badges.ledger.actions import expire_holds, expire_lots
from portal.core.clock import now

BATCH = 500


class Command(BaseCommand):
    """`manage.py expire_points`: safe to run twice, late or side by side; works until nothing is due."""

    help = "Posts the expiry of lapsed points and releases holds that have run out."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The options."""
        parser.add_argument("--limit", type=int, default=None, help="post at most so many lots")

    def handle(self, *args: Any, limit: int | None = None, **options: Any) -> None:
        """Holds first: what they release may itself have lapsed."""
        at = now()
        holds = 0
        while released := expire_holds(at=at, limit=BATCH):
            holds += released
        lots = 0
        while (limit is None or lots < limit) and (
            posted := expire_lots(at=at, limit=min(BATCH, (limit or BATCH + lots) - lots))
        ):
            lots += len(posted)
        self.stdout.write(f"{lots} lots lapsed, {holds} holds ran out.")

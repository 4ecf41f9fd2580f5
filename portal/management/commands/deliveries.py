"""`manage.py deliveries`: what waits, what failed and why; try again; tell a subscriber old events."""

from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db.models import Count, Q
from django.utils import timezone

from portal.events import relay
from portal.events.models import Delivery


class Command(BaseCommand):
    """The operator's view of the outbox."""

    help = "Shows deliveries of domain events; retries failed ones; replays events to one subscriber."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--failed", action="store_true", help="list each failed delivery with its error")
        parser.add_argument("--retry", action="store_true", help="make failed deliveries due now")
        parser.add_argument("--replay", metavar="SUBSCRIBER", help="make this subscriber hear stored events again")
        parser.add_argument("--names", nargs="+", metavar="EVENT", help="with --replay: only these event types")
        parser.add_argument("--since", metavar="DATE", help="with --replay: only events from this ISO date or time on")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["replay"]:
            self._replay(options["replay"], options["names"], options["since"])
        elif options["retry"]:
            self.stdout.write(f"{relay.retry(relay.failures())} made due")
        elif options["failed"]:
            self._list_failed()
        else:
            self._summary()

    def _replay(self, subscriber: str, names: list[str] | None, since: str | None) -> None:
        try:
            begin = timezone.make_aware(datetime.fromisoformat(since)) if since else None
        except ValueError as error:
            raise CommandError(f"--since {since}: {error}") from None
        try:
            count = relay.replay(subscriber, names, begin)
        except LookupError as error:
            raise CommandError(str(error)) from None
        self.stdout.write(f"{count} deliveries due for {subscriber}")

    def _list_failed(self) -> None:
        for delivery in relay.failures():
            when = "set aside" if delivery.due_at == relay.SET_ASIDE else f"again {delivery.due_at:%Y-%m-%d %H:%M:%S}"
            self.stdout.write(
                f"#{delivery.pk} {delivery.subscriber} <- {delivery.event.name} #{delivery.event_id}: "
                f"{delivery.attempts} attempts, {when}: {delivery.error}"
            )

    def _summary(self) -> None:
        rows = Delivery.objects.values("subscriber").annotate(
            waiting=Count("id", filter=Q(done_at=None, attempts=0)),
            failed=Count("id", filter=Q(done_at=None, attempts__gt=0)),
            done=Count("id", filter=Q(done_at__isnull=False)),
        )
        for row in rows.order_by("subscriber"):
            self.stdout.write("{subscriber}: {done} done, {waiting} waiting, {failed} failed".format(**row))

"""`manage.py weekly_letter EMAIL`: one member's letter of this week now, whatever the day; for looking at it."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from portal.accounts.models import Member
from portal.core import clock
from portal.digest.tasks import write_now


class Command(BaseCommand):
    """The same letter that Monday would bring, once a week like that one; it goes only to who wants it."""

    help = "Sends one member's weekly letter now, unless she has this week's or there is nothing to tell."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email")

    def handle(self, *args: Any, email: str, **options: Any) -> None:
        member = Member.objects.filter(email=email.lower()).first()
        if member is None:
            raise CommandError("nobody has this address")
        sent = write_now(member_id=member.pk, at=clock.now())
        self.stdout.write("sent" if sent else "nothing sent: no wish for it, nothing to tell, or this week's has gone")

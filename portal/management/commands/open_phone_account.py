"""`manage.py open_phone_account 0912345678 --name "Lan" --by staff@…`: what a till does, from the console."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from portal.accounts.claims.actions import open_by_phone
from portal.accounts.models import Member
from portal.accounts.phones.numbers import mask
from portal.core import clock
from portal.core.errors import DomainError


class Command(BaseCommand):
    """Opens an account by telephone number for a customer who was told the terms; her own sign-in claims it."""

    help = "Opens an account by telephone number, as a till does. Its person claims it by signing in with the number."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("phone")
        parser.add_argument("--name", default="", help="what the customer is called")
        parser.add_argument("--by", required=True, help="e-mail address of whoever works here and told the terms")
        parser.add_argument("--way", default="store", help="kept with the consent: where the terms were told")

    def handle(self, *args: Any, **options: Any) -> None:
        staff = Member.objects.filter(email=options["by"].lower(), is_active=True).first()
        if staff is None:
            raise CommandError("Nobody here has that address.")
        try:
            member = open_by_phone(
                actor=staff, phone=options["phone"], name=options["name"], at=clock.now(), way=options["way"]
            )
        except DomainError as refused:
            raise CommandError(f"Refused: {refused.code}") from refused
        state = "waits to be claimed" if member.is_unclaimed else "is a member's already"
        self.stdout.write(f"{mask(member.phone)}: account {member.public_id} {state}.")

"""`manage.py start_site`: an empty house ready for a brand. Asks on a terminal; without one it takes its options."""

import sys
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.validators import validate_email

from portal.opening import mail_check, site


class Command(BaseCommand):
    """Safe to run again: what stands is left as it is, what is missing is made, the letter is sent once more."""

    help = "Makes the brand's name, pages and first administrator, and tries whether letters leave."

    def add_arguments(self, parser: CommandParser) -> None:
        known = ",".join(code for code, _name in settings.LANGUAGES)
        parser.add_argument("--name", help="the brand's name")
        parser.add_argument("--languages", help=f"parted by commas, the house's first one first (default {known})")
        parser.add_argument("--admin-email", help="address of the first administrator")
        parser.add_argument("--admin-name", help="her name, as others read it")
        parser.add_argument("--no-letter", action="store_true", help="do not try whether letters leave")

    def handle(self, *args: Any, **options: Any) -> None:
        name = self.ask(options["name"], "--name", "The brand's name")
        languages = self.languages(options["languages"])
        email = self.address(self.ask(options["admin_email"], "--admin-email", "The first administrator's address"))
        person = self.ask(options["admin_name"], "--admin-name", "Her name")
        for made in site.furnish(name=name, languages=languages):
            self.stdout.write(f"Made: {made}.")
        member, changed = site.let_in_the_first(email=email, name=person, language=languages[0])
        self.stdout.write(
            f"Made: the administrator {member.email}." if changed else f"{member.email} is an administrator already."
        )
        self.try_letters(email, languages[0], skip=options["no_letter"])
        self.stdout.write(
            f"She signs in at {settings.SITE_URL}/{languages[0]}/accounts/login/ with a code that comes by letter, "
            "and sets up a second factor before she gets any further."
        )

    def try_letters(self, to: str, language: str, *, skip: bool) -> None:
        """Sends the letter, or ends with what went wrong: without letters nobody can sign in."""
        if skip:
            return
        if trouble := mail_check.send(to=to, language=language):
            raise CommandError(f"The house stands, but no letter leaves it. {trouble} Then run start_site again.")
        self.stdout.write(f"A letter left for {to}: see whether it arrives.")

    def ask(self, given: str | None, option: str, question: str) -> str:
        """What was given as an option, else what is typed; without a terminal the option is named."""
        if given is None and sys.stdin.isatty():
            given = input(f"{question}: ")
        if not (given or "").strip():
            raise CommandError(f"{option} is needed.")
        return str(given).strip()

    def languages(self, given: str | None) -> list[str]:
        """The languages that were asked for, each known to the house."""
        known = [code for code, _name in settings.LANGUAGES]
        if given is None and sys.stdin.isatty():
            given = input(f"Languages, the first one first [{','.join(known)}]: ")
        asked = [part.strip() for part in (given or "").split(",") if part.strip()] or known
        if set(asked) - set(known) or len(set(asked)) != len(asked):
            raise CommandError(f"--languages takes each of {', '.join(known)} at most once.")
        return asked

    def address(self, given: str) -> str:
        """A mail address that could be one."""
        try:
            validate_email(given)
        except ValidationError:
            raise CommandError(f"{given} is no mail address.") from None
        return given.lower()

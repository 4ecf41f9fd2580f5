"""Runs the programme's calendar jobs for a day, or tells what they would do."""

import json
from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from badges.programme.days import JOBS, NAMES, Outcome, rehearse, run_days, run_job
from portal.core.clock import now, programme_day


class Command(BaseCommand):
    """`manage.py programme_day [job] [--date YYYY-MM-DD] [--dry-run] [--json]`."""

    help = (
        "Runs activate, tiers, expire, warn and boards for a programme day (Asia/Ho_Chi_Minh), each once. Without a "
        "date: today, after all days that were missed. --dry-run tells what would happen and writes nothing."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The options."""
        parser.add_argument("job", nargs="?", choices=NAMES, help="only this one")
        parser.add_argument("--date", help="the programme day, as 2026-01-31; to come only with --dry-run")
        parser.add_argument("--dry-run", action="store_true", help="tell what would happen and write nothing")
        parser.add_argument("--json", action="store_true", help="for machines")

    def handle(self, *args: Any, job: str | None, dry_run: bool, **options: Any) -> None:
        """Refuses a day that is none, and one to come without --dry-run."""
        at = now()
        day = self._day(options["date"]) if options["date"] else None
        names = (job,) if job else NAMES
        if dry_run:
            self._say(rehearse(day or programme_day(at), at, names), dry_run=True, as_json=options["json"])
            return
        if day is None and job is None:
            ran = run_days(at)
            self.stdout.write(json.dumps({"ran": ran}) if options["json"] else f"{ran} jobs ran.")
            return
        day = day or programme_day(at)
        if day > programme_day(at):
            raise CommandError("That day is still to come: only --dry-run can look there.")
        done = []
        for one in JOBS:
            if one.name in names:
                outcome = run_job(one, day, at)
                if outcome is None:
                    raise CommandError(f"Another process is at {one.name} for {day}.")
                done.append(outcome)
        self._say(done, dry_run=False, as_json=options["json"])

    def _day(self, said: str) -> date:
        try:
            return date.fromisoformat(said)
        except ValueError:
            raise CommandError(f"{said!r} is no day; write it as 2026-01-31.") from None

    def _say(self, outcomes: list[Outcome], *, dry_run: bool, as_json: bool) -> None:
        if as_json:
            rows = [
                {"job": o.job, "day": o.day.isoformat(), "count": o.count, "ran": o.ran, "rows": o.rows}
                for o in outcomes
            ]
            self.stdout.write(json.dumps({"dry_run": dry_run, "jobs": rows}))
            return
        words = {job.name: job.words for job in JOBS}
        for o in outcomes:
            before = "would be: " if dry_run else "" if o.ran else "done before: "
            self.stdout.write(f"{o.day} {o.job}: {before}{o.count} {words[o.job]}")
            for row in o.rows:
                self.stdout.write(f"  {row}")

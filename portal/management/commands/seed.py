"""Grows a house in bulk: `manage.py seed --members 1000 --topics 2000 --posts 50000`."""

import time
from argparse import ArgumentParser, ArgumentTypeError
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from portal.demo import growing


def number(word: str) -> int:
    """A whole number that is not below 0."""
    if not word.isdecimal():
        raise ArgumentTypeError(f"{word!r} is no number of something")
    return int(word)


class Command(BaseCommand):
    """See portal/demo/growing.py."""

    help = "Adds members, topics and posts in bulk, to try a house out at its later size. Never on a house in service."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """How much of each."""
        for name in ("members", "topics", "posts"):
            parser.add_argument(f"--{name}", type=number, default=0, help=f"how many {name} to add")

    def handle(self, *args: Any, **options: Any) -> None:
        """Grows, and says how much and how long it took."""
        wanted = {name: options[name] for name in ("members", "topics", "posts")}
        if not any(wanted.values()):
            raise CommandError("Say how much: --members N --topics N --posts N")
        if wanted["posts"] and not wanted["topics"]:
            raise CommandError("Posts stand in topics: give --topics too.")
        begun = time.monotonic()
        try:
            grown = growing.grow(**wanted)
        except ValueError as error:
            raise CommandError(str(error)) from error
        took = time.monotonic() - begun
        told = f"{grown.members} members, {grown.topics} topics and {grown.posts} posts were added"
        self.stdout.write(f"{told} ({took:.0f} s).")

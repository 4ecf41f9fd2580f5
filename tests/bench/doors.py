"""What a stranger could learn from the time the doors take: each way in, for people with a seat and for one without.

`python -m tests.bench.doors [ROUNDS]` prints what interleaved tries cost with the hasher and the queue of service: the
median of the processor's time, which other work on the machine hardly touches and for which the bar is 10 %, and of
the clock's. `tests/portal/accounts/test_enumeration.py` counts the work of these forms.
"""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
import time
from dataclasses import dataclass
from itertools import count
from pathlib import Path

GOOD, BAR, ROUNDS, WARM = "ve chai tim nho 27", 0.10, 40, 4
_numbers = count(1)


@dataclass(frozen=True)
class Person:
    """Somebody a stranger asks the doors about; `number` keeps her apart from the others."""

    email: str
    phone: str


@dataclass(frozen=True)
class Way:
    """One form of the entrance, and what is typed into it about a person."""

    name: str
    path: str
    fields: tuple[tuple[str, str], ...]

    def form(self, person: Person) -> dict[str, str]:
        """The form filled in about her."""
        told = {"email": person.email, "phone": person.phone, "name": f"Người Lạ Thứ {spelled(next(_numbers))}"}
        return {field: value.format(**told) for field, value in self.fields}


def spelled(number: int) -> str:
    """A number in letters: names need some, and no two may look alike."""
    return "".join(chr(ord("a") + int(digit)) for digit in str(number))


DOOR = "/vi/accounts/login/"
WAYS = (
    Way("digits by letter", DOOR, (("login", "{email}"), ("way", "code"))),
    Way("a wrong password", DOOR, (("login", "{email}"), ("password", "falsch und lang"), ("way", "password"))),
    Way("digits by text", DOOR, (("login", "{phone}"), ("way", "code"))),
    Way("a wrong password for a number", DOOR,
        (("login", "{phone}"), ("password", "falsch und lang"), ("way", "password"))),
    Way("a forgotten password", "/vi/accounts/password/reset/", (("email", "{email}"),)),
    Way("asking for a seat", "/vi/accounts/signup/",
        (("name", "{name}"), ("email", "{email}"), ("of_age", "on"), ("terms", "on"))),
)  # fmt: skip


def prepare() -> dict[str, Person]:
    """Two members, one with a password and one without, and a stranger."""
    from portal.accounts.phones.actions import keep_phone
    from portal.accounts.sms.models import TextDay
    from portal.core import clock
    from tests.factories.portal import make_member

    TextDay.objects.get_or_create(day=clock.programme_day(clock.now()))
    people = {
        "with a password": Person("alice@thu.example", "+84912345671"),
        "without": Person("bob@thu.example", "+84912345672"),
        "nobody": Person("ai@thu.example", "+84912345673"),
    }
    for who, person in people.items():
        if who == "nobody":
            continue
        member = make_member(f"Bạn {who}", email=person.email)
        keep_phone(actor=member, phone=person.phone, at=clock.now())
        if who == "with a password":
            member.set_password(GOOD)
            member.save()
    return people


def measure(way: Way, people: dict[str, Person], rounds: int) -> dict[str, tuple[float, float]]:
    """Medians in milliseconds (processor, clock) by person; interleaved, so that what the machine does falls on all."""
    from django.core.cache import cache
    from django.test import Client

    from portal.accounts.sms.models import TextMessage

    took: dict[str, list[tuple[float, float]]] = {who: [] for who in people}
    for turn in range(rounds + WARM):
        order = list(people.items())
        for who, person in order[turn % 3 :] + order[: turn % 3]:
            cache.clear()
            TextMessage.objects.all().delete()
            browser = Client()
            browser.get(way.path)
            form = way.form(person)
            if way.name == "asking for a seat" and who == "nobody":
                form["email"] = f"ai{turn}@thu.example"
            cpu, clock = time.process_time(), time.perf_counter()
            browser.post(way.path, form)
            took[who].append(((time.process_time() - cpu) * 1000, (time.perf_counter() - clock) * 1000))
    return {
        who: (statistics.median(c for c, _w in times[WARM:]), statistics.median(w for _c, w in times[WARM:]))
        for who, times in took.items()
    }


def main() -> int:
    """Prints the table; 1 when a way lies above the bar."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings.test")
    import django

    django.setup()
    from django.test.utils import override_settings, setup_test_environment

    from tests.helpers.databases import use_sqlite_copy

    setup_test_environment()
    as_in_service = {
        "PASSWORD_HASHERS": ["django.contrib.auth.hashers.Argon2PasswordHasher"],
        "TASKS": {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": []}},
        "ACCOUNT_RATE_LIMITS": False,
    }
    apart = 0.0
    with tempfile.TemporaryDirectory() as folder, override_settings(**as_in_service):
        _restore, remove = use_sqlite_copy(Path(folder))
        try:
            people, rounds = prepare(), int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS
            for way in WAYS:
                medians = measure(way, people, rounds)
                nobody = medians["nobody"][0]
                widest = max(abs(cpu / nobody - 1) for cpu, _clock in medians.values())
                apart = max(apart, widest)
                told = ", ".join(f"{who} {cpu:.1f} ({clock:.1f}) ms" for who, (cpu, clock) in medians.items())
                print(f"{way.name}: {told}; {widest:.1%} apart", flush=True)
        finally:
            remove()
    print(f"widest: {apart:.1%}, the bar is {BAR:.0%}")
    return int(apart > BAR)


if __name__ == "__main__":
    sys.exit(main())

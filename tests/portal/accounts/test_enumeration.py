"""Nobody learns from the doors who has a seat: same answer, same number of letters and texts, same work."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from unittest.mock import patch

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import MD5PasswordHasher
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from portal.accounts.models import Consent, Member
from portal.accounts.sms.models import TextMessage
from portal.core import clock, gate
from tests.bench.doors import WAYS, prepare

pytestmark = pytest.mark.django_db
VERBS = ("SELECT", "INSERT", "UPDATE", "DELETE")


@dataclass(frozen=True)
class Work:
    """What one form cost, and what came of it."""

    answer: tuple[int, str]
    letters: int
    texts: int
    hashes: int
    queries: tuple[tuple[str, int], ...]


def work(path: str, form: dict[str, str]) -> Work:
    mail.outbox.clear()
    TextMessage.objects.all().delete()
    hashed: list[str] = []
    encode = MD5PasswordHasher.encode

    def counted(self: MD5PasswordHasher, password: str, salt: str) -> str:
        hashed.append(salt)
        return encode(self, password, salt)

    browser = Client()
    browser.get(path)
    with patch.object(MD5PasswordHasher, "encode", counted), CaptureQueriesContext(connection) as queries:
        response = browser.post(path, form)
    # What marks the edges of transactions costs nothing that could be measured, and is not counted.
    kinds = Counter(verb for query in queries if (verb := query["sql"].split()[0]) in VERBS)
    return Work(
        (response.status_code, getattr(response, "url", "")), len(mail.outbox), TextMessage.objects.count(),
        len(hashed), tuple(sorted(kinds.items())),
    )  # fmt: skip


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.name)
def test_promise_40_every_way_does_the_same_work_for_known_and_unknown(way) -> None:
    people = prepare()
    # The word filter's rules are read once, by whoever comes first.
    gate.read("name", {"name": "Thu"}, author=None, at=clock.now())
    found = {who: work(way.path, way.form(person)) for who, person in people.items()}
    first = next(iter(found.values()))
    assert found == dict.fromkeys(found, first), "\n".join(f"{who}: {cost}" for who, cost in found.items())


def test_what_is_made_for_the_sake_of_time_leaves_nothing_behind() -> None:
    people = prepare()
    before = Member.objects.count(), EmailAddress.objects.count(), Consent.objects.count()
    join = next(way for way in WAYS if way.name == "asking for a seat")
    Client().post(join.path, join.form(people["without"]))
    assert (Member.objects.count(), EmailAddress.objects.count(), Consent.objects.count()) == before


@pytest.mark.parametrize("path", ["/vi/accounts/login/code/confirm/", "/vi/accounts/confirm-email/"])
def test_a_wrong_code_costs_the_same_whether_or_not_one_was_sent(path: str) -> None:
    people = prepare()
    name = "digits by letter" if "login" in path else "asking for a seat"
    way = next(way for way in WAYS if way.name == name)
    found = {}
    for who, person in people.items():
        browser = Client()
        browser.post(way.path, way.form(person))
        with CaptureQueriesContext(connection) as queries:
            status = browser.post(path, {"code": "000000"}).status_code
        found[who] = status, Counter(verb for q in queries if (verb := q["sql"].split()[0]) in ("INSERT", "UPDATE"))
    assert found["with a password"] == found["without"] == found["nobody"], found

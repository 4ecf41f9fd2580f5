"""A row without an order, and what a batch reads once."""

from uuid import uuid4

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from portal.accounts.models import Member
from portal.core.clock import now
from portal.core.reading import one, one_reading, read_once
from portal.events import relay
from portal.events.bus import publish
from portal.events.types.brand import StoryRead

pytestmark = pytest.mark.django_db


def test_one_finds_the_row_with_what_was_asked_along_and_asks_for_no_order(alice, django_assert_num_queries):
    with django_assert_num_queries(2) as asked:
        found = one(Member.objects.prefetch_related("groups").filter(public_id=alice.public_id))
        assert found == alice
        assert list(found.groups.all()) == []
    assert "ORDER BY" not in asked[0]["sql"]
    assert one(Member.objects.filter(email="nobody@thu.example")) is None


def test_outside_of_a_reading_everything_is_asked_anew():
    asked = []

    @read_once
    def look(at: int) -> int:
        asked.append(at)
        return at

    assert [look(1), look(1), look(2)] == [1, 1, 2]
    assert asked == [1, 1, 2]


def test_within_a_reading_each_question_is_asked_once_and_the_next_reading_asks_again():
    asked = []

    @read_once
    def look(at: int, *, kind: str = "") -> int:
        asked.append((at, kind))
        return at

    for _reading in range(2):
        with one_reading():
            with one_reading():  # a reading within a reading is the same one
                look(1)
            assert [look(1), look(2), look(1, kind="x"), look(1, kind="x")] == [1, 2, 1, 1]
    assert asked == [(1, ""), (2, ""), (1, "x")] * 2


def test_a_reading_that_breaks_leaves_nothing_behind():
    asked = []

    @read_once
    def look() -> None:
        asked.append(1)

    def stumble() -> None:
        with one_reading():
            look()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        stumble()
    look()
    assert asked == [1, 1]


def test_a_batch_reads_the_programme_once_and_the_next_one_anew(alice, bob):
    def rules_read(*members: int) -> int:
        with transaction.atomic():
            for member in members:
                publish(StoryRead(actor=member, member=member, story=str(uuid4()), title="Mùa hái"), at=now())
        with CaptureQueriesContext(connection) as asked:
            assert relay.drain().failed == 0
        return sum('FROM "badges_ruleinforce"' in query["sql"] for query in asked)

    relay.drain()
    assert [rules_read(alice.pk, bob.pk), rules_read(alice.pk)] == [1, 1]

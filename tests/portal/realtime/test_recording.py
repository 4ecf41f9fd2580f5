"""Numbers on streams: gapless, in commit order, gone with a rolled-back change."""

import pytest
from django.db import transaction

from portal.core.errors import NotFound
from portal.realtime import last_number, parse, recheck, record, stream_name
from portal.realtime.models import Stream, StreamEntry
from tests.helpers.races import run_parallel


def numbers(stream: str) -> list[int]:
    return list(StreamEntry.objects.filter(stream__key=stream).order_by("id").values_list("number", flat=True))


def test_a_name_is_kind_and_object():
    assert stream_name("room", 12) == "room:12"
    assert parse("room:12") == ("room", 12)


@pytest.mark.parametrize(
    "name", ["", "room", "room:", "room:0", "room:-1", "room:1:2", "Room:1", "room:1 ", None, 12, []]
)
def test_what_is_no_name_is_not_found(name):
    with pytest.raises(NotFound):
        parse(name)


@pytest.mark.django_db
def test_entries_are_numbered_from_one_per_stream():
    with transaction.atomic():
        assert record("stage:1", "said", {"id": 1}) == 1
        assert record("stage:1", "said", {"id": 2}) == 2
        assert record("stage:2", "said", {"id": 3}) == 1
    assert last_number("stage:1") == 2
    assert last_number("stage:9") == 0


@pytest.mark.django_db(transaction=True)
def test_record_outside_a_transaction_is_an_error():
    with pytest.raises(transaction.TransactionManagementError):
        record("stage:1", "said", {})


@pytest.mark.django_db(transaction=True)
def test_a_rolled_back_change_leaves_no_entry_and_no_gap():
    with transaction.atomic():
        record("stage:1", "said", {"id": 1})
    with transaction.atomic():
        record("stage:1", "said", {"id": 2})
        transaction.set_rollback(True)
    with transaction.atomic():
        record("stage:1", "said", {"id": 3})
    assert numbers("stage:1") == [1, 2]


@pytest.mark.both_databases
@pytest.mark.django_db(transaction=True)
def test_fifty_senders_get_gapless_numbers_in_commit_order():
    def send(sender: int) -> list[int]:
        found = []
        for turn in range(4):
            with transaction.atomic():
                found.append(record("stage:1", "said", {"sender": sender, "turn": turn}))
        return found

    race = run_parallel(send, 50)

    assert race.errors == {}
    assert sorted(n for found in race.values for n in found) == list(range(1, 201))
    assert sorted(numbers("stage:1")) == list(range(1, 201))
    for found in race.values:
        assert found == sorted(found)
    assert Stream.objects.get(key="stage:1").last == 200


@pytest.mark.both_databases
@pytest.mark.django_db(transaction=True)
def test_two_first_writers_of_a_new_stream_do_not_collide():
    def send(sender: int) -> int:
        with transaction.atomic():
            return record(f"stage:{sender // 10 + 1}", "said", {})

    race = run_parallel(send, 50)

    assert race.errors == {}
    assert [sorted(numbers(f"stage:{n}")) for n in range(1, 6)] == [list(range(1, 11))] * 5


@pytest.mark.django_db(transaction=True)
def test_recheck_is_an_entry_on_the_members_own_stream(alice):
    before = last_number(f"member:{alice.pk}")
    recheck(alice.pk)
    assert last_number(f"member:{alice.pk}") == before + 1

"""The chain over the ledger: what is closed stays what it was, and whatever was altered around the seal is named."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction

from badges.ledger import actions, chain, seal
from badges.ledger.models import Entry, LedgerBatch, Transaction
from badges.ledger.tasks import close_batches
from badges.ledger.verify import CHECKS, verify
from portal.accounts.models import Member
from tests.badges.ledger.book import NOON, earn, key, new_member, redeem, run_sql, sound, then

pytestmark = [pytest.mark.both_databases, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def member() -> Member:
    return new_member()


@pytest.fixture
def closed(member: Member) -> Iterator[list[Transaction]]:
    """Five postings in two batches, and the seal taken away so that faults can be planted."""
    first = earn(member, amounts={"spend": 100, "rep": 3})
    rows = [first, redeem(member, 40), then(actions.reverse, first), earn(member, 20), earn(member, 7, pending=True)]
    assert chain.close(NOON, most=3) == 2
    sound()
    seal.remove()
    yield rows
    seal.install()


def found() -> set[tuple[str, int | str]]:
    return {(finding.table, finding.row) for finding in verify(["I12"])}


def test_everything_posted_is_closed_once_and_carries_the_hash_before_it(member: Member) -> None:
    assert close_batches(NOON) == 0
    assert chain.head() is None
    rows = [earn(member, 10) for _ in range(5)]
    assert chain.close(NOON, most=2) == 3
    batches = list(LedgerBatch.objects.order_by("number"))
    assert [(b.number, b.first_id, b.last_id, b.count) for b in batches] == [
        (1, rows[0].pk, rows[1].pk, 2), (2, rows[2].pk, rows[3].pk, 2), (3, rows[4].pk, rows[4].pk, 1),
    ]  # fmt: skip
    assert [b.previous_hash for b in batches] == ["", batches[0].hash, batches[1].hash]
    assert [b.trial_balance for b in batches] == [{"spend": {"available": n, "issued": -n}} for n in (20, 40, 50)]
    assert close_batches(NOON) == 0
    earn(member, 1)
    assert close_batches(NOON) == 1
    assert chain.head().previous_hash == batches[2].hash
    sound()


def test_the_database_refuses_to_change_or_remove_a_batch(member: Member) -> None:
    earn(member, 10)
    chain.close(NOON)
    batch = chain.head()
    for change in (
        lambda: LedgerBatch.objects.update(hash="0" * 64),
        lambda: LedgerBatch.objects.all().delete(),
        lambda: run_sql("UPDATE badges_ledgerbatch SET count = 7"),
    ):
        with pytest.raises(IntegrityError, match="ledger: these rows are only added"), transaction.atomic():
            change()
    assert chain.head() == batch


@pytest.mark.parametrize(
    "change",
    [
        {"reason": "another"}, {"subject": "post:9"}, {"key": "other"}, {"value_date": "2026-03-11"},
        {"recorded_at": NOON.replace(microsecond=1)}, {"request_hash": "other"}, {"actor": None, "cause": "x"},
    ],
)  # fmt: skip
def test_an_altered_header_is_named(closed: list[Transaction], change: dict[str, object]) -> None:
    for row in closed:
        Transaction.objects.filter(pk=row.pk).update(**change)
        assert found() == {("badges_transaction", row.pk)}
        Transaction.objects.filter(pk=row.pk).update(**{name: getattr(row, name) for name in change if name != "actor"})
    assert found() == set()


def test_a_posting_whose_legs_all_agree_and_lie_is_named(closed: list[Transaction]) -> None:
    """More points on both sides: balanced, so that I1 sees nothing."""
    row = closed[3]
    for leg in Entry.objects.filter(transaction=row):
        Entry.objects.filter(pk=leg.pk).update(amount=leg.amount * 2)
    assert verify(["I1"]) == []
    assert ("badges_transaction", row.pk) in found()


def test_a_posting_that_went_is_told_of_its_batch(closed: list[Transaction]) -> None:
    first, second = LedgerBatch.objects.order_by("number")
    Entry.objects.filter(transaction=closed[4]).delete()
    closed[4].lots.all().delete()
    LedgerBatch.objects.filter(pk=second.pk).update(last=closed[3])
    Transaction.objects.filter(pk=closed[4].pk).delete()
    assert ("badges_ledgerbatch", second.pk) in found()
    assert ("badges_ledgerbatch", first.pk) not in found()


def test_a_batch_that_was_changed_or_taken_out_breaks_the_chain(closed: list[Transaction]) -> None:
    first, second = LedgerBatch.objects.order_by("number")
    LedgerBatch.objects.filter(pk=first.pk).update(hash="0" * 64)
    assert found() == {("badges_ledgerbatch", first.pk), ("badges_ledgerbatch", second.pk)}
    LedgerBatch.objects.filter(pk=first.pk).update(hash=first.hash, trial_balance={"spend": {"available": 1}})
    assert ("badges_ledgerbatch", first.pk) in found()
    LedgerBatch.objects.filter(pk=first.pk).delete()
    assert ("badges_ledgerbatch", second.pk) in found()


def test_the_proof_runs_it_beside_the_other_checks(closed: list[Transaction]) -> None:
    assert "I12" in CHECKS
    row = closed[3]
    Transaction.objects.filter(pk=row.pk).update(reason="another")
    told = StringIO()
    with pytest.raises(SystemExit):
        call_command("verify_ledger", stdout=told)
    lines = told.getvalue().splitlines()
    assert [line for line in lines if line.startswith("I12 ")] == [
        f"I12  badges_transaction {row.pk}: transaction {row.pk} is not what batch 2 closed"
    ]
    assert lines[-1] == f"{len(lines) - 1} faults in {len(CHECKS)} checks."


@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite has one writer: nothing appears below what is there")
def test_nothing_is_closed_over_the_head_of_a_posting_that_is_still_being_written(
    member: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chain, "PATIENCE", 0.3)
    slow, written, go_on = new_member(), threading.Event(), threading.Event()

    def write() -> None:
        try:
            with transaction.atomic():
                earn(slow, 5, key="slow")
                written.set()
                go_on.wait(20)
        finally:
            connection.close()

    writer = threading.Thread(target=write)
    writer.start()
    assert written.wait(20)
    later = earn(member, 10, key=key())
    assert chain.close(NOON) == 0
    go_on.set()
    writer.join(20)
    assert chain.close(NOON) == 1
    batch = chain.head()
    assert (batch.count, batch.last_id) == (2, later.pk)
    assert Transaction.objects.get(key="slow").pk < later.pk
    sound()


@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite has one writer: there is nobody to wait for")
def test_who_writes_something_else_holds_nothing_up(member: Member, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nor do other databases of the same server: a long transaction without a posting is no reason to wait."""
    monkeypatch.setattr(chain, "PATIENCE", 0.0)
    busy, go_on = threading.Event(), threading.Event()

    def write() -> None:
        try:
            with transaction.atomic():
                Member.objects.filter(pk=member.pk).update(zone="Asia/Tokyo")
                busy.set()
                go_on.wait(20)
        finally:
            connection.close()

    writer = threading.Thread(target=write)
    writer.start()
    assert busy.wait(20)
    other = new_member()
    earn(other, 10)
    assert chain.close(NOON) == 1
    go_on.set()
    writer.join(20)


def test_of_two_runs_side_by_side_one_closes_and_the_other_leaves_it_be(
    member: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    earn(member, 10)
    reckon = chain.digests

    def slower(after: int, upto: int) -> Iterator[tuple[int, bytes]]:
        monkeypatch.setattr(chain, "digests", reckon)
        assert chain.close(NOON) == 1  # the other one is quicker
        return reckon(after, upto)

    monkeypatch.setattr(chain, "digests", slower)
    assert chain.close(NOON) == 0
    assert LedgerBatch.objects.count() == 1
    sound()


def test_nobody_who_writes_waits_while_a_batch_is_reckoned(member: Member, monkeypatch: pytest.MonkeyPatch) -> None:
    earn(member, 10)
    reckon = chain.digests

    def looked_at(after: int, upto: int) -> Iterator[tuple[int, bytes]]:
        assert not connection.in_atomic_block
        return reckon(after, upto)

    monkeypatch.setattr(chain, "digests", looked_at)
    assert chain.close(NOON) == 1

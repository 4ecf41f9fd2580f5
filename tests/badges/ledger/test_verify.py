"""`verify_ledger` is red after one altered amount, whichever it is, and names the row."""

from __future__ import annotations

import json
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection

from badges.ledger import actions, seal
from badges.ledger.models import Account, Entry, Lot, LotUse, Transaction
from badges.ledger.verify import CHECKS, names_of_checks, verify
from tests.badges.ledger.book import NOON, earn, has, key, new_member, redeem, run_sql, sound, then

pytestmark = [pytest.mark.both_databases, pytest.mark.django_db]


@pytest.fixture
def busy():
    """Two members with a bit of everything, and the seal taken away so that faults can be planted."""
    member, other = new_member(), new_member()
    first = earn(member, amounts={"spend": 100, "status": 40, "rep": 3})
    earn(other, 70)
    waiting = earn(member, 30, pending=True)
    redeem(member, 80)
    then(actions.reverse, first)
    then(actions.activate, waiting)
    earn(other, 20, pending=True)
    actions.hold(member_id=other.pk, amount=15, expires_at=NOON.replace(hour=9), source="test", key=key(), at=NOON)
    sound()
    seal.remove()
    return member


def named(names=None):
    return {
        (finding.check, finding.table, finding.row) for finding in verify(names or [n for n in CHECKS if n != "seal"])
    }


def test_every_single_altered_amount_of_an_entry_is_found_and_named(busy):
    for entry in Entry.objects.order_by("pk"):
        Entry.objects.filter(pk=entry.pk).update(amount=entry.amount + 1)
        assert ("I1", "badges_entry", entry.pk) in named(), entry
        Entry.objects.filter(pk=entry.pk).update(amount=entry.amount)
    assert named() == set()


def test_every_altered_balance_is_found_and_named(busy):
    for account in Account.objects.filter(balance__gt=0):
        Account.objects.filter(pk=account.pk).update(balance=account.balance - 1)
        assert ("I2", "badges_account", account.pk) in named(), account
        Account.objects.filter(pk=account.pk).update(balance=account.balance)
    assert named() == set()


@pytest.mark.parametrize("column", ["remaining", "amount"])
def test_every_altered_lot_is_found_and_named(busy, column):
    for lot in Lot.objects.filter(remaining__gt=0):
        change = {"remaining": lot.remaining - 1} if column == "remaining" else {"amount": lot.amount + 1}
        Lot.objects.filter(pk=lot.pk).update(**change)
        assert ("I4", "badges_lot", lot.pk) in named(), lot
        Lot.objects.filter(pk=lot.pk).update(remaining=lot.remaining, amount=lot.amount)
    assert named() == set()


def test_every_altered_use_of_a_lot_is_found(busy):
    for use in LotUse.objects.select_related("lot"):
        LotUse.objects.filter(pk=use.pk).update(amount=use.amount + 1)
        found = named()
        assert ("I4", "badges_lot", use.lot_id) in found, use
        assert ("I4", "badges_transaction", use.transaction_id) in found, use
        LotUse.objects.filter(pk=use.pk).update(amount=use.amount)
    assert named() == set()


def test_an_altered_answer_and_an_altered_write_off_are_found(busy):
    row = Transaction.objects.filter(kind="redeem").get()
    Transaction.objects.filter(pk=row.pk).update(response=row.response | {"amounts": {"spend": -79}})
    assert named() == {("I2", "badges_transaction", row.pk)}
    Transaction.objects.filter(pk=row.pk).update(response=row.response, written_off={"spend": 1})
    assert named() == {("I2", "badges_transaction", row.pk)}


def test_a_leg_added_or_taken_away_is_found(busy):
    entry = Entry.objects.filter(account__role="redeemed").get()
    entry.pk = None
    entry.save()
    assert ("I1", "badges_transaction", entry.transaction_id) in named()
    assert any(check == "I6" for check, *_ in named())
    Entry.objects.filter(pk=entry.pk)._raw_delete("default")
    Entry.objects.filter(transaction=entry.transaction_id, account__role="redeemed")._raw_delete("default")
    assert {check for check, *_ in named()} >= {"I1", "I6"}


def test_two_legs_altered_together_are_found_by_the_balance(busy):
    redemption = Transaction.objects.get(kind="redeem")
    for entry in redemption.entries.all():
        Entry.objects.filter(pk=entry.pk).update(amount=entry.amount + (1 if entry.amount > 0 else -1))
    available = redemption.entries.get(account__role="available").account_id
    assert ("I2", "badges_account", available) in named()


def test_a_posting_left_open_is_found(busy):
    row = Transaction.objects.filter(kind="redeem").get()
    Transaction.objects.filter(pk=row.pk).update(sealed=False)
    assert named() == {("I1", "badges_transaction", row.pk)}


def test_bounds_are_checked_where_the_database_no_longer_does(busy):
    run_sql("UPDATE badges_pointtype SET debt_limit = 10")
    debt = Account.objects.get(member=busy, role="debt", point_type__code="spend")
    assert has(busy) == {"debt": -50}
    assert named(["I5"]) == {("I5", "badges_account", debt.pk)}


def test_a_doubled_key_is_found_where_the_index_is_lost(busy):
    rows = Transaction.objects.order_by("pk")
    if connection.vendor == "sqlite":
        # The key of a table cannot be dropped here; a temporary table of the same name, without keys, stands before it.
        run_sql("CREATE TEMP TABLE badges_transaction AS SELECT * FROM main.badges_transaction")
    else:
        run_sql("SET CONSTRAINTS ALL IMMEDIATE")
        run_sql("ALTER TABLE badges_transaction DROP CONSTRAINT transaction_key_once")
    Transaction.objects.filter(pk=rows[1].pk).update(source=rows[0].source, key=rows[0].key)
    assert named() == {("I7", "badges_transaction", rows[1].pk)}
    if connection.vendor == "sqlite":
        run_sql("DROP TABLE temp.badges_transaction")


def test_more_undone_than_done_is_found(busy):
    reversal = Transaction.objects.get(kind="reverse")
    small = Transaction.objects.filter(kind="earn_pending").order_by("pk")[0]
    Transaction.objects.filter(pk=reversal.pk).update(reverses=small)
    assert ("I8", "badges_transaction", small.pk) in named(["I8"])


def run(*options):
    out = StringIO()
    try:
        call_command("verify_ledger", *options, stdout=out)
    except SystemExit as stop:
        return stop.code, out.getvalue()
    return 0, out.getvalue()


def test_the_command_is_green_on_a_sound_ledger():
    earn(new_member(), 5)
    assert run() == (0, "13 checks hold.\n")
    code, out = run("--json")
    assert (code, json.loads(out)) == (0, {"ok": True, "checks": names_of_checks(), "findings": []})


def test_the_command_is_red_and_names_the_row(busy):
    entry = Entry.objects.filter(amount=70).get()
    Entry.objects.filter(pk=entry.pk).update(amount=71)
    code, out = run("--only", "I1")
    assert (code, out.splitlines()[0].split(":")[0]) == (1, f"I1  badges_entry {entry.pk}")
    code, out = run("--json")
    report = json.loads(out)
    assert (code, report["ok"]) == (1, False)
    assert {"check": "I1", "table": "badges_entry", "row": entry.pk} in [
        {name: finding[name] for name in ("check", "table", "row")} for finding in report["findings"]
    ]
    assert any(finding["check"] == "seal" for finding in report["findings"])

"""The machine of `machine.py` at work, and planted faults that it must notice and name."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection

from badges.ledger import locks
from badges.ledger.actions import expiring, holding, posting, spending
from badges.ledger.errors import InsufficientPoints
from badges.ledger.models import Transaction
from portal.core.clock import programme_day
from portal.core.errors import Conflict
from tests.badges.ledger.machine import Ageing, Ledger, Passing, notices, run

# Half an hour, and more when more is asked for.
pytestmark = [pytest.mark.django_db, pytest.mark.slow, pytest.mark.timeout(3600)]


def test_the_ledger_adds_up_whatever_is_done_to_it(db):
    run()


def test_planted_fault_a_key_that_is_posted_twice_is_noticed(db, monkeypatch):
    insert = posting.Heading.insert

    def doubling(self):
        if Transaction.objects.filter(source=self.source, key=self.key).exists():
            object.__setattr__(self, "key", f"{self.key}-{Transaction.objects.count()}")
        return insert(self)

    monkeypatch.setattr(posting.Heading, "insert", doubling)
    with pytest.raises(AssertionError, match=r"posted twice"):
        notices()


def test_planted_fault_an_expiry_a_day_early_is_noticed(db, monkeypatch):
    monkeypatch.setattr(expiring, "programme_day", lambda at: programme_day(at) + timedelta(days=400))
    with pytest.raises(AssertionError, match=r"still good"):
        notices()


def test_planted_fault_half_a_posting_is_noticed(db, monkeypatch):
    add, send = posting._add, Ledger.send

    def without_balances(table, column, changes):
        if table != "badges_account":
            add(table, column, changes)

    monkeypatch.setattr(posting, "_add", without_balances)
    with pytest.raises(AssertionError, match=r": 0 instead of -?\d+"):
        notices()
    # Nobody who watches the sums of each verb: the proof names it by itself.
    monkeypatch.setattr(Ledger, "worth", lambda self, member_id: 0)
    monkeypatch.setattr(Ledger, "send", lambda self, verb, worth=None, **arguments: send(self, verb, **arguments))
    with pytest.raises(AssertionError, match=r"I2: account .* its entries sum to"):
        notices()


def test_planted_fault_a_transfer_that_only_leaves_is_noticed(db, monkeypatch):
    leg = posting.Draft.leg

    def nowhere(self, place, amount):
        """What should have reached the receiver goes to the programme: the sum is right, the points are gone."""
        if self.header.kind == "transfer" and amount > 0:
            self._entries.append(
                (self.header.pk, self.accounts.programme("spend", "revoked", ""), place.type_id, amount)
            )
            self._lots = []
        else:
            leg(self, place, amount)

    monkeypatch.setattr(posting.Draft, "leg", nowhere)
    with pytest.raises(AssertionError, match=r"did not arrive|I4: transfer"):
        notices(Passing)


def test_planted_fault_a_balance_below_zero_is_noticed(db, monkeypatch):
    def without_looking(draft, code, amount, kind):
        draft.lock([code])
        for lot in locks.lock_lots_to_spend(draft.header.member_id, [draft.type_of(code).pk], draft.today):
            part = min(amount, lot.remaining)
            draft.use(lot, part, kind)
            amount -= part

    for verbs in (spending, holding):
        monkeypatch.setattr(verbs, "take", without_looking)
    # The database refuses it by itself (test_seal); here it does not, so that the machine has to.
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA ignore_check_constraints = ON")
        try:
            with pytest.raises(AssertionError, match=r"(spent|set aside) what was not there"):
                notices()
            monkeypatch.setattr(Ledger, "spendable", lambda self, member_id: 10**9)
            with pytest.raises(AssertionError, match=r"I5: account .* stands at -"):
                notices()
        finally:
            cursor.execute("PRAGMA ignore_check_constraints = OFF")


def test_planted_fault_an_expiry_that_takes_too_much_is_noticed(db, monkeypatch):
    use = posting.Draft.use

    def without_use(self, lot, amount, kind):
        if kind != "expire":
            use(self, lot, amount, kind)

    monkeypatch.setattr(posting.Draft, "use", without_use)
    with pytest.raises(AssertionError, match=r"lapsed and still holds|I3: account|I4: transaction"):
        notices(Ageing)


def test_planted_fault_a_day_that_moves_on_the_way_is_noticed(db, monkeypatch):
    pass_on = posting.Draft.pass_on

    def longer(self, lot, amount, kept):
        pass_on(self, lot, amount, kept)
        for opened in self._lots:
            opened.expires_on = None

    monkeypatch.setattr(posting.Draft, "pass_on", longer)
    with pytest.raises(AssertionError, match=r"I4: transfer .* of a last day"):
        notices(Passing)


def test_insufficient_points_is_a_conflict():
    # The machine takes a Conflict for a refusal; the one it meets most must be one.
    assert issubclass(InsufficientPoints, Conflict)

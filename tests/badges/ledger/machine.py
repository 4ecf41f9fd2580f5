"""A machine that does to the ledger whatever comes to its mind, and proves the invariants after each step.

300 runs of 30 steps; LEDGER_RUNS and LEDGER_STEPS may ask for more, never for fewer. Planted faults show that it would
notice, and by which name.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.test import override_settings
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from badges.ledger import actions, chain, selectors
from badges.ledger.models import Lot, PointType, Transaction
from badges.ledger.verify import verify
from portal.core.clock import programme_day
from portal.core.errors import Conflict, Invalid, KeyReused
from tests.badges.ledger.book import NOON, everything, new_member

RUNS = max(300, int(os.environ.get("LEDGER_RUNS", "0")))
STEPS = max(30, int(os.environ.get("LEDGER_STEPS", "0")))
# All that speak of a ledger by itself: I9 of what members passed on, I12 of the batches that the machine closes. I11
# and I13 speak of tiers and rules, of which there are none here; I10 comes with the rewards.
INVARIANTS = ["I1", "I2", "I3", "I4", "I5", "I6", "I7", "I8", "I9", "I12"]

who = st.integers(0, 1)
few = st.integers(1, 120)
any_of = st.integers(0, 10**6)
codes = st.sampled_from([("spend",), ("spend", "status"), ("spend", "status", "rep"), ("rep",)])


class Ledger(RuleBasedStateMachine):
    """Two members, a clock that only goes forward, and every verb with every posting it could be said of.

    A member whose account is merged into the other's makes room for a newcomer.
    """

    def __init__(self) -> None:
        super().__init__()
        self._scope = transaction.atomic()
        self._scope.__enter__()
        self.at = NOON
        self.number = 0
        self.sent: list[tuple[Callable[..., Any], dict[str, Any], int]] = []
        self.postings: dict[str, list[int]] = {}
        self.passed_on: dict[tuple[int, str], int] = {}

    def teardown(self) -> None:
        if hasattr(self, "limits"):
            self.limits.disable()
        transaction.set_rollback(True)
        self._scope.__exit__(None, None, None)

    @initialize(limit=st.sampled_from([0, 30, 500]))
    def open(self, limit: int) -> None:
        PointType.objects.filter(code="spend").update(debt_limit=limit)
        self.members = [new_member().pk for _ in range(2)]

        # Small enough to be met, and no days that would keep every transfer from happening.
        self.limits = override_settings(TRANSFER_MOST=80, TRANSFER_MONTH=150, TRANSFER_REST_DAYS=2)
        self.limits.enable()

    # -- helpers ---------------------------------------------------------------------------------------------------
    def send(self, verb: Callable[..., Any], worth: int | None = None, **arguments: Any) -> Any:
        """Says the verb under a fresh key. `worth`: by how much the member's spend points in all must change."""
        self.number += 1
        arguments |= {"source": "machine", "key": f"n{self.number}", "at": self.at}
        before = everything(), {pk: self.worth(pk) for pk in self.members}
        try:
            said = verb(**arguments)
        except (Conflict, Invalid):
            assert everything() == before[0], "a refused verb wrote something"
            return None
        row = said.transaction
        self.sent.append((verb, arguments, row.pk))
        self.postings.setdefault(row.kind, []).append(row.pk)
        for pk, was in before[1].items():
            change = self.worth(pk) - was
            if pk == row.counterpart_id:
                assert worth is None or change == -worth, "what was given did not arrive"
            elif pk != row.member_id:
                assert change == 0, "a posting of one member touched another"
            elif worth is not None:
                assert change == worth, f"{row.kind}: {change} instead of {worth}"
        return said

    def worth(self, member_id: int) -> int:
        return sum(selectors.balances(member_id)["spend"].values())

    def spendable(self, member_id: int) -> int:
        """Counted by hand, without the ledger's own selectors and locks."""
        today = programme_day(self.at)
        return sum(
            lot.remaining
            for lot in Lot.objects.filter(member_id=member_id, point_type__code="spend")
            if lot.active_from is not None and (lot.expires_on is None or lot.expires_on >= today)
        )

    def one(self, pick: int, *kinds: str) -> int | None:
        found = [pk for kind in kinds for pk in self.postings.get(kind, [])]
        return found[pick % len(found)] if found else None

    # -- the verbs -------------------------------------------------------------------------------------------------
    @rule(days=st.sampled_from([0, 1, 20, 31, 180, 400]), hours=st.integers(0, 23))
    def time_passes(self, days: int, hours: int) -> None:
        self.at += timedelta(days=days, hours=hours)

    @rule(member=who, amount=few, types=codes, pending=st.booleans(), late=st.sampled_from([0, 0, 3, 340]))
    def earn(self, member: int, amount: int, types: tuple[str, ...], pending: bool, late: int) -> None:
        said = self.send(
            actions.earn, worth=amount if "spend" in types else 0, member_id=self.members[member],
            amounts=dict.fromkeys(types, amount), pending=pending, value_date=programme_day(self.at) - timedelta(late),
        )  # fmt: skip
        assert said is not None

    @rule(pick=any_of)
    def activate(self, pick: int) -> None:
        if origin := self.one(pick, "earn_pending", "restore"):
            self.send(actions.activate, worth=0, transaction_id=origin)

    @rule(pick=any_of)
    def lapse(self, pick: int) -> None:
        if origin := self.one(pick, "earn_pending", "restore"):
            self.send(actions.lapse, transaction_id=origin)

    @rule(member=who, amount=few)
    def redeem(self, member: int, amount: int) -> None:
        can = self.spendable(self.members[member]) >= amount
        said = self.send(actions.redeem, worth=-amount, member_id=self.members[member], amount=amount)
        assert (said is not None) == can, "spent what was not there, or refused what was"

    @rule(member=who, amount=few, hours=st.integers(1, 900))
    def hold(self, member: int, amount: int, hours: int) -> None:
        can = self.spendable(self.members[member]) >= amount
        said = self.send(
            actions.hold, worth=0, member_id=self.members[member], amount=amount,
            expires_at=self.at + timedelta(hours=hours),
        )  # fmt: skip
        assert (said is not None) == can, "set aside what was not there, or refused what was"

    @rule(pick=any_of, verb=st.sampled_from([actions.capture, actions.void]))
    def settle(self, pick: int, verb: Callable[..., Any]) -> None:
        if origin := self.one(pick, "hold"):
            self.send(verb, transaction_id=origin)

    @rule(pick=any_of, part=st.integers(0, 60))
    def reverse(self, pick: int, part: int) -> None:
        if not (origin := self.one(pick, "earn", "earn_pending", "restore")):
            return
        left = selectors.left_to_reverse(Transaction.objects.get(pk=origin))
        asked = {code: min(part, amount) for code, amount in left.items() if min(part, amount)} or None
        said = self.send(actions.reverse, transaction_id=origin, reason="gone", amounts=asked)
        assert (said is not None) == any(left.values())
        if said:
            now_left = selectors.left_to_reverse(Transaction.objects.get(pk=origin))
            assert now_left == {code: amount - (asked or left).get(code, 0) for code, amount in left.items()}

    @rule(pick=any_of)
    def restore(self, pick: int) -> None:
        if origin := self.one(pick, "reverse"):
            self.send(actions.restore, transaction_id=origin)

    @rule(pick=any_of)
    def give_back(self, pick: int) -> None:
        if origin := self.one(pick, "redeem", "capture"):
            self.send(actions.give_back, transaction_id=origin)

    @rule(member=who, amount=few, sign=st.sampled_from([1, -1]))
    def adjust(self, member: int, amount: int, sign: int) -> None:
        self.send(
            actions.adjust, worth=sign * amount, member_id=self.members[member], amount=sign * amount,
            actor_id=self.members[0], reason="count",
        )  # fmt: skip

    @rule(giver=who, amount=st.one_of(st.integers(1, 20), st.integers(1, 90)))
    def transfer(self, giver: int, amount: int) -> None:
        mine, hers = self.members[giver], self.members[1 - giver]
        can = self.can_pass_on(mine, amount)
        said = self.send(
            actions.transfer, worth=-amount, giver_id=mine, receiver_id=hers, amount=amount,
        )  # fmt: skip
        assert (said is not None) == can, "passed on what must rest, or refused what may go"
        if said:
            month = (mine, f"{programme_day(self.at):%Y-%m}")
            self.passed_on[month] = self.passed_on.get(month, 0) + amount

    def can_pass_on(self, member_id: int, amount: int) -> bool:
        """By hand: what has rested two days, is good today, and stays within both limits; nothing of who owes."""
        today, rested = programme_day(self.at), self.at - timedelta(days=2)
        there = sum(
            lot.remaining
            for lot in Lot.objects.filter(member_id=member_id, point_type__code="spend").select_related("origin")
            if lot.active_from is not None and lot.active_from <= rested and lot.origin.recorded_at <= rested
            and (lot.expires_on is None or lot.expires_on >= today)
        )  # fmt: skip
        month = self.passed_on.get((member_id, f"{today:%Y-%m}"), 0)
        owes = selectors.balances(member_id)["spend"]["debt"] < 0
        return not owes and amount <= min(there, 80, 150 - month)

    @rule(giver=who, seldom=st.integers(0, 3))
    def merge(self, giver: int, seldom: int) -> None:
        """Two accounts become one; a newcomer takes the place of the one that is closed."""
        if seldom:
            return
        closed, kept = self.members[giver], self.members[1 - giver]
        request = {"giver_id": closed, "receiver_id": kept, "source": "merge", "key": f"m{closed}", "at": self.at}
        before = self.worth(closed) + self.worth(kept)
        said = actions.merge(**request)
        lost = sum(posting.transaction.written_off.get("spend", 0) for posting in said)
        assert (self.worth(closed), self.worth(kept)) == (0, before + lost), "a merge lost points"
        after = everything()
        assert [again.transaction.pk for again in actions.merge(**request)] == [one.transaction.pk for one in said]
        assert everything() == after, "a merge was posted twice"
        for (member, month), amount in list(self.passed_on.items()):
            if member == closed:
                self.passed_on[kept, month] = self.passed_on.get((kept, month), 0) + amount
        self.members[giver] = new_member().pk

    @rule(pick=any_of)
    def a_hold_runs_out(self, pick: int) -> None:
        if origin := self.one(pick, "hold"):
            before = everything()
            try:
                actions.expire_hold(transaction_id=origin, at=self.at)
            except Conflict:
                assert everything() == before, "a refused verb wrote something"

    @rule()
    def a_batch_is_closed(self) -> None:
        chain.close(self.at)

    @rule(times=st.integers(1, 2))
    def the_night_comes(self, times: int) -> None:
        actions.expire_holds(at=self.at)
        can = [self.spendable(pk) for pk in self.members]
        for _ in range(times):
            actions.expire_lots(at=self.at)
        assert [self.spendable(pk) for pk in self.members] == can, "expiry took points that were still good"
        today = programme_day(self.at)
        left = Lot.objects.filter(remaining__gt=0, active_from__isnull=False, expires_on__lt=today)
        assert not left.exists(), "a lot has lapsed and still holds points"

    @precondition(lambda self: self.sent)
    @rule(pick=any_of)
    def the_same_again(self, pick: int) -> None:
        verb, arguments, pk = self.sent[pick % len(self.sent)]
        before = everything()
        again = verb(**arguments)
        assert (again.transaction.pk, again.replayed) == (pk, True), "a key was posted twice"
        assert everything() == before

    @precondition(lambda self: self.sent)
    @rule(pick=any_of, member=who)
    def the_same_key_for_something_else(self, pick: int, member: int) -> None:
        arguments = self.sent[pick % len(self.sent)][1]
        before = everything()
        try:
            actions.earn(
                member_id=self.members[member], amounts={"rep": 999}, source="machine", key=arguments["key"], at=self.at
            )
        except KeyReused:
            pass
        else:
            raise AssertionError("a key was posted twice")
        assert everything() == before

    @invariant()
    def the_ledger_adds_up(self) -> None:
        found = verify(INVARIANTS)
        assert not found, "; ".join(f"{finding.check}: {finding.message}" for finding in found)


class Ageing(Ledger):
    """The same where time runs fast: what lapses does so within a run."""

    @rule()
    def time_passes(self) -> None:
        self.at += timedelta(days=430)


class Passing(Ledger):
    """The same where points are mostly earned and passed on."""

    merge = hold = reverse = the_same_again = the_same_key_for_something_else = None

    @rule()
    def time_passes(self) -> None:
        self.at += timedelta(days=4)


def run(machine: type[Ledger] = Ledger, **more: Any) -> None:
    chosen: dict[str, Any] = {
        "max_examples": RUNS,
        "stateful_step_count": STEPS,
        "deadline": None,
        "database": None,
        "print_blob": True,
        "suppress_health_check": list(HealthCheck),
    }
    run_state_machine_as_test(machine, settings=settings(**(chosen | more)))


def notices(machine: type[Ledger] = Ledger) -> None:
    """The same machine, which need not look for the shortest way to the fault."""
    run(machine, phases=[Phase.generate], report_multiple_bugs=False)

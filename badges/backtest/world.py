"""The programme in memory: what judging an event leaves behind, without a row.

Caps and subjects are reckoned by the functions that pay (`caps.weigh`, `caps.scope_of`, `earning.subjects`); what
waits, is taken back or given again follows `earning.actions`, and tests hold both to the same points.
"""

import heapq
from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import date, datetime, timedelta

from badges.backtest.lines import (
    BARRED,
    CONFIRMED,
    HELD,
    HIDDEN,
    LAPSED,
    OPEN,
    OTHER,
    REVERSED,
    STATUS,
    WAITING,
    ByHand,
    Line,
    Looked,
    Taken,
)
from badges.backtest.rulebook import Rulebook
from badges.earning import caps, conditions
from badges.earning.definitions import Definition, Wait
from badges.earning.subjects import about, answered, heard_as, values_of
from badges.ledger.selectors import share_due
from portal.core.clock import programme_day
from portal.events.types.accounts import AccountsMerged
from portal.events.types.base import Event
from portal.events.types.community import (
    AnswerUnaccepted,
    PostHidden,
    PostRestored,
    ReactionRemoved,
    TradingCleared,
    TradingFound,
)
from portal.events.types.outside import PurchaseRefunded


class World:
    """Judges events one after the other. Every field is plain data, so that a copy of a world is another world."""

    def __init__(self, decided: Iterable[ByHand] = (), looked: Iterable[Looked] = ()) -> None:
        self.looked = list(looked)
        self.used: dict[int, Counter[tuple[str, date]]] = defaultdict(Counter)
        self.spent: Counter[str] = Counter()  # by campaign: what its budget has given
        self.barred: dict[int, int] = {}
        self.merged: dict[int, int] = {}
        self.status: Counter[tuple[int, int]] = Counter()
        self.lines: list[Line] = []
        self.outcomes: Counter[tuple[str, str]] = Counter()
        self.thanks: Counter[tuple[int, int]] = Counter()
        self._by_subject: dict[str, list[Line]] = defaultdict(list)
        self._by_cause: dict[str, list[Line]] = defaultdict(list)
        self._by_event: dict[int, list[Line]] = defaultdict(list)
        self._by_giver: dict[int, list[Line]] = defaultdict(list)
        self._acts: dict[tuple[int, str], list[Line]] = defaultdict(list)
        self._for_givers: dict[int, dict[tuple[str, int, int], list[Line]]] = defaultdict(dict)
        self._taken: dict[str, list[Taken]] = defaultdict(list)
        self._taken_from: dict[int, list[Taken]] = defaultdict(list)
        self._gone: set[str] = set()
        self._due: list[tuple[datetime, int, Line | ByHand]] = []
        self._number = 0
        for one in decided:
            self._put_off(one.at, one)

    def whose(self, member: int) -> int:
        """Who has what was a member's: an account that was merged passes everything on."""
        while member in self.merged:
            member = self.merged[member]
        return member

    # ── Hearing ─────────────────────────────────────────────────────────────────────────────────────────────────
    def hear(self, number: int, event: Event, at: datetime, rules: Rulebook, *, inside: bool) -> None:
        """One event of the log, by the rules of its moment. `inside`: what it gives is counted."""
        self.pass_time(at)
        match event:
            case PostHidden():
                self._gone.add(f"post:{event.post}")
                lines = [one for one in self._by_subject[f"post:{event.post}"] if not one.cause.startswith("answer:")]
                self._take(lines, HIDDEN, number)
            case ReactionRemoved():
                self._gone.add(f"reaction:{event.reaction}")
                self._take(self._by_cause[f"reaction:{event.reaction}"], OTHER, number)
            case AnswerUnaccepted():
                self._gone.add(f"answer:{event.acceptance}")
                self._take(self._by_cause[f"answer:{event.acceptance}"], OTHER, number)
            case PostRestored():
                self._gone.discard(f"post:{event.post}")
                self._show_again(f"post:{event.post}", at)
            case TradingFound():
                self._bar(event.member, number)
            case TradingCleared():
                self._clear(event.member, at)
            case AccountsMerged():
                self._merge(event.closed, event.kept)
            case PurchaseRefunded():
                self._refund(event, number)
            case _:
                self._judge(number, event, at, rules, inside)
                self._release(event, at)

    def pass_time(self, at: datetime) -> None:
        """The calendar up to an instant: waits that are over, and what was decided by hand."""
        while self._due and self._due[0][0] <= at:
            due, _number, what = heapq.heappop(self._due)
            if isinstance(what, ByHand):
                self._by_hand(what)
            elif what.state == OPEN and what.wait == "time":
                self._confirm(what, programme_day(due))
            elif what.state == OPEN:
                what.state = LAPSED
                what.left = {}

    def _put_off(self, at: datetime, what: Line | ByHand) -> None:
        self._number += 1
        heapq.heappush(self._due, (at, self._number, what))

    # ── Judging ─────────────────────────────────────────────────────────────────────────────────────────────────
    def _judge(self, number: int, event: Event, at: datetime, rules: Rulebook, inside: bool) -> None:
        told = False
        asked: dict[int, list[tuple[str, Definition]]] = {}
        for code, definition in rules.hearing(heard_as(event), at):
            member = getattr(event, definition.beneficiary, None)
            if member is not None:
                asked.setdefault(self.whose(member), []).append((code, definition))
        for member, code, definition in ((m, *rule) for m, several in asked.items() for rule in several):
            if inside and not told and event.actor is not None and event.actor != member:
                told = True
                self.thanks[event.actor, member] += 1
            if definition.segments and not rules.history.was_in(member, definition.segments, at):
                outcome = "no_match"
            else:
                outcome = self._apply(number, event, at, code, definition, member, rules, inside)
            if inside:
                self.outcomes[code, outcome] += 1

    def _apply(
        self, number: int, event: Event, at: datetime, code: str, definition: Definition, member: int, rules: Rulebook,
        inside: bool,
    ) -> str:  # fmt: skip
        if definition.when and conditions.unmet(definition.when, values_of(event)):
            return "no_match"
        if definition.exclude_self and event.actor == member:
            return "excluded"
        if event.actor != member and event.actor in self.barred:
            return "excluded"
        it, day, used = about(event), programme_day(at), self.used[member]
        windows = [
            (caps.scope_of(cap, code, event.actor, it.subject), cap.window_start(day)) for cap in definition.caps
        ]
        so_far = [used[window] for window in windows]
        if definition.paired and event.actor is not None:
            other = self.used[self.whose(event.actor)]
            back = [other[caps.scope_of(cap, code, member, ""), cap.window_start(day)] for cap in definition.caps]
            so_far = caps.mutual(definition, so_far, back)
        fitted, shares = caps.weigh(definition, so_far)
        room = caps.Room(definition, so_far, shares)
        rules.lift(fitted.granted, code, event, member, at, room, self.spent)
        shares = room.shares
        for window, share in zip(windows, shares, strict=True):
            used[window] += share
        if not fitted.granted:
            return fitted.outcome
        line = Line(
            code, number, event.name, day, member, event.actor, it.subject, it.cause, fitted.granted,
            dict(fitted.granted), inside,
        )  # fmt: skip
        held = definition.wait is not None and event.actor in self._mates(member, at)
        waits = definition.wait is not None and (held or self._must_wait(definition.wait, code, member, event.actor))
        if waits:
            assert definition.wait is not None
            self._put_to_wait(line, definition.wait, at)
            line.state = HELD if held else OPEN
        else:
            self._count(line, day.year)
        self._keep(line)
        return "pending" if waits else fitted.outcome

    def _mates(self, member: int, at: datetime) -> set[int]:
        """With whom a member was looked at just then."""
        found: set[int] = set()
        for one in self.looked:
            if one.since <= at and (one.until is None or at < one.until):
                members = {self.whose(seat) for seat in one.members}
                found |= members if member in members else set()
        return found - {member}

    def _must_wait(self, wait: Wait, code: str, member: int, giver: int | None) -> bool:
        if wait.kind != "givers":
            return True
        givers = self._givers(member, code, wait.last - 1) | ({giver} if giver else set())
        return len(givers) < wait.needed

    def _givers(self, member: int, code: str, last: int) -> set[int]:
        found: set[int] = set()
        for line in reversed(self._acts[member, code]):
            if last <= 0:
                break
            if not line.undone:
                last -= 1
                if line.giver:
                    found.add(line.giver)
        return found

    def _put_to_wait(self, line: Line, wait: Wait, at: datetime) -> None:
        line.state, line.wait, line.needed, line.last = OPEN, wait.kind, wait.needed, wait.last
        line.until = at + (timedelta(hours=wait.hours) if wait.kind == "time" else timedelta(days=wait.days))
        self._await(line)

    def _await(self, line: Line) -> None:
        assert line.until is not None
        self._put_off(line.until, line)
        if line.wait == "givers":
            waiting = self._for_givers[self.whose(line.member)]
            waiting.setdefault((line.rule, line.last, line.needed), []).append(line)

    def _keep(self, line: Line) -> None:
        if line.inside:
            self.lines.append(line)
        if line.subject:
            self._by_subject[line.subject].append(line)
        if line.cause:
            self._by_cause[line.cause].append(line)
        if line.again:
            return
        self._by_event[line.event].append(line)
        self._acts[line.member, line.rule].append(line)
        if line.giver is not None and line.giver != line.member:
            self._by_giver[line.giver].append(line)

    def _count(self, line: Line, year: int) -> None:
        line.year = year
        if points := line.left.get(STATUS):
            self.status[line.member, year] += points

    # ── What waits ──────────────────────────────────────────────────────────────────────────────────────────────
    def _release(self, event: Event, at: datetime) -> None:
        responder = event.actor
        if responder is None or responder in self.barred:
            return
        subjects, causes = answered(event)
        asked = [line for subject in subjects for line in self._by_subject.get(subject, ())]
        asked += [line for cause in causes for line in self._by_cause.get(cause, ())]
        for line in asked:
            if line.state in WAITING and line.wait == "responders":
                self._answer(line, responder, at)
        author = getattr(event, "author", None)
        if author is not None and author in self._for_givers:
            self._release_givers(author, at)

    def _answer(self, line: Line, responder: int, at: datetime) -> None:
        assert line.until is not None
        if responder == self.whose(line.member) or responder in line.responders or at >= line.until:
            return
        line.responders.append(responder)
        if len(set(line.responders)) < line.needed:
            return
        mates = self._mates(self.whose(line.member), at)
        if len(set(line.responders) - self.barred.keys() - mates) >= line.needed:
            self._confirm(line, programme_day(at))
        elif set(line.responders) <= mates:
            line.state = HELD

    def _release_givers(self, author: int, at: datetime) -> None:
        waiting = self._for_givers[author]
        for (code, last, needed), lines in list(waiting.items()):
            if len(self._givers(author, code, last)) < needed:
                continue
            for line in lines:
                if line.state == OPEN:
                    self._confirm(line, programme_day(at))
            del waiting[code, last, needed]

    def _confirm(self, line: Line, day: date) -> None:
        if any(line.left.values()):
            line.state = CONFIRMED
            self._count(line, day.year)

    def _by_hand(self, one: ByHand) -> None:
        for line in self._by_event.get(one.event, ()):
            if (line.rule, line.member) != (one.rule, one.member) or line.state not in WAITING:
                continue
            if one.became == CONFIRMED:
                self._confirm(line, programme_day(one.at))
            elif one.became == REVERSED:
                self._take([line], OTHER, 0)
            elif one.became == LAPSED:
                line.state, line.left = LAPSED, {}
            elif line.state == OPEN:
                line.state = HELD

    # ── What is taken back and given again ──────────────────────────────────────────────────────────────────────
    def _take(self, lines: Iterable[Line], reason: str, number: int) -> None:
        for line in list(lines):
            if not line.undone and line.state != LAPSED:
                self._reverse(line, {code: n for code, n in line.left.items() if n}, reason, number)

    def _reverse(self, line: Line, amounts: dict[str, int], reason: str, number: int) -> None:
        if not amounts:
            return
        line.undone = True
        for code, amount in amounts.items():
            line.left[code] -= amount
        if line.year is not None and amounts.get(STATUS):
            self.status[line.member, line.year] -= amounts[STATUS]
        if line.state in WAITING and not any(line.left.values()):
            line.state = REVERSED
        taken = Taken(line, amounts, reason, number)
        if reason == HIDDEN:
            self._taken[line.subject].append(taken)
        elif reason == BARRED:
            self._taken_from[number].append(taken)

    def _refund(self, event: PurchaseRefunded, number: int) -> None:
        for line in self._by_event.get(event.of, ()):
            due = {}
            for code, earned in line.amounts.items():
                left = line.left.get(code, 0)
                share = share_due(earned=earned, refunded=event.refunded, paid=event.paid, taken=earned - left)
                if share > 0 and left:
                    due[code] = min(share, left)
            self._reverse(line, due, OTHER, number)

    def _bar(self, giver: int, number: int) -> None:
        self.barred[giver] = number
        given = [line for line in self._by_giver[giver] if line.member != giver]
        causes = dict.fromkeys(line.cause for line in given if line.cause)
        again = [line for cause in causes for line in self._by_cause[cause] if line.member != giver]
        self._take({id(line): line for line in [*given, *again]}.values(), BARRED, number)

    def _clear(self, giver: int, at: datetime) -> None:
        number = self.barred.pop(giver, None)
        if number is not None:
            here = [one for one in self._taken_from[number] if not {one.line.subject, one.line.cause} & self._gone]
            self._restore(here, at)

    def _show_again(self, subject: str, at: datetime) -> None:
        self._restore([o for o in self._taken[subject] if not (o.line.cause and o.line.giver in self.barred)], at)

    def _restore(self, taken: list[Taken], at: datetime) -> None:
        for one in taken:
            if one.restored:
                continue
            one.restored, old = True, one.line
            line = Line(
                old.rule, old.event, old.name, old.day, self.whose(old.member), old.giver, old.subject, old.cause,
                dict(one.amounts), dict(one.amounts), old.inside, again=True,
            )  # fmt: skip
            if old.state == REVERSED:
                assert old.until is not None
                line.state, line.wait, line.needed, line.last = OPEN, old.wait, old.needed, old.last
                line.responders, line.until = list(old.responders), max(old.until, at + timedelta(days=1))
                self._await(line)
            else:
                self._count(line, old.year if old.year is not None else programme_day(at).year)
            self._keep(line)

    def _merge(self, closed: int, kept: int) -> None:
        closed, kept = self.whose(closed), self.whose(kept)
        if closed == kept:
            return
        self.merged[closed] = kept
        self.used[kept].update(self.used.pop(closed, Counter()))
        for asked, lines in self._for_givers.pop(closed, {}).items():
            self._for_givers[kept].setdefault(asked, []).extend(lines)

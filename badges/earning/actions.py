"""Judging an event: which rules match, what they pay, what waits, and why. One transaction per event."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from badges.awards.models import Sight
from badges.campaigns import actions as campaigns
from badges.campaigns.lifting import Boost, Running
from badges.campaigns.selectors import book
from badges.earning import caps, conditions, selectors
from badges.earning.definitions import Definition, parse
from badges.earning.models import WAITING, BarredGiver, Evaluation, PendingEarning, RuleInForce, Seat
from badges.earning.settling import TAKEN, confirm, hold, settle
from badges.earning.subjects import about, answered, heard_as, house_of, values_of
from badges.ledger import actions as ledger
from badges.ledger.locks import lock_wallet
from badges.ledger.models import Entry, Role, Transaction
from badges.ledger.selectors import left_to_reverse, share_due
from badges.segments.selectors import was_in
from badges.tiers.actions import leave, reassess
from badges.tiers.models import TierMove
from portal.core.clock import programme_day
from portal.core.reading import one
from portal.events.bus import Heard
from portal.events.models import Delivery
from portal.events.types.outside import PurchaseRefunded
from portal.notifications import notify, rescind

State = PendingEarning.State
# Why a line was taken back, as the statement reads it, and how it is told.
BARRED, REFUNDED = "giver_barred", "purchase_refunded"


def judge(heard: Heard) -> None:
    """Evaluates every rule that hears the event, posts what they pay and keeps the reasons.

    Side effects: Evaluation row per beneficiary, postings, counters, PendingEarning rows, tier reassessment.
    Idempotent: an evaluation for the same event and member is made once.
    """
    name, asked = heard_as(heard.event), dict[int, list[tuple[RuleInForce, Definition]]]()
    for version in selectors.rules_for(name, heard.occurred_at):
        definition = parse(version.definition)
        member_id = getattr(heard.event, definition.beneficiary)
        if member_id is None or (
            member_id not in asked and Evaluation.objects.filter(event_id=heard.id, member_id=member_id).exists()
        ):
            continue
        asked.setdefault(lock_wallet(member_id), []).append((version, definition))
    if not asked:
        return
    campaigns_now = book()
    if campaigns_now.limited(
        name, {version.rule.code for rules in asked.values() for version, _d in rules}, heard.occurred_at
    ):
        _lock_before_budgets(heard)
    # Member by member, as the evaluations stand: who comes first takes of a budget first, here and in every replay.
    by_member = {
        member_id: [
            _apply(heard, *rule, member_id, campaigns_now.lifting(rule[0].rule.code, name, heard.occurred_at))
            for rule in rules
        ]
        for member_id, rules in asked.items()
    }
    for member_id, outcomes in by_member.items():
        Evaluation.objects.create(event_id=heard.id, member_id=member_id, outcomes=outcomes, at=heard.occurred_at)
        if any(o["transaction"] and "status" in o["granted"] for o in outcomes):
            reassess(member_id=member_id, at=heard.occurred_at)


def _lock_before_budgets(heard: Heard) -> None:
    """Locks the wallets that `release` will want for the same event: a budget is the last lock there is."""
    waiting = PendingEarning.objects.filter(state__in=WAITING, waits_for="responders")
    for member_id in sorted(set(_asked(waiting, *answered(heard.event)).values())):
        lock_wallet(member_id)


def _lift(heard: Heard, running: list[Running], member_id: int, boosts: list[Boost]) -> caps.Lift:
    """How campaigns lift an award: what each of them did is added to `boosts`."""

    def lift(fitted: caps.Fitted, room: caps.Room) -> None:
        found = campaigns.lift(
            fitted.granted, running, member_id=member_id, scope=house_of(heard.event), at=heard.occurred_at, room=room
        )
        boosts.extend(found)

    return lift


def _apply(
    heard: Heard, version: RuleInForce, definition: Definition, member_id: int, running: list[Running]
) -> dict[str, Any]:
    """One rule for one beneficiary: the outcome record of `Evaluation.outcomes`."""
    rule, event, it = version.rule, heard.event, about(heard.event)
    outcome: dict[str, Any] = {
        "rule": rule.code, "revision": version.number, "outcome": "excluded", "computed": definition.points,
        "granted": {}, "data": {}, "transaction": None,
    }  # fmt: skip
    if definition.when and (asked := conditions.unmet(definition.when, values_of(event))):
        return outcome | {"outcome": "no_match", "data": {"when": asked.raw()}}
    if definition.segments and not was_in(member_id, definition.segments, heard.occurred_at):
        return outcome | {"outcome": "no_match", "data": {"segments": list(definition.segments)}}
    if definition.exclude_self and event.actor == member_id:
        return outcome | {"data": {"why": "self"}}
    if event.actor != member_id and selectors.is_barred(event.actor):
        return outcome | {"data": {"why": "barred"}}
    day, boosts = programme_day(heard.occurred_at), list[Boost]()
    fitted = caps.fit(
        definition, rule_code=rule.code, member_id=member_id, giver=event.actor, subject=it.subject, day=day,
        lift=_lift(heard, running, member_id, boosts) if running else None,
    )  # fmt: skip
    outcome |= {"outcome": fitted.outcome, "granted": fitted.granted, "data": fitted.data}
    outcome |= {"pair": fitted.pair} if fitted.pair is not None else {}
    outcome |= {"boosts": [boost.raw() for boost in boosts]} if boosts else {}
    if not fitted.granted:
        return outcome
    ring = _ring_of(definition, member_id, event.actor)
    waits = ring is not None or _must_wait(definition, rule.code, member_id, event.actor)
    posting = ledger.earn(
        member_id=member_id, amounts=fitted.granted, pending=waits, source=f"rule:{rule.code}",
        key=f"event:{heard.id}:{member_id}", at=heard.occurred_at, subject=it.subject, cause=it.cause,
        event_id=heard.id, revision_id=version.pk,
    )  # fmt: skip
    campaigns.keep(boosts, posting.transaction.pk)
    if waits:
        _put_to_wait(posting.transaction, definition, it.subject, heard.occurred_at, ring)
        outcome["outcome"] = "pending"
    return outcome | {"transaction": posting.transaction.pk}


def _must_wait(definition: Definition, rule_code: str, member_id: int, giver: int | None) -> bool:
    wait = definition.wait
    if wait is None:
        return False
    if wait.kind != "givers":
        return True
    givers = selectors.distinct_givers(member_id, rule_code, wait.last - 1) | ({giver} if giver else set())
    return len(givers) < wait.needed


def _ring_of(definition: Definition, member_id: int, giver: int | None) -> int | None:
    """The open ring in which both are, where what the rule pays can wait at all: more of it is held, too."""
    if definition.wait is None or giver is None or giver == member_id:
        return None
    return selectors.ring_mates(member_id).get(giver)


def _put_to_wait(posted: Transaction, definition: Definition, subject: str, at: datetime, ring: int | None) -> None:
    wait = definition.wait
    assert wait is not None
    until = at + (timedelta(hours=wait.hours) if wait.kind == "time" else timedelta(days=wait.days))
    row = PendingEarning.objects.create(
        transaction=posted, member_id=posted.member_id, subject=subject, waits_for=wait.kind, needed=wait.needed,
        until=until,
    )  # fmt: skip
    if ring is not None:
        hold(row, ring_id=ring, at=at)


def release(heard: Heard) -> None:
    """Lets an answer count for what waits for it: enough distinct other members confirm the points. Answers of those
    with whom she is looked at confirm nothing meanwhile, and what only they answered is held.

    Called after `judge` for the same event. A reaction from a fifth different giver also frees the reactions that
    waited for more givers.
    """
    responder = heard.event.actor
    if responder is None or selectors.is_barred(responder):
        return
    subjects, causes = answered(heard.event)
    waiting = PendingEarning.objects.filter(state__in=WAITING, waits_for="responders")
    for pk, member_id in _asked(waiting, subjects, causes).items():
        lock_wallet(member_id)
        # Read again now that nobody else settles what is hers: somebody may have, by hand or by an answer.
        row = one(waiting.filter(pk=pk))
        if row is None or responder in (row.member_id, *row.responders) or heard.occurred_at >= row.until:
            continue
        row.responders, row.version = [*row.responders, responder], row.version + 1
        row.save(update_fields=["responders", "version"])
        if len(set(row.responders)) >= row.needed:
            _weigh_answers(row, heard)
    _release_givers(heard)


def _weigh_answers(row: PendingEarning, heard: Heard) -> None:
    """So many answered that it could be confirmed: if enough of them count, it is."""
    mates = selectors.ring_mates(row.member_id)
    counted = set(row.responders) - selectors.barred(row.responders)
    if len(counted - mates.keys()) >= row.needed:
        confirm(row, at=heard.occurred_at, event_id=heard.id)
    elif mates.keys() >= set(row.responders):
        hold(row, ring_id=mates[row.responders[-1]], at=heard.occurred_at)


def _asked(waiting: QuerySet[PendingEarning], subjects: Iterable[str], causes: Iterable[str]) -> dict[int, int]:
    """What of this waits for an answer to these, and whose it is."""
    found = {}
    for pairs in ({"subject__in": list(subjects)}, {"transaction__cause__in": list(causes)}):
        if any(pairs.values()):
            found |= dict(waiting.filter(**pairs).values_list("pk", "member_id"))
    return found


def _release_givers(heard: Heard) -> None:
    author = getattr(heard.event, "author", None)
    if author is None:
        return
    rows = PendingEarning.objects.filter(state=State.OPEN, waits_for="givers", member_id=author)
    # Confirming changes nobody's acts: what waits by the same rule is answered by the same different people.
    givers: dict[tuple[str, int], int] = {}
    enough = []
    for pk, needed, revision_id in rows.order_by("id").values_list("pk", "needed", "transaction__revision"):
        assert revision_id is not None  # only rules put points to wait
        revision = selectors.revision(revision_id)
        wait = parse(revision.definition).wait
        assert wait is not None
        asked = (revision.rule.code, wait.last)
        if asked not in givers:
            givers[asked] = len(selectors.distinct_givers(author, *asked))
        if givers[asked] >= needed:
            enough.append(pk)
    for row in rows.filter(pk__in=enough).order_by("id") if enough else ():
        confirm(row, at=heard.occurred_at, event_id=heard.id)


def take_back(heard: Heard, *, subject: str = "", cause: str = "", reason: str) -> None:
    """Reverses everything paid for a subject (a hidden post) or for one cause (a reaction taken back), exactly once."""
    posted = Transaction.objects.filter(kind__in=["earn", "earn_pending", "restore"]).order_by("id")
    # What being chosen paid hangs on the choice, which ends with a hidden post by a fact of its own: whichever of both
    # facts is heard first, it leaves once.
    kept_apart = posted.exclude(cause__startswith="answer:")
    posted = kept_apart.filter(subject=subject) if subject else posted.filter(cause=cause)
    _reverse_all(posted, event_id=heard.id, at=heard.occurred_at, reason=reason)


def _reverse_all(posted: QuerySet[Transaction], *, event_id: int, at: datetime, reason: str) -> dict[int, int]:
    """Reverses what of these postings was not reversed yet; returns how many lines of which member. Idempotent."""
    members = {lock_wallet(member_id) for member_id in sorted({t.member_id for t in posted})}
    taken: dict[int, int] = {}
    for paid in posted.filter(reversals=None).select_related("waiting"):
        waiting = getattr(paid, "waiting", None)
        if waiting is not None and waiting.state == State.LAPSED:
            continue
        ledger.reverse(
            transaction_id=paid.pk, source="reverse", key=f"event:{event_id}:{paid.pk}", at=at, reason=reason,
            event_id=event_id,
        )  # fmt: skip
        if waiting is not None and waiting.state in WAITING:
            settle(waiting, State.REVERSED, at)
        taken[paid.member_id] = taken.get(paid.member_id, 0) + 1
    for member_id in sorted(members):
        reassess(member_id=member_id, at=at)
    return taken


def refund(heard: Heard) -> None:
    """Takes back the share of a purchase's points that was given back of it: all refunds together never more than
    floor(points × refunded / paid), whatever their order.

    Raises LookupError while the purchase itself was not judged: the relay comes again. Idempotent by the event.
    Side effects: REVERSE postings, PendingEarning rows, a tier reassessment.
    """
    event = heard.event
    assert isinstance(event, PurchaseRefunded)
    if Delivery.objects.filter(event_id=event.of, subscriber="earning", done_at=None).exists():
        raise LookupError("the purchase was not judged yet")
    member_id = lock_wallet(event.member)
    for paid in Transaction.objects.filter(event_id=event.of, kind__in=selectors.GIVEN).select_related("waiting"):
        due = _share_due(paid, refunded=event.refunded, paid_for=event.paid)
        if not due:
            continue
        ledger.reverse(
            transaction_id=paid.pk, source="refund", key=f"event:{heard.id}:{paid.pk}", at=heard.occurred_at,
            reason=REFUNDED, amounts=due, event_id=heard.id,
        )  # fmt: skip
        waiting = getattr(paid, "waiting", None)
        if waiting is not None and waiting.state in WAITING and not any(left_to_reverse(paid).values()):
            settle(waiting, State.REVERSED, heard.occurred_at)
    reassess(member_id=member_id, at=heard.occurred_at)


def _share_due(paid: Transaction, *, refunded: int, paid_for: int) -> dict[str, int]:
    """By point type: what of a posting this much of a refund takes beyond what earlier ones took."""
    due, left_of = {}, left_to_reverse(paid)
    issued = Entry.objects.filter(transaction=paid, account__role=Role.ISSUED)
    for code, amount in issued.values_list("point_type__code", "amount"):
        earned, left = -amount, left_of.get(code, 0)
        share = share_due(earned=earned, refunded=refunded, paid=paid_for, taken=earned - left)
        if share > 0:
            due[code] = min(share, left)
    return due


def give_again(heard: Heard, *, subject: str) -> None:
    """Restores what a reversal took for a subject, once: what waited waits again, what was confirmed is confirmed.

    What came from a giver whose thanks pay nobody stays taken.
    """
    reversals = Transaction.objects.filter(kind="reverse", subject=subject, reason="post_hidden").order_by("id")
    givers = selectors.givers_of(reversals)
    barred = selectors.barred(givers.values())
    stays = [cause for cause, giver in givers.items() if giver in barred]
    _restore_all(reversals.exclude(cause__in=stays), heard)


def bar_giver(heard: Heard, *, giver_id: int) -> None:
    """A giver traded thanks for points: what others got from her is taken back, and from now on she gives nothing.

    Side effects: BarredGiver, those of `take_back_given`. Idempotent: by the event.
    """
    with transaction.atomic():
        fresh = {"event_id": heard.id, "since": heard.occurred_at, "lifted_at": None}
        bar, _made = BarredGiver.objects.update_or_create(giver_id=giver_id, defaults=fresh)
        take_back_given(bar, at=heard.occurred_at)


def take_back_given(bar: BarredGiver, *, at: datetime) -> int:
    """Reverses all that others were paid because of a barred giver, and tells each of them once, without a name.

    Returns how many lines. Idempotent. A member who traded herself is told the same as everybody else.
    """
    with transaction.atomic():
        taken = _reverse_all(selectors.given_by(bar.giver_id), event_id=bar.event_id, at=at, reason=BARRED)
        for member_id, lines in sorted(taken.items()):
            subject, args = f"barred:{bar.event_id}", {"lines": lines, "why": BARRED}
            notify(member_id=member_id, kind=TAKEN, subject=subject, args=args, actor_id=None, at=at)
    return sum(taken.values())


def clear_giver(heard: Heard, *, giver_id: int) -> None:
    """The decision about a giver was lifted: what it took is given again, once, unless its post is gone meanwhile."""
    with transaction.atomic():
        bar = BarredGiver.objects.select_for_update().filter(giver_id=giver_id, lifted_at=None).first()
        if bar is None:
            return
        bar.lifted_at = heard.occurred_at
        bar.save(update_fields=["lifted_at"])
        gone = Sight.objects.filter(withdrawn=True).values("key")
        taken = Transaction.objects.filter(kind="reverse", reason=BARRED, event_id=bar.event_id).order_by("id")
        _restore_all(taken.exclude(subject__in=gone).exclude(cause__in=gone), heard)
        rescind(subject=f"barred:{bar.event_id}", kind=TAKEN, at=heard.occurred_at)


def _restore_all(reversals: QuerySet[Transaction], heard: Heard) -> None:
    members = {lock_wallet(member_id) for member_id in sorted({t.member_id for t in reversals})}
    for taken in reversals.filter(reversals=None).select_related("reverses__waiting"):
        waiting = getattr(taken.reverses, "waiting", None)
        was_open = waiting is not None and waiting.state == State.REVERSED
        posting = ledger.restore(
            transaction_id=taken.pk, source="restore", key=f"event:{heard.id}:{taken.pk}", at=heard.occurred_at,
            event_id=heard.id, pending=was_open, reason="giver_cleared" if taken.reason == BARRED else "",
        )  # fmt: skip
        if was_open and posting.transaction is not None:
            assert waiting is not None
            PendingEarning.objects.create(
                transaction=posting.transaction, member_id=waiting.member_id, subject=waiting.subject,
                waits_for=waiting.waits_for, needed=waiting.needed, responders=waiting.responders,
                until=max(waiting.until, heard.occurred_at + timedelta(days=1)),
            )  # fmt: skip
    for member_id in sorted(members):
        reassess(member_id=member_id, at=heard.occurred_at)


def merge_wallets(heard: Heard, *, giver_id: int, receiver_id: int) -> None:
    """Everything the programme keeps for one account goes to another of the same person: points, caps, what waits.

    Side effects: MERGE postings, counters, PendingEarning rows, the giver's tier status, a tier reassessment of the
    receiver. Idempotent: accounts that were merged already change nothing.
    """
    ledger.merge(
        giver_id=giver_id, receiver_id=receiver_id, source="merge", key=f"account:{giver_id}", at=heard.occurred_at,
        event_id=heard.id,
    )  # fmt: skip
    PendingEarning.objects.filter(member_id=giver_id).update(member_id=receiver_id)
    seated = Seat.objects.filter(member_id=receiver_id).values("ring")
    Seat.objects.filter(member_id=giver_id).exclude(ring__in=seated).update(member_id=receiver_id)
    leave(member_id=giver_id, to=receiver_id)
    reassess(member_id=receiver_id, at=heard.occurred_at, cause=TierMove.Cause.MERGED)

"""Reads of the programme's rules and reasons."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Q, QuerySet

from badges.earning.models import BarredGiver, EarningRule, Evaluation, PendingEarning, RuleInForce, RuleText, Seat
from badges.ledger.models import Transaction
from portal.core.prepared import prepared
from portal.core.reading import read_once


def newest_in_force(rule: EarningRule, at: datetime) -> RuleInForce | None:
    """The rule's definition in force at an instant: revision 2 published at T judges T, revision 1 one second before.

    None when there was none yet or it was retired (an empty definition). Reads prefetched versions without a query.
    """
    past = [v for v in rule.versions.all() if v.since <= at]
    newest = max(past, key=lambda v: (v.since, v.number), default=None)
    return newest if newest and newest.definition else None


@read_once
def _rules_hearing(event_name: str) -> list[EarningRule]:
    return list(EarningRule.objects.filter(event_name=event_name).prefetch_related("versions"))


@read_once
def revision(revision_id: int) -> RuleInForce:
    """A revision with its rule, by its id. One query."""
    return RuleInForce.objects.select_related("rule").get(pk=revision_id)


def rules_for(event_name: str, at: datetime) -> list[RuleInForce]:
    """All rules that hear an event type, as they were at `at`, in the order in which they are judged. Two queries."""
    found = []
    for rule in _rules_hearing(event_name):
        version = newest_in_force(rule, at)
        if version:
            version.rule = rule
            found.append(version)
    return found


def rule_names(locale: str) -> dict[str, str]:
    """Rule code to its name in one language, Vietnamese where the language has none."""
    names: dict[str, str] = {}
    for text in RuleText.objects.filter(locale__in={locale, "vi"}).select_related("rule"):
        if text.locale == locale or text.rule.code not in names:
            names[text.rule.code] = text.name
    return names


def evaluations_of(transactions: Iterable[Transaction]) -> dict[int, Evaluation]:
    """The evaluation behind each posting, by the posting's id. One query."""
    wanted = {t.event_id: t for t in transactions if t.event_id}
    rows = Evaluation.objects.filter(event_id__in=wanted, member_id__in={t.member_id for t in wanted.values()})
    by_pair: dict[tuple[int | None, int], Evaluation] = {(e.event_id, e.member_id): e for e in rows}
    return {t.pk: by_pair[t.event_id, t.member_id] for t in wanted.values() if (t.event_id, t.member_id) in by_pair}


def waiting_of(transactions: Iterable[Transaction]) -> dict[int, PendingEarning]:
    """What each posting waits (or waited) for, by the posting's id. One query."""
    rows = PendingEarning.objects.filter(transaction__in=[t.pk for t in transactions]).select_related("ring")
    return {row.transaction_id: row for row in rows}


def distinct_givers(member_id: int, rule_code: str, last: int) -> set[int]:
    """The different members behind the last `last` acts that this rule judged for the member and did not take back."""
    return {giver for giver in _givers(member_id, f"rule:{rule_code}", last=last) if giver}


@prepared
def _givers(member: int, source: str, *, last: int) -> QuerySet[Transaction, int | None]:
    rows = Transaction.objects.filter(member=member, source=source, kind__in=GIVEN, reversals=None)
    return rows.order_by("-id").values_list("event__actor", flat=True)[:last]


def ring_mates(member_id: int) -> dict[int, int]:
    """With whom a member is looked at just now, each with the ring. One query."""
    return dict(_mates(member_id))


@prepared
def _mates(member: int) -> QuerySet[Seat, tuple[int, int]]:
    rows = Seat.objects.filter(ring__state="open", ring__seats__member=member).exclude(member=member)
    return rows.order_by("ring_id").values_list("member_id", "ring_id")


GIVEN = ("earn", "earn_pending")


def barred(ids: Iterable[int | None]) -> set[int]:
    """Those of these members whose thanks pay nobody. One query, none for nobody."""
    asked = {one for one in ids if one is not None}
    rows = BarredGiver.objects.filter(giver_id__in=asked, lifted_at=None) if asked else BarredGiver.objects.none()
    return set(rows.values_list("giver_id", flat=True))


def is_barred(giver_id: int | None) -> bool:
    """Whether this member's thanks pay nobody. One query, none for nobody."""
    return giver_id is not None and bool(_barred(giver_id))


@prepared
def _barred(giver: int) -> QuerySet[BarredGiver, int]:
    return BarredGiver.objects.filter(giver=giver, lifted_at=None).values_list("pk", flat=True)


def given_by(giver_id: int) -> QuerySet[Transaction]:
    """Every posting that others have because of what a member gave, also where it was brought back once. By id."""
    first = Transaction.objects.filter(event__actor=giver_id, kind__in=GIVEN).exclude(member_id=giver_id)
    causes = first.exclude(cause="").values("cause")
    rows = Transaction.objects.filter(Q(pk__in=first.values("pk")) | Q(cause__in=causes))
    return rows.filter(kind__in=[*GIVEN, "restore"]).exclude(member_id=giver_id).order_by("id")


def givers_of(postings: Iterable[Transaction]) -> dict[str, int]:
    """Who stands behind each cause of these postings: who reacted, who chose the answer. One query."""
    causes = {t.cause for t in postings if t.cause}
    rows = Transaction.objects.filter(cause__in=causes, kind__in=GIVEN, event__actor__isnull=False)
    return {cause: actor for cause, actor in rows.values_list("cause", "event__actor") if actor is not None}

"""The only door of the programme for brand and the roof: reads as plain values, never models."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import get_language

from badges.awards import broadcasts as moments
from badges.awards import selectors as awards
from badges.awards.actions import arrange
from badges.awards.selectors import BadgeView, OnShelf
from badges.awards.streaks import Streak
from badges.backtest import actions as backtests
from badges.campaigns.selectors import Shown, running
from badges.challenges.actions import take_part
from badges.challenges.selectors import choices as challenge_choices
from badges.challenges.selectors import quests
from badges.challenges.tasks import close_challenges
from badges.earning.broadcasts import Missed, balance_of, meter_context, missed, purse_of, statement_rows
from badges.earning.definitions import parse
from badges.earning.models import EarningRule, Evaluation
from badges.earning.selectors import newest_in_force, rules_for
from badges.earning.statement import SILENT, Line, lines_of
from badges.earning.tasks import settle_waiting
from badges.leaderboards import actions as boards
from badges.leaderboards.tasks import close_boards
from badges.ledger import actions as ledger
from badges.ledger import selectors as books
from badges.ledger.locks import lock_wallet
from badges.ledger.models import Lot, PointType, Transaction
from badges.medals.houses import register as enamels
from badges.programme import actions as programme
from badges.programme import selectors as programme_desk
from badges.programme.actions import look_for_rings
from badges.programme.selectors import to_decide
from badges.programme.tasks import begin_drafts as begin_due
from badges.segments.actions import rebuild as follow_segments
from badges.segments.actions import write_segment
from badges.tiers.actions import reassess
from badges.tiers.perks import Place
from badges.tiers.perks import keeper as doors
from badges.tiers.perks import register as perks
from badges.tiers.selectors import Meter, TierView, ladder, meter_of
from portal.accounts.models import Member
from portal.accounts.profiles import field_visible, profile_of
from portal.core.clock import now, programme_day
from portal.core.errors import NotFound
from portal.events.models import Delivery

__all__ = [
    "BadgeView",
    "Meter",
    "Missed",
    "Place",
    "Posting",
    "Streak",
    "TierView",
    "Way",
    "approve",
    "arrange",
    "badges_held",
    "badges_of",
    "balance",
    "balances",
    "begin_due",
    "campaigns",
    "challenge_choices",
    "close_boards",
    "close_challenges",
    "correct",
    "credit_by_hand",
    "doors",
    "enamels",
    "follow_segments",
    "fresh_badges",
    "hall",
    "look_for_rings",
    "lots",
    "meter",
    "missed",
    "offer",
    "perks",
    "point_types",
    "postings",
    "propose",
    "purse",
    "quests",
    "reasons",
    "rehearse",
    "settle_waiting",
    "shelf_line",
    "stand_on_boards",
    "standing",
    "statement",
    "streak",
    "take_part",
    "tiers",
    "to_decide",
    "transfer",
    "unit_value",
    "ways",
    "write_segment",
]


def balance(member_id: int) -> dict[str, int]:
    """Spend available and pending, status and reputation, in whole points."""
    return balance_of(member_id)


def credit_by_hand(
    *, actor: Member, member_id: int, amounts: dict[str, int], at: datetime, key: str, reason: str
) -> None:
    """Points that somebody of the house writes into a member's book, by point type, with a reason that she reads.

    Idempotent by `key`. Raises what `ledger.adjust` raises. The tier is looked at again in the same transaction.
    """
    with transaction.atomic():
        owner = lock_wallet(member_id)
        for code, amount in sorted(amounts.items()):
            ledger.adjust(
                member_id=owner, amount=amount, point_type=code, source="by_hand", key=f"{key}:{code}", at=at,
                actor_id=actor.pk, reason=reason,
            )  # fmt: skip
        reassess(member_id=owner, at=at)


def transfer(
    *, giver_id: int, receiver_id: int, amount: int, source: str, key: str, at: datetime, reason: str = "",
    actor_id: int | None = None,
) -> str:  # fmt: skip
    """Passes spend points on from one member to another; returns the posting's public id. See `ledger.transfer` for
    the limits, the days of rest and every refusal. Idempotent by (source, key)."""
    posting = ledger.transfer(
        giver_id=giver_id, receiver_id=receiver_id, amount=amount, source=source, key=key, at=at, reason=reason,
        actor_id=actor_id,
    )  # fmt: skip
    return posting.transaction.public_id


def propose(
    *, actor: Member, kind: str, subject: str, at: datetime, note: str, content: dict[str, Any] | None = None,
    texts: dict[str, Any] | None = None, hand_in: bool = False, since: datetime | None = None,
    until: datetime | None = None,
) -> int:  # fmt: skip
    """Writes a draft of a change (its kind as `Draft` has them); what is not given stays as it is.

    Returns its id. `since`, `until`: its window, where it has one. Raises what `programme.write_draft` raises.
    """
    new = programme_desk.newest_number(kind, subject) == 0
    as_is, said = ({}, {}) if new else programme_desk.as_it_is(kind, subject, at=at)
    with transaction.atomic():
        draft = programme.write_draft(
            actor=actor, kind=kind, subject=subject, content=as_is | (content or {}), texts=said | (texts or {}), at=at,
            note=note, effective_from=since, until=until,
        )  # fmt: skip
        if hand_in:
            programme.hand_in_draft(actor=actor, draft_id=draft.pk, version=draft.version, at=at)
    return draft.pk


def approve(*, actor: Member, draft_id: int, at: datetime) -> None:
    """Approves a draft as it stands. Raises what `programme.approve_draft` raises."""
    version = programme_desk.get_draft_for(actor, draft_id).version
    programme.approve_draft(actor=actor, draft_id=draft_id, version=version, at=at)


def rehearse(*, actor: Member, kind: str, subject: str, days: int, at: datetime) -> int:
    """Backtests the newest open draft of a subject over the last so many programme days, here and now; returns the
    backtest's id. Raises what `programme.ask_for_backtest` raises, and NotFound without such a draft."""
    draft = programme_desk.open_drafts(kind).filter(subject=subject).first()
    if draft is None:
        raise NotFound
    today = programme_day(at)
    row, _fresh = programme.ask_for_backtest(
        actor=actor, draft_id=draft.pk, version=draft.version, first=today - timedelta(days=days - 1), last=today,
        together=False, at=at,
    )  # fmt: skip
    backtests.run(row.pk)
    return row.pk


def correct(
    *, actor: Member, member_id: int, point_type: str, amount: int, reason: str, note: str, key: str, at: datetime
) -> None:
    """A correction of points by hand; see `programme.adjust_points`."""
    programme.adjust_points(
        actor=actor, member_id=member_id, point_type=point_type, amount=amount, reason=reason, note=note, key=key, at=at
    )


def stand_on_boards(*, actor: Member, at: datetime) -> None:
    """She wishes to be seen on the boards."""
    boards.wish(actor=actor, wanted=True, at=at)


def meter(member_id: int) -> dict[str, Any]:
    """Where the member stands this year: `meter` and its `caption`, ready for the ring."""
    return meter_context(meter_of(member_id, day=programme_day(now()), locale=get_language() or "vi"))


def tiers() -> list[TierView]:
    """The ladder of tiers in the reader's language."""
    return ladder(get_language() or "vi")


def purse(member_id: int) -> dict[str, Any]:
    """`balance`, what it is `worth` in đồng, and what lapses first: `expiring`, its last valid `day` and `amount`."""
    return purse_of(member_id)


def statement(member_id: int, *, before: int | None = None, limit: int = 20) -> tuple[list[Line], int | None]:
    """A page of the statement, newest first, and the key of the next page (None at the end). Constant queries."""
    rows = statement_rows(member_id).exclude(kind__in=SILENT).order_by("-id")
    if before is not None:
        rows = rows.filter(pk__lt=before)
    found = list(rows[: limit + 1])
    page = found[:limit]
    return lines_of(page, owner_id=member_id, viewer_id=member_id), (page[-1].pk if len(found) > limit else None)


def unit_value() -> int:
    """What one spend point is put at, in đồng; 0 where the programme names no value."""
    return PointType.objects.filter(code="spend").values_list("unit_value", flat=True).first() or 0


@dataclass(frozen=True)
class Way:
    """A rule in force, as members read it."""

    name: str
    explanation: str
    spend: int


def ways() -> list[Way]:
    """Every way to earn today, in the reader's language. Three queries."""
    locale, found = get_language() or "vi", []
    for rule in EarningRule.objects.prefetch_related("versions", "texts"):
        version = newest_in_force(rule, now())
        texts = {t.locale: t for t in rule.texts.all()}
        text = texts.get(locale) or texts.get("vi")
        if version and text:
            found.append(Way(text.name, text.explanation, parse(version.definition).points.get("spend", 0)))
    return found


def campaigns() -> list[Shown]:
    """Every campaign that runs now, in the reader's language, those that end first at the top. Four queries."""
    return running(get_language() or "vi", at=now())


def offer(event_name: str) -> dict[str, int]:
    """What an act pays today, by point type, all rules in force together; {} when it pays nothing."""
    total: dict[str, int] = {}
    for version in rules_for(event_name, now()):
        for code, amount in parse(version.definition).points.items():
            total[code] = total.get(code, 0) + amount
    return total


def badges_of(member: Member, viewer: Member | None) -> list[BadgeView]:
    """What stands on a member's public page for this viewer: what she chose, the newest until she has chosen.

    [] when she lets this viewer see no badges. Three queries.
    """
    if not field_visible(profile_of(member), "badges", viewer):
        return []
    arranged, viewer_id = awards.is_arranged(member.pk), viewer.pk if viewer else None
    return awards.chosen(member.pk, get_language() or "vi", arranged=arranged, viewer_id=viewer_id)


def fresh_badges(member_id: int) -> list[dict[str, Any]]:
    """Awards whose moment was not shown yet, as the moment's template wants them, the newest last."""
    locale = get_language() or "vi"
    rows = reversed(awards.fresh_awards(member_id))
    return [moments.reveal_context(award, awards.badge_view(award.badge, locale)) for award in rows]


def shelf_line(member: Member) -> tuple[list[BadgeView], OnShelf | None]:
    """Her newest badges, and the one that is nearest. A constant number of queries."""
    every = awards.shelf_of(member, at=now(), locale=get_language() or "vi")
    held = sorted((one for one in every if one.earned), key=lambda one: one.awards[0].at, reverse=True)
    near = [one for one in every if one.begun and one.progress and not one.hidden]
    return [one.badge for one in held[:5]], max(near, key=lambda one: one.percent, default=None)


def streak(member: Member) -> Streak:
    """Her days in a row and the days of rest that she has put aside. Two queries."""
    return awards.streak_of(member, at=now())


def point_types() -> list[PointType]:
    """Every kind of points, by id; rows to read, never to change. One query."""
    return list(PointType.objects.order_by("id"))


def balances(member_id: int) -> dict[str, dict[str, int]]:
    """By point type code: `available`, `pending`, `held` (0 or more) and `debt` (0 or less). Two queries."""
    return books.balances(member_id)


@dataclass(frozen=True)
class Posting:
    """One posting of a member's book. `amounts`: by point type and role, how her accounts changed."""

    id: str
    kind: str
    state: str
    title: str
    why: str
    at: datetime
    value_date: date
    amounts: dict[str, dict[str, int]]
    rule: str | None
    revision: int | None


def postings(member_id: int, *, before: int | None = None, limit: int = 20) -> tuple[list[Posting], int | None]:
    """A page of everything that was posted to a member, newest first, and the key of the next page (None at the end).

    Constant queries. Raises NotFound when `before` is no posting of hers.
    """
    page = books.statement(member_id, before=before, limit=limit)
    ids = [line.transaction.pk for line in page.lines]
    rows = Transaction.objects.select_related("event", "revision__rule").in_bulk(ids)
    told = lines_of([rows[pk] for pk in ids], owner_id=member_id)
    found = [
        _posting(rows[line.transaction.pk], words, line.amounts) for line, words in zip(page.lines, told, strict=True)
    ]
    return found, page.before


def _posting(row: Transaction, words: Line, amounts: dict[str, dict[str, int]]) -> Posting:
    rule, number = (row.revision.rule.code, row.revision.number) if row.revision else (None, None)
    return Posting(
        row.public_id, row.kind, words.state, str(words.title), str(words.why["text"]), row.recorded_at, row.value_date,
        amounts, rule, number,
    )  # fmt: skip


def lots(member_id: int, *, at: datetime, point_type: str, after: int | None, limit: int) -> list[Lot]:
    """Up to `limit` lots that can be spent, in that order, behind the lot `after`. Two queries at most.

    Rows to read, never to change. [] for a kind of points that there is none of, or when `after` is no lot of hers.
    """
    rows = books.lots_of(member_id, at=at, point_type=point_type)
    if after is not None:
        last = Lot.objects.filter(pk=after, member_id=member_id).first()
        if last is None:
            return []
        behind = Q(expires_on=last.expires_on, pk__gt=last.pk)
        if last.expires_on is not None:
            behind |= Q(expires_on__gt=last.expires_on) | Q(expires_on=None)
        rows = rows.filter(behind)
    return list(rows[:limit])


def standing(member_id: int) -> Meter:
    """Where a member stands this year, in the reader's language: her tier, its last day, and what is next."""
    return meter_of(member_id, day=programme_day(now()), locale=get_language() or "vi")


def hall() -> list[BadgeView]:
    """Every badge that can be earned and is no secret, in the reader's language. Three queries."""
    return awards.hall(get_language() or "vi", at=now())


def badges_held(member_id: int) -> list[tuple[BadgeView, datetime]]:
    """Every badge that a member holds, secret ones too, each once with when it came last, the newest first."""
    locale, found = get_language() or "vi", {}
    for award in awards.active_awards(member_id).select_related("badge").prefetch_related("badge__texts"):
        found.setdefault(award.badge_id, (awards.badge_view(award.badge, locale), award.at))
    return list(found.values())


def reasons(event_id: int, member_id: int) -> list[dict[str, Any]] | None:
    """What every rule did with an event for a member; None while it was not judged. Two queries."""
    if Delivery.objects.filter(event_id=event_id, subscriber="earning", done_at=None).exists():
        return None
    outcomes = Evaluation.objects.filter(event_id=event_id, member_id=member_id).values_list("outcomes", flat=True)
    return list(outcomes.first() or [])

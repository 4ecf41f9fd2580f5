"""Writes of badges: feed what counts, take it back, give and revoke, move, arrange. The only place that grants."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from badges.awards import counting, judging, listeners, selectors
from badges.awards.definitions import parse
from badges.awards.facts import Said, keys_of, owner_of, said_by
from badges.awards.judging import InForce
from badges.awards.locks import Owner, lock_shelves
from badges.awards.models import Award, AwardMove, Badge, Fact, Shelf, Sight, ZoneAsk
from badges.awards.streaks import MENDED
from badges.awards.zones import zone_at
from portal.accounts.actions import keep_held, update_standing
from portal.accounts.models import Member, Standing
from portal.core.errors import Conflict, Invalid
from portal.core.prepared import prepared
from portal.core.writing import add_all
from portal.events import bus
from portal.events.bus import Heard
from portal.events.types.accounts import ZoneChanged
from portal.events.types.badges import BadgeGranted, BadgeRevoked, StreakMended
from portal.notifications import notify, rescind, restore
from portal.realtime import record

KIND = "badge"
Move = AwardMove.Kind


def feed(heard: Heard, *, told: bool) -> None:
    """Stores what an event says that can be counted, and gives whatever badge it completes.

    `told` says that the moment is fresh enough to be told as news. Side effects: Fact rows, those of `_give`.
    Idempotent: a fact is stored once per event, metric and member, an award given once per badge, member and target.
    """
    said = said_by(heard.event)
    author = owner_of(heard.event)
    with transaction.atomic():
        owners = lock_shelves({one.member for one in said} | ({author} if author else set()))
        said = [one for one in said if one.member in owners and owners[one.member].stays]
        _store(heard, said, owners)
        touched: dict[int, list[Said]] = {}
        for one in said:
            touched.setdefault(owners[one.member].id, []).append(one)
        given: list[Award] = []
        for member_id, own in sorted(touched.items(), key=lambda pair: str(pair[0])):
            metrics, targets = [s.metric for s in own], [s.target for s in own]
            given += award_what_is_reached(member_id, metrics, targets, heard, told=told)
        listeners.tell_changed({m: {s.metric for s in own} for m, own in touched.items()}, heard, told=told)
        mark_chips({award.member_id for award in given}, heard.occurred_at)


@transaction.atomic
def mend(*, actor: Member, day: str, at: datetime) -> int:
    """Makes good the day that she missed, so that her row of days goes on; returns how long it is now.

    Raises Conflict when that day cannot be mended (any more), when today lacks an act, or when she mended one in this
    month of her calendar. Side effects: StreakMended, its Fact. Idempotent: a day that is mended stays so.
    """
    lock_shelves({actor.pk})
    streak = selectors.streak_of(actor, at=at)
    if Fact.objects.filter(member=actor, metric=MENDED, target=day, withdrawn_at=None).exists():
        return streak.days
    if streak.missed is None or streak.missed.isoformat() != day:
        raise Conflict(_("This day cannot be mended any more."))
    if streak.lacks:
        raise Conflict(_("Do one thing more today, then the day can be mended."))
    row = bus.publish(StreakMended(actor=actor.pk, member=actor.pk, day=day), at=at, key=f"mended:{actor.pk}:{day}")
    feed(bus.heard(row), told=False)  # at once, so that the page which she gets knows it; the relay finds it done
    return streak.saved


def _store(heard: Heard, said: list[Said], owners: dict[int, Owner]) -> None:
    keys = {key for one in said for key in (one.subject, one.cause) if key}
    gone = dict(Sight.objects.filter(key__in=keys, withdrawn=True).values_list("key", "at")) if keys else {}
    held = selectors.zones_of({owner.id: owner.zone for owner in owners.values()})
    facts = []
    for one in said:
        owner = owners[one.member]
        local = heard.occurred_at.astimezone(zone_at(held[owner.id], heard.occurred_at))
        facts.append(Fact(
            event_id=heard.id, metric=one.metric, member_id=owner.id, other_id=one.other, target=one.target,
            subject=one.subject, cause=one.cause, day=local.date(), hour=local.hour, occurred_at=heard.occurred_at,
            withdrawn_at=gone.get(one.subject) or gone.get(one.cause),
        ))  # fmt: skip
    add_all(facts, ignore=True)


def award_what_is_reached(
    member_id: int, metrics: Iterable[str], targets: Iterable[str], heard: Heard, *, told: bool
) -> list[Award]:
    """Gives a member every badge whose criteria, as in force when it happened, her facts reach; returns these awards.

    Only badges that count one of `metrics`; those per target only for `targets`. The caller holds her shelf. A badge
    that had been taken back is given again, without news. Idempotent.
    """
    touched, heaps = set(metrics), judging.heaps_of(member_id)
    open_ones = [
        one
        for one in judging.in_force(heard.occurred_at)
        if one.criteria.metrics & touched and counting.could_be_met(one.criteria, heaps)
    ]
    if not open_ones:
        return []
    held = set(_held(member_id))
    given = []
    places = [
        (one, target)
        for one in open_ones
        for target in (sorted(set(targets)) if one.badge.per_target else [""])
        if (one.badge.pk, target) not in held
    ]
    # One read for all of them; each counts only what it asks for.
    known = judging.rows_of(member_id, {m for one, _target in places for m in one.criteria.metrics}) if places else []
    for one, target in places:
        rows = [row for row in known if row.target == target] if one.badge.per_target else known
        if counting.met(one.criteria, rows):
            given.append(_give(one, member_id, target, counting.evidence(one.criteria, rows), heard, told=told))
    return given


@prepared
def _held(member: int) -> QuerySet[Award, tuple[int, str]]:
    return Award.objects.filter(member=member, revoked_at=None).values_list("badge_id", "target")


def _give(one: InForce, member_id: int, target: str, evidence: list[int], heard: Heard, *, told: bool) -> Award:
    """The award itself. Side effects: Award and AwardMove rows, BadgeGranted; for a loud badge a notification and an
    entry on her stream."""
    award, made = Award.objects.get_or_create(
        badge=one.badge,
        member_id=member_id,
        target=target,
        defaults={"revision": one.version, "event_id": heard.id, "evidence": evidence, "at": heard.occurred_at},
    )
    if not made and award.revoked_at is None:
        return award
    if not made:
        Award.objects.filter(pk=award.pk).update(revoked_at=None, evidence=evidence)
        award.revoked_at = None
    _note(award, Move.GRANTED if made else Move.RESTORED, heard.event.name, heard)
    _open_gates(member_id)
    bus.publish(
        BadgeGranted(member=member_id, badge=one.badge.code, award=award.pk, target=target, again=not made),
        at=heard.occurred_at,
    )
    if not made:
        restore(subject=subject_of(award), kind=KIND, at=heard.occurred_at)
    elif told and one.badge.loud:
        args = {"badge": one.badge.code, "award": award.pk}
        subject, at = subject_of(award), heard.occurred_at
        notify(member_id=member_id, kind=KIND, subject=subject, args=args, actor_id=None, at=at)
        record(f"member:{member_id}", "badge", {"award": award.pk})
    return award


def begin_badge(heard: Heard, code: str, *, backfill: bool, told: bool) -> int:
    """A revision of a badge began: gives it to everybody who has met it already, when `backfill`; returns how many.

    Counted by the same reckoning as in life, one member after the other under her shelf. The chips of who holds it show
    its new looks. Idempotent.
    """
    mark_chips(selectors.shown_beside(code), heard.occurred_at)
    one = next((o for o in judging.in_force(heard.occurred_at) if o.badge.code == code), None)
    if one is None or not backfill:
        return 0
    given: set[int] = set()
    members = Fact.objects.filter(metric__in=one.criteria.metrics, withdrawn_at=None, member__is_active=True)
    for member_id in members.order_by("member_id").values_list("member_id", flat=True).distinct():
        with transaction.atomic():
            lock_shelves({member_id})
            fresh = _give_if_met(one, member_id, heard, told=told)
            given.update({member_id} if fresh else set())
    mark_chips(given, heard.occurred_at)
    return len(given)


def _give_if_met(one: InForce, member_id: int, heard: Heard, *, told: bool) -> list[Award]:
    """Gives one badge on every target on which it is met and not held."""
    held = dict(Award.objects.filter(member_id=member_id, badge=one.badge).values_list("target", "revoked_at"))
    rows = judging.rows_of(member_id, one.criteria.metrics)
    targets = sorted({row.target for row in rows}) if one.badge.per_target else [""]
    given = []
    for target in targets:
        own = [row for row in rows if row.target == target] if one.badge.per_target else rows
        if held.get(target, heard) is not None and counting.met(one.criteria, own):
            given.append(_give(one, member_id, target, counting.evidence(one.criteria, own), heard, told=told))
    return given


def mark_chips(member_ids: Iterable[int], at: datetime) -> None:
    """Brings the badge marks beside these members' names in line with what stands on their public pages.

    Called last in a transaction, after whatever tells the members' own streams: then all who write a chip come to the
    site's stream in one order. Idempotent.
    """
    for member_id in sorted(set(member_ids)):
        if Standing.objects.filter(pk=member_id).exists():
            update_standing(member_id=member_id, at=at, badges=selectors.marks_of(member_id))


def subject_of(award: Award) -> str:
    """What her inbox calls an award: hers alone, so that taking it back touches nobody else's."""
    return f"award:{award.pk}"


def _open_gates(member_id: int) -> None:
    """Spaces that ask for a badge read what stands on her name chip's row; it follows every award."""
    keep_held(member_id=member_id, codes=selectors.active_awards(member_id).values_list("badge__code", flat=True))


def _note(award: Award, kind: str, reason: str, heard: Heard) -> None:
    move = AwardMove(award=award, kind=kind, reason=reason, event_id=heard.id, at=heard.occurred_at)
    add_all([move], ignore=True)


def hide(heard: Heard, *, reason: str) -> None:
    """What an event takes from sight no longer counts; badges that stood on it follow their policy.

    Side effects: Sight rows, facts withdrawn, those of `_look_again`. Idempotent; an event older than what is known
    of its subject changes nothing.
    """
    with transaction.atomic():
        keys = _turn(heard, withdrawn=True)
        rows = Fact.objects.filter(Q(subject__in=keys) | Q(cause__in=keys), withdrawn_at=None)
        lock_shelves(rows.values_list("member_id", flat=True))
        lost = list(rows.values_list("id", "member_id", "metric"))
        Fact.objects.filter(pk__in=[pk for pk, _member, _metric in lost]).update(withdrawn_at=heard.occurred_at)
        changes = _by_member((member, metric) for _pk, member, metric in lost)
        for member_id, metrics in changes.items():
            _look_again(member_id, metrics, heard, reason)
        listeners.tell_changed(changes, heard, told=False)
        mark_chips({member for _pk, member, _metric in lost}, heard.occurred_at)


def show(heard: Heard) -> None:
    """What an event brings back counts again, and badges that stood on it are given again, once."""
    with transaction.atomic():
        keys = _turn(heard, withdrawn=False)
        rows = Fact.objects.filter(Q(subject__in=keys) | Q(cause__in=keys), withdrawn_at__isnull=False)
        lock_shelves(rows.values_list("member_id", flat=True))
        back = [fact for fact in rows if not _gone_otherwise(fact)]
        Fact.objects.filter(pk__in=[fact.pk for fact in back]).update(withdrawn_at=None)
        for member_id in sorted({fact.member_id for fact in back}, key=str):
            own = [fact for fact in back if fact.member_id == member_id]
            award_what_is_reached(member_id, [f.metric for f in own], [f.target for f in own], heard, told=False)
        changes = _by_member((fact.member_id, fact.metric) for fact in back)
        listeners.tell_changed(changes, heard, told=False)
        mark_chips({fact.member_id for fact in back}, heard.occurred_at)


def _by_member(facts: Iterable[tuple[int, str]]) -> dict[int, set[str]]:
    """Whose metrics changed, by member in the order of their ids as words."""
    found: dict[int, set[str]] = {}
    for member_id, metric in sorted(facts, key=str):
        found.setdefault(member_id, set()).add(metric)
    return found


def _gone_otherwise(fact: Fact) -> bool:
    """Whether something else still keeps a fact withdrawn: the post is back, the reaction to it is not."""
    keys = [key for key in (fact.subject, fact.cause) if key]
    return Sight.objects.filter(key__in=keys, withdrawn=True).exists()


def _turn(heard: Heard, *, withdrawn: bool) -> list[str]:
    """Notes what is in sight and returns the keys that changed. Locks the author's shelf first.

    A topic goes with its first post: what others said in it no longer counts for whoever opened it.
    """
    author = owner_of(heard.event)
    lock_shelves({author} if author else set())
    keys = keys_of(heard.event)
    topics = Fact.objects.filter(metric="topic_started", subject__in=keys).values_list("target", flat=True)
    keys += list(topics)
    newer = set(Sight.objects.filter(key__in=keys, event_id__gt=heard.id).values_list("key", flat=True))
    keys = [key for key in keys if key not in newer]
    for key in keys:
        fresh = {"withdrawn": withdrawn, "event_id": heard.id, "at": heard.occurred_at}
        Sight.objects.update_or_create(key=key, defaults=fresh)
    return keys


def _look_again(member_id: int, metrics: set[str], heard: Heard, reason: str) -> None:
    """Holds every award that counted one of `metrics` against the criteria under which it was given."""
    awards = Award.objects.filter(member_id=member_id, revoked_at=None).select_related("badge", "revision")
    for award in awards.order_by("id"):
        criteria = parse(award.revision.criteria, per_target=award.badge.per_target)
        if not criteria.metrics & metrics:
            continue
        targets = [award.target] if award.badge.per_target else None
        if counting.met(criteria, judging.rows_of(member_id, criteria.metrics, targets)):
            continue
        if award.badge.on_loss == Badge.OnLoss.KEEP:
            _note(award, Move.KEPT, reason, heard)
        else:
            _revoke(award, heard, reason)


def _revoke(award: Award, heard: Heard, reason: str) -> None:
    Award.objects.filter(pk=award.pk).update(revoked_at=heard.occurred_at, place=None)
    _note(award, Move.REVOKED, reason, heard)
    _open_gates(award.member_id)
    event = BadgeRevoked(
        member=award.member_id, badge=award.badge.code, award=award.pk, reason=reason, target=award.target
    )
    bus.publish(event, at=heard.occurred_at)
    rescind(subject=subject_of(award), kind=KIND, at=heard.occurred_at)


def merge_shelves(heard: Heard, *, giver_id: int, receiver_id: int) -> None:
    """Everything that counts for one account, and what it was given, goes to another of the same person.

    A badge that both hold stays one, with the earlier day. What the two did with each other no longer counts; no badge
    is lost by it. Badges that both together reach are given, without news. Idempotent.
    """
    with transaction.atomic():
        lock_shelves({giver_id, receiver_id})
        Fact.objects.filter(other_id=giver_id).update(other_id=receiver_id)
        metrics = set(Fact.objects.filter(member_id=giver_id).values_list("metric", flat=True).distinct())
        targets = set(Fact.objects.filter(member_id=giver_id).values_list("target", flat=True).distinct())
        Fact.objects.filter(member_id=giver_id).update(member_id=receiver_id)
        theirs = {(a.badge_id, a.target): a for a in Award.objects.filter(member_id=receiver_id)}
        for award in Award.objects.filter(member_id=giver_id).order_by("id"):
            _hand_on(award, theirs.get((award.badge_id, award.target)), receiver_id, heard)
        award_what_is_reached(receiver_id, metrics, targets, heard, told=False)
        listeners.tell_merged(giver_id, receiver_id, heard)
        for member_id in (giver_id, receiver_id):
            _open_gates(member_id)
        mark_chips({giver_id, receiver_id}, heard.occurred_at)


def _hand_on(award: Award, same: Award | None, receiver_id: int, heard: Heard) -> None:
    if same is None:
        Award.objects.filter(pk=award.pk).update(member_id=receiver_id, place=None)
        _note(award, Move.MOVED, heard.event.name, heard)
        return
    active = [a for a in (award, same) if a.revoked_at is None]
    Award.objects.filter(pk=same.pk).update(
        at=min(a.at for a in active or (award, same)), revoked_at=None if active else same.revoked_at
    )
    award.moves.update(award=same)
    rescind(subject=subject_of(award), kind=KIND, at=heard.occurred_at)
    award.delete()
    _note(same, Move.MOVED, heard.event.name, heard)


def note_zone(heard: Heard) -> None:
    """Notes that a member asked for another zone; her days follow it from the midnight that `zones` reckons.

    Idempotent: once per event.
    """
    event = heard.event
    assert isinstance(event, ZoneChanged)
    asked = {"member_id": event.member, "old": event.old, "new": event.new, "at": heard.occurred_at}
    ZoneAsk.objects.get_or_create(event_id=heard.id, defaults=asked)


def arrange(*, actor: Member, codes: list[str], at: datetime) -> None:
    """Stores which of her badges stand on her public page, in this order.

    Raises Invalid for a badge that she does not hold, and for more than fit. An empty list shows none. Idempotent.
    """
    if len(codes) > selectors.SHOWN or len(set(codes)) != len(codes):
        raise Invalid(_("Up to %(n)d badges fit there.") % {"n": selectors.SHOWN}, field="codes")
    with transaction.atomic():
        lock_shelves({actor.pk})
        newest: dict[str, Award] = {}
        for award in selectors.active_awards(actor.pk).select_related("badge"):
            newest.setdefault(award.badge.code, award)
        if set(codes) - set(newest):
            raise Invalid(_("Choose from the badges that you hold."), field="codes")
        Award.objects.filter(member_id=actor.pk, place__isnull=False).update(place=None)
        for place, code in enumerate(codes, 1):
            Award.objects.filter(pk=newest[code].pk).update(place=place)
        Shelf.objects.filter(pk=actor.pk).update(arranged=True)
        mark_chips({actor.pk}, at)

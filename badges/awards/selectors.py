"""Reads of badges: what is in force, what was counted, who holds what, how rare it is."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any, NamedTuple

from django.core.cache import cache
from django.db.models import Count, Exists, Max, OuterRef, Q, QuerySet
from django.utils import timezone

from badges.awards import counting
from badges.awards.counting import Reach, Row
from badges.awards.definitions import Criteria, parse
from badges.awards.judging import newest_in_force, rows_of
from badges.awards.models import Award, AwardMove, Badge, BadgeText, Fact, Shelf, ZoneAsk
from badges.awards.streaks import ACTS, MEND_ACTS, MENDED, Streak, mendable, reckon
from badges.awards.zones import Ask, Held, timeline, unlived, zone_at
from badges.medals import houses
from badges.medals.recipe import Recipe, address, recipe_of
from portal.accounts.models import Member, Standing
from portal.accounts.profiles import field_visible, profile_of
from portal.core.errors import NotFound
from portal.core.prepared import prepared
from portal.core.shared_cache import AWAY
from portal.notifications.models import Notification
from portal.ui.templatetags.ui import amount

SHOWN = 6  # how many badges a public page shows
RARITY_SECONDS = 600


@prepared
def _zone_asks(members: list[int]) -> "QuerySet[ZoneAsk, Any]":
    rows = ZoneAsk.objects.filter(member__in=members).order_by("at", "event_id")
    return rows.values_list("member_id", "at", "old", "new")


def zones_of(profiles: Mapping[int, str]) -> dict[int, list[Held]]:
    """The zones that held for members, by id; `profiles` says what each one's profile names now. One query."""
    asks: dict[int, list[Ask]] = {}
    for member_id, at, old, new in _zone_asks(sorted(profiles)):
        asks.setdefault(member_id, []).append(Ask(at, old, new))
    return {member_id: timeline(asks.get(member_id, []), zone) for member_id, zone in profiles.items()}


def streak_of(member: Member, *, at: datetime) -> Streak:
    """Her days in a row as they stand at an instant, from her facts alone. Two queries."""
    held = zones_of({member.pk: member.zone})[member.pk]
    asked = Fact.objects.filter(member_id=member.pk, metric__in={*ACTS, MENDED}, withdrawn_at=None)
    rows = asked.exclude(other_id=member.pk).order_by().values_list("metric", "day")
    facts = list(rows.annotate(times=Count("id"), target=Max("target")))
    today, never = at.astimezone(zone_at(held, at)).date(), unlived(held)
    active = {day for metric, day, _times, _target in facts if metric != MENDED}
    # She mends once in a month at most, so each row of it is one day.
    mends = {day: date.fromisoformat(target) for metric, day, _times, target in facts if metric == MENDED}
    streak = reckon(active, today, never, mends.values())
    found = mendable(active, today, never, mends.values())
    if found is None or any(day.replace(day=1) == today.replace(day=1) for day in mends):
        return streak
    acts = sum(times for metric, day, times, _target in facts if day == today and metric != MENDED)
    return replace(streak, missed=found[0], saved=found[1], lacks=max(MEND_ACTS - acts, 0))


def active_awards(member_id: int) -> QuerySet[Award]:
    """What a member holds now, the newest first."""
    return Award.objects.filter(member_id=member_id, revoked_at=None).order_by("-at", "-id")


@dataclass(frozen=True)
class BadgeView:
    """A badge as pages show it, in one language."""

    id: int
    code: str
    metal: str
    metal_name: str
    series: str
    name: str
    criterion: str
    praise: str
    hint: str
    secret: bool
    per_target: bool
    recipe: Recipe
    progress_words: tuple[str, ...] = ()

    @property
    def src(self) -> str:
        """The address of its finished drawing."""
        return address(self.code, self.recipe)


def recipe_for(badge: Badge) -> Recipe:
    """How a badge is drawn: as it was composed, in the enamels of its house (the brand's own where it has none)."""
    return recipe_of(badge.metal, badge.medal, enamels=houses.enamels_of(badge.scope_id))


def badge_view(badge: Badge, locale: str) -> BadgeView:
    """A badge with prefetched texts in one language, Vietnamese where it has none."""
    texts: dict[str, BadgeText] = {text.locale: text for text in badge.texts.all()}
    text = texts.get(locale) or texts.get("vi") or BadgeText(name=badge.code)
    return BadgeView(
        badge.pk, badge.code, badge.metal, str(badge.get_metal_display()), badge.series, text.name, text.criterion,
        text.praise, text.hint, badge.secret, badge.per_target, recipe_for(badge),
        tuple(text.progress),
    )  # fmt: skip


class Step(NamedTuple):
    """How far one condition is reached, in words and numbers."""

    words: str
    have: int
    need: int


@dataclass
class OnShelf:
    """A badge on a member's shelf: earned (`awards`, newest first), on the way (`reach`), or still closed."""

    badge: BadgeView
    awards: list[Award] = field(default_factory=list)
    reach: list[Reach] = field(default_factory=list)
    lost: AwardMove | None = None

    @property
    def earned(self) -> bool:
        """Whether she holds it."""
        return bool(self.awards)

    @property
    def hidden(self) -> bool:
        """Whether nothing of it may be shown but its hint."""
        return self.badge.secret and not self.awards

    @property
    def begun(self) -> bool:
        """Whether she is on the way."""
        return not self.awards and any(one.have for one in self.reach)

    @property
    def percent(self) -> int:
        """How far, in whole per cent: the mean of the conditions; 100 only when all are met."""
        return sum(one.have * 100 // one.need for one in self.reach) // len(self.reach) if self.reach else 0

    @property
    def progress(self) -> list[Step]:
        """How far, in words of the badge: “4 of 7 days”; nothing for what is done in one step."""
        return [
            Step(words.replace("{have}", amount(one.have)).replace("{need}", amount(one.need)), one.have, one.need)
            for words, one in zip(self.badge.progress_words, self.reach, strict=False)
            if one.need > 1
        ]

    @property
    def when(self) -> datetime | None:
        """When it was given (for the newest target), in the reader's zone."""
        return timezone.localtime(self.awards[0].at) if self.awards else None


def shelf_of(member: Member, *, at: datetime, locale: str) -> list[OnShelf]:
    """Every badge of the house as this member stands to it, in the order of the hall. A constant number of queries.

    Retired badges appear only to who holds them.
    """
    badges = Badge.objects.prefetch_related("versions", "texts")
    awards: dict[int, list[Award]] = {}
    for award in active_awards(member.pk):
        awards.setdefault(award.badge_id, []).append(award)
    lost = _lost(member.pk)
    today, found = timezone.localtime(at).date(), []
    live = [(badge, newest_in_force(badge, at)) for badge in badges]
    criteria = {b.pk: parse(v.criteria, per_target=b.per_target) for b, v in live if v}
    rows = rows_of(member.pk, {metric for c in criteria.values() for metric in c.metrics})
    for badge, version in live:
        held = awards.get(badge.pk, [])
        if version is None and not held and badge.pk not in lost:
            continue
        reach = _progress(badge, criteria[badge.pk], rows, today) if version and not held else []
        found.append(OnShelf(badge_view(badge, locale), held, reach, None if held else lost.get(badge.pk)))
    return found


def one_of_shelf(member: Member, badge: Badge, *, at: datetime, locale: str) -> OnShelf:
    """As `shelf_of`, for one badge with prefetched versions and texts."""
    held = list(active_awards(member.pk).filter(badge=badge))
    version = newest_in_force(badge, at)
    if held or version is None:
        return OnShelf(badge_view(badge, locale), held, [], None if held else _lost(member.pk).get(badge.pk))
    criteria = parse(version.criteria, per_target=badge.per_target)
    rows = rows_of(member.pk, criteria.metrics)
    reach = _progress(badge, criteria, rows, timezone.localtime(at).date())
    return OnShelf(badge_view(badge, locale), held, reach, _lost(member.pk).get(badge.pk))


def _progress(badge: Badge, criteria: Criteria, rows: list[Row], today: date) -> list[Reach]:
    """How far she is; of a badge per target the target on which she is furthest."""
    if not badge.per_target:
        return counting.progress(criteria, rows, today)
    targets: dict[str, list[Row]] = {}
    for row in rows:
        if row.metric in criteria.metrics:
            targets.setdefault(row.target, []).append(row)
    tries = [counting.progress(criteria, some, today) for some in targets.values()]
    return max(tries, key=sum_of, default=counting.progress(criteria, [], today))


def sum_of(reach: list[Reach]) -> int:
    """What a list of reaches comes to, for comparing."""
    return sum(one.have for one in reach)


def _lost(member_id: int) -> dict[int, AwardMove]:
    """The newest move of each award that is revoked, by badge. One query."""
    moves = AwardMove.objects.filter(
        award__member_id=member_id, award__revoked_at__isnull=False, kind=AwardMove.Kind.REVOKED
    )
    return {move.award.badge_id: move for move in moves.select_related("award").order_by("id")}


def get_badge_for(viewer: Member | None, code: str) -> Badge:
    """A badge with texts and versions; a secret one exists only for who holds it. Raises NotFound."""
    badge = Badge.objects.prefetch_related("versions", "texts").filter(code=code).first()
    if badge is None or (badge.secret and not holds(viewer, badge)):
        raise NotFound
    return badge


def holds(viewer: Member | None, badge: Badge) -> bool:
    """Whether the viewer holds a badge."""
    return viewer is not None and active_awards(viewer.pk).filter(badge=badge).exists()


def hall(locale: str, *, at: datetime) -> list[BadgeView]:
    """Every badge that can be earned and is no secret, in order. Three queries."""
    badges = Badge.objects.filter(secret=False).prefetch_related("versions", "texts")
    return [badge_view(badge, locale) for badge in badges if newest_in_force(badge, at)]


@dataclass(frozen=True)
class Rarity:
    """How many hold a badge, of how many members that are here."""

    holders: int
    members: int

    @property
    def permille(self) -> int:
        """The share in thousandths; 0 in an empty house."""
        return self.holders * 1000 // self.members if self.members else 0

    @property
    def percent(self) -> int:
        """The share in whole per cent, rounded up, so that nothing that exists reads as none."""
        return -(-self.holders * 100 // self.members) if self.members else 0


def rarities() -> dict[int, Rarity]:
    """How rare each badge is, by its id. Two counts over indexes, kept for ten minutes where the cache answers."""
    try:
        found: dict[int, Rarity] | None = cache.get("badges:rarity")
        if found is None:
            found = _count_rarities()
            cache.set("badges:rarity", found, RARITY_SECONDS)
    except AWAY:
        found = _count_rarities()
    return found


def _count_rarities() -> dict[int, Rarity]:
    here = {"is_active": True, "joined_at__isnull": False, "left_at": None}
    members = Member.objects.filter(**here).count()
    awards = Award.objects.filter(revoked_at=None, **{f"member__{k}": v for k, v in here.items()})
    counts = awards.values("badge").annotate(holders=Count("member", distinct=True)).order_by()
    return {row["badge"]: Rarity(row["holders"], members) for row in counts} | {0: Rarity(0, members)}


def rarity_of(badge_id: int) -> Rarity:
    """How rare one badge is."""
    found = rarities()
    return found.get(badge_id, found[0])


def latest_holders(badge: Badge, viewer: Member | None, *, limit: int = 8) -> list[tuple[Standing, datetime]]:
    """Who was given a badge lately and lets this viewer see it: name chip and when. One query."""
    awards = Award.objects.filter(
        # The house does not count itself.
        badge=badge,
        revoked_at=None,
        member__is_active=True,
        member__left_at=None,
        member__joined_at__isnull=False,
        member__role="",
        member__is_staff=False,
        member__is_superuser=False,
    ).select_related("member__standing", "member__profile")
    found: dict[int, tuple[Standing, datetime]] = {}
    # Read a few more than wanted: some may not want to be seen. Without one seen among these, none is named.
    for award in awards.order_by("-at", "-id")[: limit * 5]:
        if award.member_id not in found and field_visible(profile_of(award.member), "badges", viewer):
            found[award.member_id] = (award.member.standing, timezone.localtime(award.at))
    return list(found.values())[:limit]


def chosen(member_id: int, locale: str, *, arranged: bool, viewer_id: int | None) -> list[BadgeView]:
    """What stands on her page for a viewer: what she chose, or the newest until she has chosen. Two queries.

    A secret badge is shown to others only if they hold it, too.
    """
    awards = active_awards(member_id).select_related("badge").prefetch_related("badge__texts")
    if viewer_id != member_id:
        theirs = Award.objects.filter(badge=OuterRef("badge"), member_id=viewer_id, revoked_at=None)
        awards = awards.filter(Q(badge__secret=False) | Exists(theirs))
    if arranged:
        awards = awards.filter(place__isnull=False).order_by("place", "id")
    found: dict[int, Any] = {}
    for award in awards[: SHOWN * 5]:
        found.setdefault(award.badge_id, badge_view(award.badge, locale))
    return list(found.values())[:SHOWN]


MARKS = 2  # how many stand beside a name


def marks_of(member_id: int) -> list[dict[str, str]]:
    """What the name chip carries: the first of what a visitor sees on her page, and nothing where visitors see none.

    The chip is one row for all viewers, so only what everybody may see stands on it. Four queries.
    """
    member = Member.objects.filter(pk=member_id, is_active=True, left_at=None).select_related("profile").first()
    if member is None or not field_visible(profile_of(member), "badges", None):
        return []
    arranged = is_arranged(member_id)
    names = {view.id: view.name for view in chosen(member_id, "en", arranged=arranged, viewer_id=None)}
    return [
        {"src": address(view.code, view.recipe, small=True), "vi": view.name, "en": names.get(view.id, view.name)}
        for view in chosen(member_id, "vi", arranged=arranged, viewer_id=None)[:MARKS]
    ]


def shown_beside(code: str) -> list[int]:
    """Members who hold a badge, by id: those whose chips may show it."""
    rows = Award.objects.filter(badge__code=code, revoked_at=None)
    return list(rows.order_by("member_id").values_list("member_id", flat=True).distinct())


def held_views(member_id: int, locale: str) -> list[BadgeView]:
    """Every badge that a member holds, each once, the newest first. Two queries."""
    found: dict[int, BadgeView] = {}
    for award in active_awards(member_id).select_related("badge").prefetch_related("badge__texts"):
        found.setdefault(award.badge_id, badge_view(award.badge, locale))
    return list(found.values())


def is_arranged(member_id: int) -> bool:
    """Whether she chose herself what stands on her page."""
    return Shelf.objects.filter(pk=member_id, arranged=True).exists()


def fresh_awards(member_id: int) -> list[Award]:
    """Awards that her inbox still has as unread: their moment was not shown yet. Two queries, texts included."""
    unread = Notification.objects.filter(member_id=member_id, kind="badge", read_at=None, rescinded_at=None)
    ids = [args.get("award") for args in unread.order_by("id").values_list("args", flat=True)]
    rows = active_awards(member_id).filter(pk__in=ids) if ids else Award.objects.none()
    return list(rows.select_related("badge").prefetch_related("badge__texts"))

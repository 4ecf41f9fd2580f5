"""Reads of challenges: which run, come and are over, and how a member stands to each."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.core.cache import cache
from django.db.models import Count, Q
from django.utils import timezone
from django.utils.translation import get_language

from badges.awards import judging as badges
from badges.awards.counting import Reach, Row, counted
from badges.awards.models import Badge
from badges.awards.selectors import BadgeView, badge_view
from badges.challenges import judging
from badges.challenges.definitions import FINISHED, Definition
from badges.challenges.judging import InForce, definition_of
from badges.challenges.models import Challenge, ChallengeInForce, ChallengeText, Finish, Part
from badges.challenges.reckoning import inside, progress
from portal.accounts.models import Member, Standing
from portal.accounts.profiles import field_visible, profile_of
from portal.core.clock import now, programme_day
from portal.core.errors import NotFound
from portal.core.shared_cache import AWAY
from portal.ui.templatetags.ui import amount

RUNNING, COMING, OVER = "running", "coming", "over"
SHOWN_OVER, SECONDS, HOLDERS = 12, 20, 12


@dataclass(frozen=True)
class StepView:
    """One step: its words, how far, and whether its turn has not come."""

    words: str
    have: int
    need: int
    waits: bool = False

    @property
    def done(self) -> bool:
        """Whether it is reached."""
        return self.have >= self.need

    @property
    def counted(self) -> str:
        """“4 / 10”."""
        return f"{amount(self.have)} / {amount(self.need)}"


@dataclass
class View:
    """A challenge as pages show it to one reader, in one language."""

    code: str
    name: str
    summary: str
    thanks: str
    number: int
    definition: Definition
    state: str
    days_left: int
    begins_in: int
    steps: list[StepView] = field(default_factory=list)
    takes_part: bool = False
    is_hers: bool = False
    finish: Finish | None = None
    finished: int = 0
    together: int | None = None
    own: int = 0
    closed: bool = False

    @property
    def prize(self) -> dict[str, int]:
        """Points by their kind."""
        return self.definition.prize

    @property
    def won(self) -> bool:
        """Whether it is hers now."""
        return self.finish is not None and self.finish.taken_at is None

    @property
    def lost(self) -> bool:
        """Whether it was hers and its ground went."""
        return self.finish is not None and self.finish.taken_at is not None

    @property
    def when(self) -> datetime | None:
        """When she finished, in the reader's zone."""
        return timezone.localtime(self.finish.at) if self.finish is not None else None

    @property
    def percent(self) -> int:
        """How far, in whole per cent: the mean of the steps; 100 only when all are reached."""
        return sum(one.have * 100 // one.need for one in self.steps) // len(self.steps) if self.steps else 0

    @property
    def can_join(self) -> bool:
        """Whether she may ask to take part now."""
        return self.definition.asked and self.is_hers and not self.takes_part and self.state != OVER

    @property
    def missing(self) -> int:
        """How much of her own share of a goal of all is missing."""
        return max(self.definition.share - self.own, 0)


def views(viewer: Member | None, *, at: datetime, locale: str) -> list[View]:
    """Every challenge in force: running ones by their last day, then coming ones, then those over, the newest first.

    A constant number of queries.
    """
    rows = ChallengeInForce.objects.filter(since__lte=at).select_related("challenge").order_by("since", "number")
    newest = {row.challenge_id: row for row in rows}
    every = [InForce(row.challenge, row, definition_of(row)) for row in newest.values()]
    found = _seen(every, viewer, at, locale)
    by_state: dict[str, list[View]] = {RUNNING: [], COMING: [], OVER: []}
    for one in found:
        by_state[one.state].append(one)
    by_state[RUNNING].sort(key=lambda one: (one.definition.last, one.code))
    by_state[COMING].sort(key=lambda one: (one.definition.first, one.code))
    by_state[OVER].sort(key=lambda one: (-one.definition.last.toordinal(), one.code))
    return [*by_state[RUNNING], *by_state[COMING], *by_state[OVER][:SHOWN_OVER]]


def view(viewer: Member | None, code: str, *, at: datetime, locale: str) -> View:
    """One of them; raises NotFound for what is not in force."""
    found = several(viewer, [code], at=at, locale=locale)
    if code not in found:
        raise NotFound
    return found[code]


def several(viewer: Member | None, codes: Iterable[str], *, at: datetime, locale: str) -> dict[str, View]:
    """Some of them by their codes; what is not in force is left out. A constant number of queries."""
    rows = ChallengeInForce.objects.filter(challenge__code__in=set(codes), since__lte=at).select_related("challenge")
    newest = {row.challenge_id: row for row in rows.order_by("since", "number")}
    every = [InForce(row.challenge, row, definition_of(row)) for row in newest.values()]
    return {one.code: one for one in _seen(every, viewer, at, locale)}


def _seen(every: list[InForce], viewer: Member | None, at: datetime, locale: str) -> list[View]:
    if not every:
        return []
    pks, today = [one.challenge.pk for one in every], programme_day(at)
    texts = _texts(pks, locale)
    standing = Finish.objects.filter(challenge__in=pks, taken_at=None, member__is_active=True)
    counts = dict(standing.order_by().values_list("challenge").annotate(times=Count("pk")))
    sums = _sums([one for one in every if one.challenge.counted is None])
    parts: set[int] = set()
    finishes: dict[int, Finish] = {}
    facts: list[Any] = []
    if viewer is not None:
        mine = Finish.objects.filter(member=viewer, challenge__in=pks).select_related("revision")
        finishes = {row.challenge_id: row for row in mine}
        parts = set(Part.objects.filter(member=viewer, challenge__in=pks).values_list("challenge_id", flat=True))
        facts = judging.facts_of(viewer.pk, [one.definition for one in every])
    circles = judging.circles_of(viewer.pk, at) if viewer is not None else judging.Circles()
    found = []
    for one in every:
        pk, definition, text = one.challenge.pk, one.definition, texts.get(one.challenge.pk) or ChallengeText()
        shown = View(
            one.challenge.code, text.name or one.challenge.code, text.summary, text.thanks, one.version.number,
            definition, _state(one, today), (definition.last - today).days + 1, (definition.first - today).days,
            finished=counts.get(pk, 0), finish=finishes.get(pk), takes_part=pk in parts,
            closed=one.challenge.closed_at is not None,
        )  # fmt: skip
        shown.is_hers = viewer is not None and circles.hold(definition)
        shown.takes_part = pk in parts if definition.asked else shown.is_hers
        _count(shown, one, inside(definition, facts), text.steps, today, sums)
        found.append(shown)
    return found


def _count(shown: View, one: InForce, rows: list[Row], words: list[str], today: date, sums: dict[int, int]) -> None:
    """How far she is; of a goal of all, how far all are and what she added."""
    definition = one.definition
    reach = progress(definition, rows, today)
    if definition.together:
        final = one.challenge.counted
        shown.together = sums.get(one.challenge.pk, 0) if final is None else final
        shown.own = len(counted(definition.steps[0], rows))
        need = definition.steps[0].at_least
        reach = [Reach(min(shown.together, need), need)]
    open_before = True
    for number, each in enumerate(reach):
        label = words[number] if number < len(words) else ""
        shown.steps.append(StepView(label, each.have, each.need, definition.in_turn and not open_before))
        open_before = open_before and each.met


def _state(one: InForce, today: date) -> str:
    if one.challenge.closed_at is not None or today > one.definition.last:
        return OVER
    return COMING if today < one.definition.first else RUNNING


def _texts(pks: Iterable[int], locale: str) -> dict[int, ChallengeText]:
    """The words of each challenge, in Vietnamese where it has no others. One query."""
    found: dict[int, ChallengeText] = {}
    for text in ChallengeText.objects.filter(challenge__in=list(pks), locale__in={locale, "vi"}):
        if text.locale == locale or text.challenge_id not in found:
            found[text.challenge_id] = text
    return found


def _sums(several: list[InForce]) -> dict[int, int]:
    """What all have come to, kept for some seconds where the cache answers."""
    goals = [one for one in several if one.definition.together]
    key = "challenges:sums:" + ",".join(f"{one.challenge.pk}.{one.version.number}" for one in goals)
    try:
        known: dict[int, int] | None = cache.get(key)
        if known is None:
            known = judging.added_together(goals)
            cache.set(key, known, SECONDS)
    except AWAY:
        known = judging.added_together(goals)
    return known


def badges_for(code: str, locale: str, *, at: datetime) -> list[BadgeView]:
    """The badges that finishing this one gives by itself and that are no secret. Three queries."""
    target, found = f"challenge:{code}", []
    for one in badges.in_force(at):
        [first, *more] = one.criteria.all
        alone = not more and first.metrics == (FINISHED,) and first.at_least == 1 and target in first.targets
        if alone and not one.badge.secret:
            found.append(one.badge)
    rows = Badge.objects.prefetch_related("texts").in_bulk([badge.pk for badge in found]) if found else {}
    return [badge_view(rows[badge.pk], locale) for badge in found]


def latest_finishers(code: str, viewer: Member | None) -> list[tuple[Standing, datetime]]:
    """Who finished lately and lets this viewer see what she holds: name chip and when. One query."""
    rows = Finish.objects.filter(
        # The house does not count itself.
        challenge__code=code, taken_at=None, member__is_active=True, member__left_at=None,
        member__joined_at__isnull=False, member__role="", member__is_staff=False, member__is_superuser=False,
    ).select_related("member__standing", "member__profile")  # fmt: skip
    found = [
        (row.member.standing, timezone.localtime(row.at))
        for row in rows.order_by("-at", "-id")[: HOLDERS * 5]
        if field_visible(profile_of(row.member), "badges", viewer)
    ]
    return found[:HOLDERS]


def names_of(postings: Iterable[int], locale: str) -> dict[int, tuple[str, int]]:
    """The challenge and revision behind postings of prizes, by the posting. Two queries, none without any."""
    wanted = list(postings)
    if not wanted:
        return {}
    rows = Finish.objects.select_related("challenge", "revision")
    rows = rows.filter(Q(paid__in=wanted) | Q(taken__in=wanted) | Q(again__in=wanted))
    found = {pk: row for row in rows for pk in (row.paid_id, row.taken_id, row.again_id) if pk is not None}
    texts = _texts({row.challenge_id for row in found.values()}, locale)
    return {
        pk: (texts[row.challenge_id].name if row.challenge_id in texts else row.challenge.code, row.revision.number)
        for pk, row in found.items()
    }


def quests(codes: list[str], member: Member | None) -> dict[str, View]:
    """Challenges by code as a member stands to each now, None: as everybody may see them; what is not in force is left
    out. A constant number of queries."""
    return several(member, codes, at=now(), locale=get_language() or "vi")


def choices() -> list[tuple[str, str]]:
    """Every challenge by code with its name in the reader's language, the newest first. Two queries."""
    locale = get_language() or "vi"
    every = list(Challenge.objects.order_by("-pk"))
    texts = _texts([one.pk for one in every], locale)
    return [(one.code, texts[one.pk].name if one.pk in texts else one.code) for one in every]

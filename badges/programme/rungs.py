"""How many tiers there are: one may be added on top, the top one may be taken away, and what stands in its way."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from badges.awards.models import Badge
from badges.ledger.selectors import status_points_of_all
from badges.tiers.definitions import FEWEST, MOST, codes_of
from badges.tiers.marks import MARKS
from badges.tiers.models import LadderInForce, Tier, TierStatus
from badges.tiers.perks import Place, doors_from
from badges.tiers.selectors import body_at, held_by, ladders_at, planned_after, years_at
from portal.core.clock import programme_day, programme_zone
from portal.core.errors import Invalid

CODE, LONGEST_CODE = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*"), 20
# Words that stand beside codes of tiers elsewhere: the mark of the house's own people, a visitor's eyes, a form's part.
RESERVED = {"brand", "visitor", "new"}
FIELDS = {"steps", "adds", "takes"}


def codes_at(at: datetime) -> list[str]:
    """The tiers in force at an instant, from the lowest. One query."""
    return codes_of(body_at(at))


def known_codes(at: datetime) -> list[str]:
    """The tiers that can be reached at an instant or by the ladder planned next. Two queries."""
    planned = planned_after(at)
    return list(dict.fromkeys([*codes_at(at), *(planned[1] if planned else [])]))


def free_marks(codes: list[str]) -> dict[str, Any]:
    """The marks that none of these tiers wears, with their names. One query."""
    worn = set(Tier.objects.filter(code__in=codes).values_list("mark", flat=True))
    return {mark: words for mark, words in MARKS.items() if mark not in worn}


def codes_asked(content: Mapping[str, Any], at: datetime) -> list[str]:
    """The tiers that a drafted ladder shall have from a moment on: those in force then, with the one it adds on top or
    without the top one that it takes away.

    Raises Invalid (`field` code:<code>, mark:<code>, takes) where that cannot be: not in the middle, because spaces,
    rooms and cards name ranks; only a code that was never used; only a mark that no tier wears; not with people or
    places left on it (`places` in the details); and not past the next ladder that is planned.
    """
    if set(content) - FIELDS:
        raise Invalid(_("The ladder holds a field that nobody reads."), field="steps")
    codes, adds, takes = codes_at(at), content.get("adds"), content.get("takes")
    if adds and takes:
        raise Invalid(_("Add one or take one away, not both at once."), field="takes")
    asked = codes
    if adds:
        asked = [*codes, _added(adds, codes)]
    elif takes:
        asked = codes[:-1]
        _check_taken(str(takes), codes, at)
    _check_written(content, codes, asked)
    _check_planned(asked, codes, at)
    return asked


def _added(adds: Any, codes: list[str]) -> str:
    """The code of the tier that is added; raises Invalid."""
    if not isinstance(adds, dict) or set(adds) != {"code", "mark"}:
        raise Invalid(_("The ladder holds a field that nobody reads."), field="steps")
    code = str(adds["code"])
    if not CODE.fullmatch(code) or len(code) > LONGEST_CODE or code in RESERVED:
        words = _("A tier needs a short name for the machine: up to %(n)d small letters, digits and hyphens.")
        raise Invalid(words % {"n": LONGEST_CODE}, field=f"code:{code}")
    if Tier.objects.filter(code=code).exists():
        words = _("There is or was a tier of this short name, and it stays that one’s for ever. Choose another.")
        raise Invalid(words, field=f"code:{code}")
    if len(codes) >= MOST:
        raise Invalid(_("A ladder has two tiers at least and %(most)d at most.") % {"most": MOST}, field="adds")
    if adds["mark"] not in free_marks(codes):
        raise Invalid(_("Choose a mark that no other tier wears."), field=f"mark:{code}")
    return code


def _check_taken(code: str, codes: list[str], at: datetime) -> None:
    if code != codes[-1]:
        raise Invalid(_("Only the top tier can be taken away, and another one is the top one by now."), field="takes")
    stands = in_the_way(codes, at)
    if stands:
        raise Invalid(" ".join(str(line) for line in stands.lines), field="takes", places=stands.places)


def _check_written(content: Mapping[str, Any], codes: list[str], asked: list[str]) -> None:
    """A draft written beside a ladder of other tiers than its day will find says just that, not that it is ill made."""
    written = codes_of(content)
    if written == asked:
        return
    takes = content.get("takes")
    base = written[:-1] if content.get("adds") else [*written, str(takes)] if takes else written
    if any(codes_of(row.steps) == base for row in LadderInForce.objects.all()):
        words = _(
            "This draft was written for a ladder of %(then)d tiers; on the day it begins there are %(n)d. Begin a new"
            " draft for that day, or choose a day before the other ladder."
        )
        raise Invalid(words % {"then": len(base), "n": len(codes)}, field="steps")


def _check_planned(asked: list[str], codes: list[str], at: datetime) -> None:
    """What is planned already was checked against what is in force: it may differ from this by one tier on top."""
    planned = planned_after(at)
    if planned is None:
        return
    day, later = planned
    as_before = asked == codes and later == codes[:-1]
    if later != asked and later[:-1] != asked and not as_before:
        words = _("A ladder with other tiers is planned for %(day)s. Let it begin first.")
        day_words = date_format(day.astimezone(programme_zone()), "SHORT_DATETIME_FORMAT")
        field = "steps" if asked == codes else "adds" if len(asked) > len(codes) else "takes"
        raise Invalid(words % {"day": day_words}, field=field)


@dataclass(frozen=True)
class InTheWay:
    """What keeps the top tier where it is: too few tiers, members who hold it, places that ask for it."""

    few: bool
    holders: int
    places: list[Place]

    def __bool__(self) -> bool:
        return self.few or self.holders > 0 or bool(self.places)

    @property
    def lines(self) -> list[Any]:
        """The reasons, a sentence each, in the reader's language."""
        found: list[Any] = []
        if self.few:
            found.append(_("The last two tiers stay: without them there is no ladder."))
        if self.holders:
            words = _("It cannot go while members hold it or keep it by an earlier promise: %(n)d today.")
            found.append(words % {"n": self.holders})
        if self.places:
            names = ", ".join(f"“{place.name}”" for place in self.places)
            found.append(_("It cannot go while something still asks for it: %(names)s.") % {"names": names})
        return found


def in_the_way(codes: list[str], at: datetime) -> InTheWay:
    """What stands in the way of taking away the top one of these tiers. A constant number of queries but for members
    who are about to rise."""
    top, rank = codes[-1], len(codes) - 1
    return InTheWay(len(codes) <= FEWEST, len(holders_of(top, at)), [*doors_from(rank), *_badges_naming(top)])


def _badges_naming(code: str) -> list[Place]:
    """Badges whose criteria in force name the tier. Three queries."""
    found, language = [], get_language() or "vi"
    for badge in Badge.objects.prefetch_related("texts", "versions"):
        newest = max(badge.versions.all(), key=lambda v: (v.since, v.number), default=None)
        named = newest.criteria.get("all", []) if newest else []
        if any(f"tier:{code}" in condition.get("targets", []) for condition in named):
            texts = {text.locale: text.name for text in badge.texts.all()}
            name = texts.get(language) or texts.get("vi") or badge.code
            found.append(Place(0, "badge", name, reverse("programme_subject", args=["badges", badge.code])))
    return found


def of_here() -> Q:
    """Members who are here: neither closed nor gone nor waiting to be claimed."""
    return Q(member__is_active=True, member__joined_at__isnull=False, member__left_at=None)


def holders_of(code: str, at: datetime) -> set[int]:
    """Who holds a tier now, by this year's ladder or by an earlier one's promise; who has its points and was not looked
    at yet counts too."""
    held = set(TierStatus.objects.filter(of_here(), tier__code=code).values_list("member_id", flat=True))
    asked = [rung.threshold for ladder in ladders_at(at) for rung in ladder.rungs if rung.code == code]
    if not asked:
        return held
    for member_id, points in status_points_by_year(at).items():
        if member_id not in held and max(points.values()) >= min(asked) and held_by(member_id, at)[0].code == code:
            held.add(member_id)
    return held


def status_points_by_year(at: datetime) -> dict[int, dict[int, int]]:
    """Status points of every year that can carry a tier at an instant, by member and year, of those who are here."""
    return status_points_of_all(years_at(programme_day(at), ladders_at(at)), here=True)

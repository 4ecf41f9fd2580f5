"""Reads of segments: who is in one, who came and went, and who was in it when something happened."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db.models import Count, Q

from badges.awards.models import Badge
from badges.segments.definitions import Group, parse
from badges.segments.models import Segment, Stay
from badges.segments.reckoning import members_of
from badges.tiers.models import Tier
from portal.accounts.models import Standing

SAMPLE = 10
LATELY = 20


def segments() -> list[Segment]:
    """All segments by name, each with how many are in it by its history (`inside`). One query."""
    return list(Segment.objects.annotate(inside=Count("stays", filter=Q(stays__left_at=None))))


def names() -> dict[str, str]:
    """Code to name. One query."""
    return dict(Segment.objects.order_by("name").values_list("code", "name"))


def words_known() -> tuple[list[str], list[str]]:
    """The codes of tiers and badges that may be asked for. Two queries."""
    tiers = Tier.objects.order_by("rank").values_list("code", flat=True)
    return list(tiers), list(Badge.objects.order_by("position").values_list("code", flat=True))


def count_and_sample(group: Group, at: datetime) -> tuple[int, list[Standing]]:
    """How many meet the conditions now, and the newest ten of them. Three queries."""
    found = members_of(group, at)
    ids = list(found.order_by("-joined_at", "-pk").values_list("pk", flat=True)[:SAMPLE])
    chips = Standing.objects.in_bulk(ids)
    return found.count(), [chips[pk] for pk in ids if pk in chips]


def lately(segment: Segment) -> tuple[list[Stay], list[Stay]]:
    """Who entered last, and who left last. Two queries."""
    rows = Stay.objects.filter(segment=segment).select_related("member__standing")
    left = rows.filter(left_at__isnull=False).order_by("-left_at", "-pk")
    return list(rows.order_by("-entered_at", "-pk")[:LATELY]), list(left[:LATELY])


def was_in(member_id: int, codes: Iterable[str], at: datetime) -> bool:
    """Whether the member was in one of these segments at an instant. One query."""
    stays = Stay.objects.filter(member_id=member_id, segment__code__in=list(codes), entered_at__lte=at)
    return stays.filter(Q(left_at=None) | Q(left_at__gt=at)).exists()


def segments_of(member_id: int, at: datetime) -> list[str]:
    """The codes of the segments that a member was in at an instant. One query."""
    stays = Stay.objects.filter(Q(left_at=None) | Q(left_at__gt=at), member_id=member_id, entered_at__lte=at)
    return list(stays.order_by("segment__code").values_list("segment__code", flat=True))


class History:
    """The history of segments in memory, for whoever judges many events. One query for each segment asked for."""

    def __init__(self) -> None:
        self._stays: dict[str, dict[int, list[tuple[datetime, datetime | None]]]] = {}

    def was_in(self, member_id: int, codes: Iterable[str], at: datetime) -> bool:
        """As `was_in`."""
        return any(
            begin <= at and (end is None or at < end)
            for code in codes
            for begin, end in self._of(code).get(member_id, ())
        )

    def _of(self, code: str) -> dict[int, list[tuple[datetime, datetime | None]]]:
        if code not in self._stays:
            found: dict[int, list[tuple[datetime, datetime | None]]] = defaultdict(list)
            rows = Stay.objects.filter(segment__code=code).values_list("member_id", "entered_at", "left_at")
            for member_id, begin, end in rows:
                found[member_id].append((begin, end))
            self._stays[code] = dict(found)
        return self._stays[code]


def group_of(segment: Segment) -> Group:
    """What it asks for."""
    return parse(segment.definition)


# A change of the circle holds from so much later on: whatever is judged in the meantime is judged by a history that
# stays what it is.
SETTLES = timedelta(minutes=5)

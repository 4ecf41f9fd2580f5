"""What a weekly letter would tell a member now: only what she may read, has not read and did not mute."""

import zoneinfo
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Q

from badges import api as badges
from brand import api as brand
from community import api as community
from portal.accounts.blocks.selectors import apart
from portal.accounts.models import Consent, Member
from portal.accounts.selectors import last_seen, present_members
from portal.core.clock import programme_zone
from portal.digest.models import Digest
from portal.notifications.bounces import stopped
from portal.notifications.models import Preference

NAME = "digest"
WEEK = timedelta(days=7)
# Monday at nine in her own zone, and not after Monday is over.
HOUR = 9
TOPICS = 5
# Whoever has not been here for half a year has left without saying so.
ABSENT = timedelta(days=180)
LAPSES_WITHIN = timedelta(days=30)


@dataclass
class Content:
    """One letter: talks and stories, and what stands in her book. Without talk, story or lapse it is not sent."""

    topics: list[Any] = field(default_factory=list)
    stories: list[Any] = field(default_factory=list)
    lapsing: dict[str, Any] | None = None
    balance: int = 0
    meter: str = ""
    badge: Any = None

    @property
    def items(self) -> int:
        """How many things it tells."""
        return len(self.topics) + len(self.stories) + (1 if self.lapsing else 0)

    @property
    def lead(self) -> str:
        """What its subject names: the first talk, else the first story."""
        first = next(iter([*self.topics, *self.stories]), None)
        return first.title if first is not None else ""


def content_for(member: Member, *, at: datetime) -> Content:
    """What to tell her, in the active language. Rights are asked now, not when the letter was queued."""
    since = at - WEEK
    purse = badges.purse(member.pk)
    away = apart(member.pk)
    waiting = community.weekly_topics(member, since=since, at=at, limit=3 * TOPICS)
    content = Content(
        topics=[topic for topic in waiting if topic.author_id not in away][:TOPICS],
        stories=brand.weekly_stories(member, since=since),
        balance=purse["balance"]["spend"],
    )
    first = purse["expiring"]
    if first is not None and first["day"] <= (at + LAPSES_WITHIN).astimezone(programme_zone()).date():
        content.lapsing = first
    if content.items:
        content.meter = badges.meter(member.pk)["caption"]
        content.badge = badges.shelf_line(member)[1]
    return content


def local_time(zone: str, at: datetime) -> datetime:
    """The instant on her own clock; an unknown zone counts as the programme's."""
    try:
        return at.astimezone(zoneinfo.ZoneInfo(zone))
    except (zoneinfo.ZoneInfoNotFoundError, ValueError):
        return at.astimezone(programme_zone())


def due_zones(at: datetime) -> dict[str, date]:
    """Zones of members in which it is Monday after nine, with that Monday. One query."""
    zones = Member.objects.filter(is_active=True).values_list("zone", flat=True).distinct().order_by("zone")
    local = {zone: local_time(zone, at) for zone in zones}
    return {zone: when.date() for zone, when in local.items() if when.weekday() == 0 and when.time() >= time(HOUR)}


def receivers(member_ids: list[int], week: date, at: datetime) -> list[Member]:
    """Those of these members who get the letter of that week: present, with an address, who want it, whose letters
    arrive, and who have none of this week yet. A constant number of queries."""
    had = set(Digest.objects.filter(member__in=member_ids, week=week).values_list("member", flat=True))
    return _wanting([pk for pk in member_ids if pk not in had], at)


def _wanting(member_ids: list[int], at: datetime) -> list[Member]:
    present = present_members().filter(pk__in=member_ids, joined_at__lt=at - timedelta(days=1)).exclude(email=None)
    members = list(present.filter(Q(suspended_until=None) | Q(suspended_until__lte=at)).order_by("pk"))
    ids = [member.pk for member in members]
    wished = dict(Preference.objects.filter(member__in=ids, kind=NAME).values_list("member", "mail"))
    agreed = _agreed(ids)
    seen, silent = last_seen(ids), stopped(ids, at)
    return [
        member
        for member in members
        if wished.get(member.pk, member.pk in agreed)
        and member.pk not in silent
        # Who never signed in since the house counts visits is not called absent.
        and max(filter(None, (seen.get(member.pk), member.last_login)), default=at) > at - ABSENT
    ]


def receivers_now(row: Digest, at: datetime) -> Member | None:
    """The member of a queued letter, if she would still get it now: asked again by the worker."""
    found = _wanting([row.member_id], at)
    return found[0] if found else None


def _agreed(member_ids: list[int]) -> set[int]:
    """Who last said yes to news by letter. One query."""
    rows = Consent.objects.filter(member__in=member_ids, purpose=Consent.Purpose.NEWS).order_by("at", "pk")
    newest = dict(rows.values_list("member", "given"))
    return {member for member, given in newest.items() if given}


def still_waiting(at: datetime, *, longer_than: timedelta) -> list[Digest]:
    """Letters of the last day that were queued and neither went nor turned out empty: their sending failed."""
    rows = Digest.objects.filter(sent_at=None, items=None, queued_at__lt=at - longer_than)
    return list(rows.filter(queued_at__gt=at - timedelta(days=1)).order_by("pk")[:500])

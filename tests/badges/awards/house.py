"""A house made of facts only: it tells what members do, and the badges hear it at once and nobody else does."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import count

from django.db import transaction

from badges.awards.models import Award, AwardMove
from portal.accounts.models import Member
from portal.events import bus
from portal.events.types.accounts import ProfileCompleted
from portal.events.types.badges import TierChanged, YearCompleted
from portal.events.types.base import Event
from portal.events.types.brand import StoryRead
from portal.events.types.community import (
    PostHidden,
    PostRestored,
    ReactionAdded,
    ReactionRemoved,
    ReplyPosted,
    TalkedInChat,
    TopicStarted,
)

MORNING = datetime(2026, 5, 4, 1, 0, tzinfo=UTC)  # 08:00 in Saigon, a Monday
DAY = timedelta(days=1)
_numbers = count(1000)


def publish(event: Event, at: datetime = MORNING, key: str | None = None) -> bus.Heard:
    """The fact as its subscribers get it; nobody has heard it yet."""
    with transaction.atomic():
        return bus.heard(bus.publish(event, at=at, key=key))


def hear(heard: bus.Heard) -> None:
    """Lets the badges hear a fact, as the relay would."""
    with transaction.atomic():
        bus.handler_of("awards", heard.event.name)(heard)


def tell(event: Event, at: datetime = MORNING) -> bus.Heard:
    """Publishes a fact and lets the badges hear it."""
    heard = publish(event, at)
    hear(heard)
    return heard


def topic(author: Member, at: datetime = MORNING) -> int:
    """A topic; its id is its first post's, too."""
    n = next(_numbers)
    tell(TopicStarted(actor=author.pk, topic=n, post=n, space=1, author=author.pk, title="Phin"), at)
    return n


def replied(author: Member, to: int, host: Member, post: int = 0) -> ReplyPosted:
    """The fact of a reply."""
    return ReplyPosted(
        actor=author.pk, topic=to, post=post or next(_numbers), space=1, author=author.pk, topic_author=host.pk,
        title="Phin",
    )  # fmt: skip


def reply(author: Member, to: int, host: Member, at: datetime = MORNING) -> int:
    """A reply; returns its post."""
    event = replied(author, to, host)
    tell(event, at)
    return event.post


def reacted(giver: Member, author: Member, post: int) -> ReactionAdded:
    """The fact of a reaction."""
    return ReactionAdded(
        actor=giver.pk, reaction=next(_numbers), kind="tea", topic=1, post=post, author=author.pk, first_post=False,
        title="Phin",
    )  # fmt: skip


def react(giver: Member, author: Member, post: int, at: datetime = MORNING) -> int:
    """A reaction; returns its id."""
    event = reacted(giver, author, post)
    tell(event, at)
    return event.reaction


def unreact(giver: Member, author: Member, post: int, reaction: int, at: datetime = MORNING) -> None:
    """The reaction is taken back."""
    tell(ReactionRemoved(actor=giver.pk, reaction=reaction, kind="tea", topic=1, post=post, author=author.pk), at)


def hide(author: Member, post: int, at: datetime = MORNING) -> None:
    """A post is hidden."""
    tell(PostHidden(topic=1, post=post, author=author.pk, reason="spam"), at)


def restore(author: Member, post: int, at: datetime = MORNING) -> None:
    """The post is back."""
    tell(PostRestored(topic=1, post=post, author=author.pk), at)


def read(member: Member, story: str, at: datetime = MORNING) -> None:
    """A story read to its end."""
    tell(StoryRead(actor=member.pk, member=member.pk, story=story, title="Sương muối"), at)


def talk(member: Member, at: datetime = MORNING) -> None:
    """The day's first words in the chat."""
    tell(TalkedInChat(actor=member.pk, member=member.pk, room=1, message=next(_numbers), day=f"{at:%Y-%m-%d}"), at)


def tell_profile(member: Member) -> None:
    """A profile told in full."""
    tell(ProfileCompleted(actor=member.pk, member=member.pk))


def rise(member: Member, tier: str = "silver") -> None:
    """A tier reached."""
    tell(TierChanged(member=member.pk, old="member", new=tier, rose=True))


def year(member: Member, years: int) -> None:
    """A year in the house is over."""
    tell(YearCompleted(member=member.pk, years=years), MORNING + years * DAY)


def held(member: Member) -> list[str]:
    """The badges that she holds, as codes, a badge per target as often as she has it."""
    awards = Award.objects.filter(member=member, revoked_at=None)
    return sorted(awards.values_list("badge__code", flat=True))


def has(member: Member, code: str) -> int:
    """How often she holds one badge."""
    return held(member).count(code)


def moves(member: Member, code: str) -> list[tuple[str, str]]:
    """What became of a badge of hers, as (kind, reason), in order."""
    rows = AwardMove.objects.filter(award__member=member, award__badge__code=code).order_by("id")
    return list(rows.values_list("kind", "reason"))

"""What the pages of the moderators' desk show in a loaded house; looked up only when an address is asked for."""

from __future__ import annotations

from typing import Any


def open_case() -> list[Any]:
    """The case that weighs most."""
    from community.moderation.models import Case

    return [Case.objects.filter(outcome="").order_by("-score", "pk")[0].public_id]


def waiting_words() -> list[Any]:
    """Words of a member that wait, or waited."""
    from community.moderation.models import Held

    return [Held.objects.order_by("-pk")[0].public_id]


def a_sanction() -> list[Any]:
    """A sanction of somebody."""
    from community.moderation.models import Sanction

    return [Sanction.objects.order_by("-pk")[0].public_id]


def a_rule() -> list[Any]:
    """A rule of the word filter."""
    from community.moderation.models import FilterRule

    return [FilterRule.objects.order_by("pk")[0].pk]


def member_to_look_at() -> list[Any]:
    """Somebody whom moderators may look at."""
    from portal.accounts.models import Member

    return [Member.objects.filter(role="", joined_at__isnull=False, is_active=True).order_by("pk")[0].public_id]


def topic_to_split() -> list[Any]:
    """A topic with answers that might stand by themselves."""
    from community.forum.models import Topic

    return [Topic.objects.filter(hidden_at=None).order_by("-reply_count", "pk")[0].public_id]


def topic_to_move() -> list[Any]:
    """A topic that a moderator might put elsewhere."""
    from community.forum.models import Topic

    return [Topic.objects.filter(hidden_at=None).order_by("pk")[0].public_id]

"""Grow the demo world in its database: many members, topics and posts, written in bulk with counters that are right.

`python -m tests.bench.scale MEMBERS TOPICS POSTS SESSIONS` prints the addresses and sign-ins that the client needs.
Bulk rows have no events and no points: these belong to acts, and the acts are measured by themselves.
"""

from __future__ import annotations

import json
import sys
from datetime import timedelta
from typing import Any

import django

django.setup()

from django.utils import timezone, translation  # noqa: E402  (Django must be set up before models are imported)

from community.chat.models import Room  # noqa: E402
from community.forum.counters import drift  # noqa: E402
from community.forum.growth import Words, grow_topics, open_spaces  # noqa: E402
from community.forum.models import Topic  # noqa: E402
from portal.accounts.growth import grow_members  # noqa: E402
from portal.accounts.models import Member  # noqa: E402
from tests.bench.words import RARE, body, title  # noqa: E402
from tests.tooling.world import served_address, sign_in  # noqa: E402


def described(topics: list[Topic], members: list[Member], sessions: int) -> dict[str, Any]:
    """What the client must know."""
    with translation.override("vi"):
        return {
            "topics": [topic.get_absolute_url() for topic in topics[:200]],
            # Asked for once each: nothing that is kept of a page can have been made yet.
            "cold": [topic.get_absolute_url() for topic in topics[-300:-100]]
            if len(topics) > 500
            else [topic.get_absolute_url() for topic in topics[-60:]],
            "replies": [f"/vi/community/topics/{topic.public_id}/do/replies/" for topic in topics[-100:]],
            "space": topics[0].space.get_absolute_url(),
            "story": served_address("brand.StoryPage", "vi"),
            "home": served_address("brand.HomePage", "vi"),
            "my_home": "/vi/my/",
            "search": f"/vi/search/?q={RARE}&kind=talks",
            "room": Room.objects.filter(live=True, staff_only=False)[0].pk,
            "sessions": [sign_in(member) for member in members[:sessions]],
            "hostess": sign_in(Member.objects.get(email="han@may.example")),
        }


def main(members: int, topics: int, posts: int, sessions: int) -> None:
    """Grow, check the counters of a grown world, print."""
    at = timezone.now() - timedelta(days=40)
    made = grow_members(amount=members, since=at, until=at + timedelta(days=1))
    each, space = max(2, posts // topics), open_spaces()[:1]
    words, until = Words(title, body), at + timedelta(minutes=topics)
    grown = grow_topics(
        authors=made, lengths=[each] * topics, words=words, since=at, until=until, reactions=False, spaces=space
    )
    if topics <= 400 and (wrong := drift()):
        sys.exit("\n".join(wrong[:5]))
    print(json.dumps(described(grown, made, sessions)))


if __name__ == "__main__":
    main(*(int(word) for word in sys.argv[1:]))

"""Grow the demo world in its database: many members, topics and posts, written in bulk with counters that are right.

`python -m tests.bench.scale MEMBERS TOPICS POSTS SESSIONS` prints the addresses and sign-ins that the client needs.
Bulk rows have no events and no points: these belong to acts, and the acts are measured by themselves.
"""

from __future__ import annotations

import json
import sys
from datetime import datetime, timedelta
from typing import Any

import django

django.setup()

from django.db import transaction  # noqa: E402  (Django must be set up before models are imported)
from django.utils import timezone, translation  # noqa: E402

from community.chat.models import Room  # noqa: E402
from community.forum.counters import drift, recount_space  # noqa: E402
from community.forum.models import Post, Space, Topic  # noqa: E402
from community.markup import render  # noqa: E402
from portal.accounts.models import Member, Standing  # noqa: E402
from portal.core.ids import public_id  # noqa: E402
from portal.core.text import fold  # noqa: E402
from tests.bench.words import body, title  # noqa: E402
from tests.tooling.world import served_address, sign_in  # noqa: E402


def add_members(amount: int, at: datetime) -> list[Member]:
    """Members who joined long ago, with their chips."""
    rows = []
    for number in range(amount):
        name = f"Người Đo {number}"
        rows.append(
            Member(
                email=f"do{number}@may.example",
                name=name,
                name_fold=fold(name).replace(" ", ""),
                joined_at=at,
                public_id=public_id(),
                password="!",
            )
        )
    made = Member.objects.bulk_create(rows, batch_size=500)
    Standing.objects.bulk_create(
        [Standing(member=member, public_id=member.public_id, name=member.name) for member in made], batch_size=500
    )
    return made


def add_topics(amount: int, posts: int, members: list[Member], at: datetime) -> list[Topic]:
    """Topics of equal length in the first open space, each with its posts by different people."""
    space = Space.objects.filter(live=True, staff_only=False, write_from_rank=0)[0]
    each, html = max(2, posts // amount), [render(body(number)) for number in range(60)]
    sources = [body(number) for number in range(60)]
    topics = Topic.objects.bulk_create(
        [
            Topic(
                space=space,
                author=members[number % len(members)],
                title=title(number),
                slug=f"chuyen-thu-{number}",
                created_at=at,
                last_posted_at=at + timedelta(minutes=number, seconds=each),
                last_poster=members[(number + each - 1) % len(members)],
                reply_count=each - 1,
                next_number=each + 1,
                people_count=min(each, len(members)),
                key=f"bench:{number}",
                body_hash="0" * 64,
            )
            for number in range(amount)
        ],
        batch_size=500,
    )
    rows = []
    for place, topic in enumerate(topics):
        for number in range(each):
            rows.append(
                Post(
                    topic=topic,
                    number=number + 1,
                    author=members[(place + number) % len(members)],
                    source=sources[number % 60],
                    html=html[number % 60],
                    created_at=at + timedelta(minutes=place, seconds=number + 1),
                    key=f"bench:{place}:{number}",
                    body_hash="0" * 64,
                )
            )
    Post.objects.bulk_create(rows, batch_size=1000)
    with transaction.atomic():
        recount_space(space.pk)
    return topics


def described(topics: list[Topic], members: list[Member], sessions: int) -> dict[str, Any]:
    """What the client must know."""
    with translation.override("vi"):
        return {
            "topics": [topic.get_absolute_url() for topic in topics[:200]],
            "replies": [f"/vi/community/topics/{topic.public_id}/do/replies/" for topic in topics[-100:]],
            "space": topics[0].space.get_absolute_url(),
            "story": served_address("brand.StoryPage", "vi"),
            "home": served_address("brand.HomePage", "vi"),
            "my_home": "/vi/my/",
            "room": Room.objects.filter(live=True, staff_only=False)[0].pk,
            "sessions": [sign_in(member) for member in members[:sessions]],
            "hostess": sign_in(Member.objects.get(email="han@may.example")),
        }


def main(members: int, topics: int, posts: int, sessions: int) -> None:
    """Grow, check the counters of a grown world, print."""
    at = timezone.now() - timedelta(days=40)
    made = add_members(members, at)
    grown = add_topics(topics, posts, made, at)
    if topics <= 400 and (wrong := drift()):
        sys.exit("\n".join(wrong[:5]))
    print(json.dumps(described(grown, made, sessions)))


if __name__ == "__main__":
    main(*(int(word) for word in sys.argv[1:]))

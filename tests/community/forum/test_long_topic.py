"""A topic of a hundred thousand posts opens anywhere for the price of a short one."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection

from community.forum import selectors
from community.forum.models import Post, ReadMark, Topic
from portal.accounts.models import Member
from portal.core.clock import now
from tests.helpers.queries import count_queries

pytestmark = pytest.mark.django_db
LONG = 100_000


def lengthen(topic: Topic, author: Member, last: int) -> None:
    """Numbers up to `last`, past all actions, by one statement per ten thousand."""
    at = now()
    for start in range(topic.next_number, last + 1, 10_000):
        Post.objects.bulk_create(
            [
                Post(topic=topic, number=n, author=author, source="Lời", html="<p>Lời</p>", created_at=at,
                     key=f"long-{n}", body_hash="x")
                for n in range(start, min(start + 10_000, last + 1))
            ],
            batch_size=2_000,
        )  # fmt: skip
    Topic.objects.filter(pk=topic.pk).update(next_number=last + 1, last_number=last, reply_count=last - 1)


@pytest.mark.slow
def test_a_hundred_thousand_posts_open_anywhere_for_the_price_of_twenty(
    topic: Topic, signed_in: Any, alice: Member, bob: Member
) -> None:
    browser = signed_in(bob)

    def opened(page: int) -> int:
        count, _queries = count_queries(lambda: _read(page))
        return count

    def _read(page: int) -> None:
        answer = browser.get(f"{topic.get_absolute_url()}?page={page}")
        assert answer.status_code == 200

    lengthen(topic, alice, 40)
    _read(2)
    short = opened(2)
    topic.refresh_from_db()
    lengthen(topic, alice, LONG)
    assert {opened(page) for page in (1, 2_500, 4_999, 5_000)} == {short}
    ReadMark.objects.update_or_create(topic=topic, member=bob, defaults={"last_number": 77_777, "at": now()})
    found = selectors.get_topic_for(bob, topic.public_id)
    assert selectors.first_unread(found) == 77_778
    answer = browser.get(f"/vi/community/topics/{topic.public_id}/at/77778/")
    assert "page=3889#post-" in answer.url


@pytest.mark.both_databases
def test_the_page_of_posts_is_read_by_the_index_of_numbers(topic: Topic, alice: Member) -> None:
    lengthen(topic, alice, 400)
    rows = Post.objects.filter(topic=topic, number__gte=201, number__lt=221).order_by("number")
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off")
            cursor.execute("ANALYZE community_post")  # what it knows of a table that was empty a moment ago is a guess
    plan = rows.explain()
    assert "post_number_once" in plan or "sqlite_autoindex" in plan or "USING INDEX" in plan, plan
    assert "TEMP B-TREE" not in plan, plan

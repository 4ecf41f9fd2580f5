"""Keeps the words of posts for finding them, in the transaction of whatever changes a post.

A post has a row while its words can be shown: it is not hidden and not emptied. Whether its topic and its space may be
seen is asked when somebody looks (`finding.py`), so that hiding a topic of a thousand answers costs no more than one.
"""

import re
from collections.abc import Iterable

from django.db import transaction

from community.forum.models import Post, PostWords, Topic
from community.markup import excerpt
from portal.core.finding import COLUMNS, Index, columns

INDEX = Index("community_postwords", "post_id", "words")
BATCH = 500
# What is quoted is found where it was said, with that place's own rights.
_QUOTES = re.compile(r"<blockquote>.*?</blockquote>", re.DOTALL)
_WHOLE = 1_000_000


def plain(html: str) -> str:
    """The words of a post without what it quotes from others; all of them when it does nothing but quote."""
    own = excerpt(_QUOTES.sub(" ", html), _WHOLE)
    return own or excerpt(html, _WHOLE)


def _row(post: Post, topic: Topic) -> PostWords | None:
    if post.hidden_at is not None or not post.html:
        return None
    title = topic.title if post.is_first else ""
    tags = " ".join(tag.name for tag in topic.tags.all()) if post.is_first else ""
    return PostWords(post_id=post.pk, **columns(f"{title} {tags}", plain(post.html)))


def keep(post: Post, topic: Topic | None = None) -> None:
    """Makes the post's row say what the post says now, or removes it. Idempotent; inside the caller's transaction."""
    row = _row(post, topic or post.topic)
    if row is None:
        PostWords.objects.filter(pk=post.pk).delete()
    else:
        _write([row])


def keep_first(topic: Topic) -> None:
    """The same for the post that opens a topic: its title or tags have changed."""
    post = Post.objects.filter(topic=topic, number=1).first()
    if post is not None:
        keep(post, topic)


def _write(rows: list[PostWords]) -> None:
    PostWords.objects.bulk_create(rows, update_conflicts=True, unique_fields=["post"], update_fields=COLUMNS)


def rebuild() -> int:
    """Writes every row anew, a batch at a time, and removes what should not be there; returns how many there are."""
    kept, last = 0, 0
    while posts := list(Post.objects.filter(pk__gt=last).select_related("topic").order_by("pk")[:BATCH]):
        last = posts[-1].pk
        with transaction.atomic():
            kept += _rebuild(posts)
    return kept


def _rebuild(posts: Iterable[Post]) -> int:
    rows = {post.pk: _row(post, post.topic) for post in posts}
    PostWords.objects.filter(pk__in=[pk for pk, row in rows.items() if row is None]).delete()
    present = [row for row in rows.values() if row is not None]
    _write(present)
    return len(present)

"""The forum by the calendar: scores that lists sort by, reminders of what was kept, and what was left lying."""

from datetime import datetime, timedelta

from django.db import transaction

from community.forum import permissions, ranking
from community.forum.actions.uploading import sweep_orphans
from community.forum.models import Bookmark, Topic
from community.forum.selectors import ranks, saved
from community.forum.writing import Draft
from portal import notifications
from portal.jobs.table import register

REMINDER = "reminder"
BATCH = 1_000
DRAFTS_KEPT = timedelta(days=180)


def rank_topics(at: datetime) -> int:
    """Reckons the scores of what changed and of what is warmest, up to 1,000 each; returns how many. Idempotent."""
    topics = ranks.to_rank(BATCH)
    facts = ranks.facts_of(topics, at=at)
    for topic in topics:
        found = facts[topic.pk]
        topic.hot_score = topic.top_score = 0.0
        topic.ranked_version, topic.reader_count = topic.version, found.readers
        if topic.hidden_at is None:
            topic.hot_score = ranking.hot(likes=found.likes, created=topic.created_at, recent=found.recent, now=at)
            topic.top_score = ranking.top(
                readers=found.readers, first_likes=found.first_likes, likes=found.likes, posts=found.posts
            )
    Topic.objects.bulk_update(topics, ["hot_score", "top_score", "reader_count", "ranked_version"], batch_size=200)
    return len(topics)


def remind(at: datetime) -> int:
    """Tells members of kept posts whose moment has come, once each; returns how many. Idempotent.

    What she may no longer read by then is not told of; the reminder is spent all the same.
    """
    told = 0
    for bookmark in saved.due_reminders(at):
        with transaction.atomic():
            if not Bookmark.objects.filter(pk=bookmark.pk, remind_at__lte=at).update(remind_at=None):
                continue
            if not permissions.can_read_post(bookmark.member, bookmark.post):
                continue
            notifications.notify(
                member_id=bookmark.member_id,
                kind=REMINDER,
                subject=f"bookmark:{bookmark.pk}",
                args={
                    "post": bookmark.post_id, "place": bookmark.post.public_id, "title": bookmark.post.topic.title,
                    "note": bookmark.note,
                },
                actor_id=None,
                at=at,
            )  # fmt: skip
            told += 1
    return told


def forget_old_drafts(at: datetime) -> int:
    """Deletes drafts that nobody touched for 180 days."""
    return Draft.objects.filter(saved_at__lt=at - DRAFTS_KEPT).delete()[0]


register("rank_topics", "*/5 * * * *", rank_topics)
register("remind_of_saved", "* * * * *", remind)
register("forum_orphan_pictures", "25 * * * *", sweep_orphans)
register("forum_old_drafts", "35 3 * * *", forget_old_drafts)

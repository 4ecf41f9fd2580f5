"""What the forum knows about a member: for her export, and for erasing her."""

from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import translation
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from community.forum import counters, texts
from community.forum.actions._parts import tell_pages
from community.forum.locks import lock_topic
from community.forum.models import ModerationEntry, Post, Reaction, ReadMark, Topic, Watch
from portal import notifications
from portal.accounts.models import Member
from portal.core import clock
from portal.core.personal_data import DataType, register
from portal.realtime import stream_name


def rows(queryset: QuerySet[Any], *fields: str) -> list[dict[str, Any]]:
    """Plain rows for an export."""
    return list(queryset.order_by("pk").values(*fields))


def _erase_words(member: Member) -> None:
    """Takes her words away and leaves their places, so that what others answered still reads as a talk."""
    mine = Post.objects.filter(author=member)
    for topic_id in sorted(set(mine.values_list("topic", flat=True))):
        with transaction.atomic():
            topic = lock_topic(topic_id)
            mine.filter(topic=topic).update(source="", html="", hidden_reason="", body_hash="")
            if topic.author_id == member.pk:
                _erase_title(topic)
            topic.version += 1
            topic.save(update_fields=["version"])
            tell_pages(topic.pk, "topic_changed")


def _erase_title(topic: Topic) -> None:
    with translation.override(topic.language):
        topic.title = gettext("A talk whose first words have left")
    topic.slug, topic.tags, topic.body_hash = texts.slug(topic.title), [], ""
    topic.save(update_fields=["title", "slug", "tags", "body_hash"])
    # Inboxes of others quote the title.
    notifications.rescind(subject=stream_name("topic", topic.pk), at=clock.now())


def _erase_reactions(member: Member) -> None:
    """Takes her reactions out of the numbers too; what they brought to others stays theirs."""
    mine = Reaction.objects.filter(member=member)
    for topic_id in sorted(set(mine.values_list("post__topic", flat=True))):
        with transaction.atomic():
            topic = lock_topic(topic_id)
            posts = list(Post.objects.filter(topic=topic, reaction_rows__member=member).distinct())
            mine.filter(post__topic=topic).delete()
            for post in posts:
                post.topic = topic
                counters.recount_reactions(post)
            tell_pages(topic_id, "topic_changed")


def _erase_reading(member: Member) -> None:
    Watch.objects.filter(member=member).delete()
    ReadMark.objects.filter(member=member).delete()


register(
    DataType(
        "forum_words",
        _("What you wrote in the forum"),
        ("community.Topic", "community.Post"),
        lambda member: rows(
            Post.objects.filter(author=member),
            *("public_id", "topic__title", "number", "source", "created_at", "edited_at", "hidden_at", "hidden_reason"),
        ),
        _erase_words,
    )
)
register(
    DataType(
        "forum_reactions",
        _("Your reactions"),
        ("community.Reaction",),
        lambda member: rows(Reaction.objects.filter(member=member), "post__public_id", "kind", "created_at"),
        _erase_reactions,
    )
)
register(
    DataType(
        "forum_reading",
        _("What you follow and how far you have read"),
        ("community.Watch", "community.ReadMark"),
        lambda member: [
            *rows(Watch.objects.filter(member=member), "topic__public_id", "level"),
            *rows(ReadMark.objects.filter(member=member), "topic__public_id", "last_number", "at"),
        ],
        _erase_reading,
    )
)
register(
    DataType(
        "forum_moderation",
        _("Moderation: what you decided, and what was decided about your words"),
        ("community.ModerationEntry",),
        lambda member: rows(
            ModerationEntry.objects.filter(actor=member) | ModerationEntry.objects.filter(post__author=member),
            *("act", "topic__public_id", "post__public_id", "reason", "before", "after", "at"),
        ),
        keeps=_("Decisions must stay provable; without the words and the name they say nothing about a person"),
    )
)

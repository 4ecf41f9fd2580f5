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
from community.forum.models import (
    Bookmark,
    FeedKey,
    Post,
    PostWords,
    Reaction,
    ReadMark,
    SpaceWatch,
    Tag,
    TagWatch,
    Topic,
    Watch,
)
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
    # Beside the topics with words of hers, those she began: one that was joined with another holds no post any more.
    began = Topic.objects.filter(author=member).values_list("pk", flat=True)
    for topic_id in sorted({*mine.values_list("topic", flat=True), *began}):
        with transaction.atomic():
            topic = lock_topic(topic_id)
            mine.filter(topic=topic).update(source="", html="", hidden_reason="", body_hash="")
            PostWords.objects.filter(post__in=mine.filter(topic=topic)).delete()
            if topic.author_id == member.pk:
                _erase_title(topic)
            topic.version += 1
            topic.save(update_fields=["version"])
            tell_pages(topic.pk, "topic_changed")
    # A tag that nobody else took up was her word, too.
    Tag.objects.filter(created_by=member, topics=None).delete()
    Tag.objects.filter(created_by=member).update(created_by=None)


def _erase_title(topic: Topic) -> None:
    with translation.override(topic.language):
        topic.title = gettext("A talk whose first words have left")
    topic.slug, topic.body_hash = texts.slug(topic.title), ""
    topic.save(update_fields=["title", "slug", "body_hash"])
    topic.tags.clear()
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


def _erase_saved(member: Member) -> None:
    Bookmark.objects.filter(member=member).delete()


def _erase_reading(member: Member) -> None:
    for model in (Watch, TagWatch, SpaceWatch, FeedKey):
        model._default_manager.filter(member=member).delete()
    ReadMark.objects.filter(member=member).delete()


register(
    DataType(
        "forum_words",
        _("What you wrote in the forum"),
        ("community.Topic", "community.Post", "community.PostWords", "community.Tag"),
        lambda member: [
            *rows(
                Post.objects.filter(author=member),
                *("public_id", "topic__title", "number", "source", "created_at", "edited_at"),
                *("hidden_at", "hidden_reason"),
            ),
            *rows(Tag.objects.filter(created_by=member), "name", "created_at"),
        ],
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
        ("community.Watch", "community.TagWatch", "community.SpaceWatch", "community.ReadMark", "community.FeedKey"),
        lambda member: [
            *rows(Watch.objects.filter(member=member), "topic__public_id", "level"),
            *rows(TagWatch.objects.filter(member=member), "tag__name", "level"),
            *rows(SpaceWatch.objects.filter(member=member), "space__code", "level"),
            *rows(FeedKey.objects.filter(member=member), "made_at"),
            *rows(ReadMark.objects.filter(member=member), "topic__public_id", "last_number", "at"),
        ],
        _erase_reading,
    )
)
register(
    DataType(
        "forum_saved",
        _("What you saved, with your notes"),
        ("community.Bookmark",),
        lambda member: rows(
            Bookmark.objects.filter(member=member), "post__public_id", "note", "remind_at", "created_at"
        ),
        _erase_saved,
    )
)

"""Who is told of a chosen answer, of being named with @, of posts that were moved. Watchers have their own ear."""

from collections.abc import Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from community.forum import permissions, selectors
from community.forum.models import Post, Topic
from portal import notifications
from portal.accounts.blocks.selectors import apart, has_blocked
from portal.accounts.chips import FORMER
from portal.accounts.models import Member
from portal.events.bus import Heard, durable
from portal.events.types.community import (
    AnswerAccepted,
    AnswerUnaccepted,
    MembersMentioned,
    PostHidden,
    PostRestored,
    PostsMoved,
)
from portal.notifications import Kind
from portal.notifications.models import Notification
from portal.realtime import stream_name

SUBSCRIBER = "forum_answers"
CHOSEN, GONE, MENTION, MOVED = "answer_chosen", "answer_gone", "mention", "posts_moved"


def answer_subject(topic_id: int) -> str:
    """What an inbox calls the answer of a topic: apart from the topic, whose answers are told of otherwise."""
    return f"answer:{topic_id}"


def readable_post(member: Member, subject: str, args: dict[str, Any]) -> bool:
    """Whether she may read the post of a notification, now."""
    post = Post.objects.select_related("topic__space").filter(pk=args.get("post")).first()
    return post is not None and permissions.can_read_post(member, post)


def readable_posts(member: Member, items: Sequence[Notification]) -> set[int]:
    """The same for a whole inbox. One query."""
    posts = Post.objects.select_related("topic__space").in_bulk([item.args.get("post") for item in items])
    return {
        item.pk
        for item in items
        if (post := posts.get(item.args.get("post"))) is not None and permissions.can_read_post(member, post)
    }


def _may_be_named(member: Member, subject: str, args: dict[str, Any]) -> bool:
    """As `readable_post`, and not by somebody whom she has blocked."""
    return readable_post(member, subject, args) and not has_blocked(member.pk, args.get("by", 0))


def _may_be_named_many(member: Member, items: Sequence[Notification]) -> set[int]:
    away = apart(member.pk)
    return readable_posts(member, [item for item in items if item.args.get("by") not in away])


def _readable_topic(member: Member, subject: str, args: dict[str, Any]) -> bool:
    topic = Topic.objects.select_related("space").filter(pk=args.get("topic")).first()
    return topic is not None and permissions.can_read_topic(member, topic)


def _readable_topics(member: Member, items: Sequence[Notification]) -> set[int]:
    topics = Topic.objects.select_related("space").in_bulk([item.args.get("topic") for item in items])
    return {
        item.pk
        for item in items
        if (topic := topics.get(item.args.get("topic"))) is not None and permissions.can_read_topic(member, topic)
    }


def actor_name(item: Notification) -> str:
    """Who did it, by the name she goes by now."""
    standing = getattr(item.actor, "standing", None)
    return standing.known_as if standing is not None else str(FORMER)


def post_url(item: Notification) -> str:
    """Leads to the post."""
    return reverse("community:post", args=[item.args["place"]])


def _topic_url(item: Notification) -> str:
    return reverse("community:topic_short", args=[item.args["place"]])


def _chosen(item: Notification) -> str:
    return _("%(name)s chose your words as the answer in “%(title)s”") % {
        "name": actor_name(item),
        "title": item.args["title"],
    }


def _gone(item: Notification) -> str:
    return _("The answer chosen in “%(title)s” is no longer shown; your question is open again") % {
        "title": item.args["title"]
    }


notifications.register(
    Kind(
        name=CHOSEN,
        label=gettext_lazy("My answers that helped"),
        icon="circle-check",
        group="replies",
        sentence=_chosen,
        url=post_url,
        visible=readable_post,
        visible_many=readable_posts,
    )
)
notifications.register(
    Kind(
        name=GONE,
        label=gettext_lazy("Chosen answers that are gone"),
        icon="circle-alert",
        group="replies",
        sentence=_gone,
        url=_topic_url,
        visible=_readable_topic,
        visible_many=_readable_topics,
    )
)


notifications.register(
    Kind(
        name=MENTION,
        label=gettext_lazy("When somebody names me"),
        icon="at-sign",
        sentence=lambda item: (
            _("%(name)s named you in “%(title)s”") % {"name": actor_name(item), "title": item.args["title"]}
        ),
        url=post_url,
        visible=_may_be_named,
        visible_many=_may_be_named_many,
    )
)


def mention_subject(post_id: int) -> str:
    """What an inbox calls a post that names its owner."""
    return f"mention:{post_id}"


@durable(SUBSCRIBER, MembersMentioned)
def tell_named(heard: Heard) -> None:
    """Whoever is named hears of it, if she may read the post now (asked again in her inbox and before a letter)."""
    event: MembersMentioned = heard.event  # type: ignore[assignment]
    post = selectors.whole_posts().filter(pk=event.post, hidden_at=None).first()
    if post is None:
        return
    for member_id in sorted(event.members):
        notifications.notify(
            member_id=member_id,
            kind=MENTION,
            subject=mention_subject(post.pk),
            args={"post": post.pk, "place": post.public_id, "title": post.topic.title, "by": event.author},
            actor_id=event.actor,
            at=heard.occurred_at,
        )


def _named_with(post_id: int) -> list[int]:
    """The post and, when it opens its topic, all posts of the topic: those in which somebody is named."""
    post = Post.objects.get(pk=post_id)
    posts = Post.objects.filter(topic=post.topic_id) if post.is_first else Post.objects.filter(pk=post_id)
    return list(posts.filter(mentions__isnull=False).distinct().order_by("pk").values_list("pk", flat=True))


@durable(SUBSCRIBER, PostHidden)
def take_names_back(heard: Heard) -> None:
    """Words that are hidden name nobody."""
    event: PostHidden = heard.event  # type: ignore[assignment]
    for post_id in _named_with(event.post):
        notifications.rescind(subject=mention_subject(post_id), at=heard.occurred_at)


@durable(SUBSCRIBER, PostRestored)
def give_names_again(heard: Heard) -> None:
    """Words that are back name whom they named."""
    event: PostRestored = heard.event  # type: ignore[assignment]
    for post_id in _named_with(event.post):
        notifications.restore(subject=mention_subject(post_id), at=heard.occurred_at)


@durable(SUBSCRIBER, AnswerAccepted)
def tell_helper(heard: Heard) -> None:
    """The author hears that her words were chosen, if they still are; that the question is open is true no more."""
    event: AnswerAccepted = heard.event  # type: ignore[assignment]
    post = selectors.whole_posts().filter(pk=event.post, hidden_at=None).first()
    if post is None or post.topic.answer_id != post.pk:
        return
    notifications.rescind(subject=answer_subject(event.topic), kind=GONE, at=heard.occurred_at)
    notifications.notify(
        member_id=event.author,
        kind=CHOSEN,
        subject=answer_subject(event.topic),
        args={"post": post.pk, "place": post.public_id, "title": post.topic.title},
        actor_id=event.actor,
        at=heard.occurred_at,
    )


@durable(SUBSCRIBER, AnswerUnaccepted)
def tell_asker(heard: Heard) -> None:
    """What is no longer true leaves the inbox; whoever asked hears when the chosen words were hidden."""
    event: AnswerUnaccepted = heard.event  # type: ignore[assignment]
    notifications.rescind(subject=answer_subject(event.topic), kind=CHOSEN, at=heard.occurred_at)
    topic = Topic.objects.filter(pk=event.topic, hidden_at=None).first()
    if event.why != "hidden" or topic is None:
        return
    notifications.notify(
        member_id=event.topic_author,
        kind=GONE,
        subject=answer_subject(event.topic),
        args={"topic": topic.pk, "place": topic.public_id, "title": topic.title},
        actor_id=event.actor,
        at=heard.occurred_at,
    )


# ── Posts that a moderator gave another topic ───────────────────────────────────────────────────────────────────
def _left(item: Notification) -> int:
    """The topic that the words came from: what the item is about. 0 for an item about anything else."""
    number = item.subject.rpartition(":")[2]
    return int(number) if number.isascii() and number.isdecimal() else 0


def _readable_moved(member: Member, items: Sequence[Notification]) -> set[int]:
    """As `readable_posts`. Each item learns besides the title of the topic that its words left, as it is called now, if
    its reader may know it now: it is not stored, so nothing is told that nobody has asked about. Two queries."""
    left = Topic.objects.select_related("space").in_bulk({_left(item) for item in items})
    for item in items:
        topic = left.get(_left(item))
        known = topic is not None and permissions.can_know_title(member, topic)
        item.args = {**item.args, "left": topic.title if topic is not None and known else ""}
    return readable_posts(member, items)


def _moved(item: Notification) -> str:
    words = {"title": item.args["title"], "before": item.args.get("left", ""), "number": item.args["posts"]}
    if not words["number"]:
        return _("Your topic “%(title)s” stands in another space now") % words
    if not words["before"]:
        return (
            ngettext(
                "Your words stand in “%(title)s” now",
                "%(number)s of your posts stand in “%(title)s” now",
                item.args["posts"],
            )
            % words
        )
    return (
        ngettext(
            "Your words from “%(before)s” stand in “%(title)s” now",
            "%(number)s of your posts from “%(before)s” stand in “%(title)s” now",
            item.args["posts"],
        )
        % words
    )


notifications.register(
    Kind(
        name=MOVED,
        label=gettext_lazy("Words of mine that were moved"),
        icon="arrow-right",
        group="replies",
        sentence=_moved,
        url=post_url,
        visible=readable_post,
        visible_many=_readable_moved,
        mail=False,
    )
)


@durable(SUBSCRIBER, PostsMoved)
def lead_on(heard: Heard) -> None:
    """Items about the posts get the subject and title of where they stand; each author hears of it, if she may read
    there. Moved on or away meanwhile, they are told of as they stand now, or not at all.
    """
    event: PostsMoved = heard.event  # type: ignore[assignment]
    posts = list(selectors.whole_posts().filter(pk__in=event.posts, topic=event.into).order_by("number"))
    if event.topic != event.into:
        _readdress(event, posts, heard)
    hers: dict[int, list[Post]] = {}
    for post in posts:
        if post.hidden_at is None:
            hers.setdefault(post.author_id, []).append(post)
    for member_id in sorted(hers):
        first = hers[member_id][0]
        number = 0 if event.topic == event.into else len(hers[member_id])
        notifications.notify(
            member_id=member_id, kind=MOVED, subject=f"moved:{event.topic}", actor_id=event.actor, at=heard.occurred_at,
            args={"post": first.pk, "place": first.public_id, "title": event.title, "posts": number},
        )  # fmt: skip


def _readdress(event: PostsMoved, posts: list[Post], heard: Heard) -> None:
    before, to = stream_name("topic", event.topic), stream_name("topic", event.into)
    ids = {post.pk for post in posts}
    notifications.readdress(subject=before, to=to, posts=ids, title=event.title, at=heard.occurred_at)
    named = Post.objects.filter(pk__in=ids, mentions__isnull=False).distinct().order_by("pk")
    for post_id in named.values_list("pk", flat=True):
        subject = mention_subject(post_id)
        notifications.readdress(subject=subject, to=subject, title=event.title, at=heard.occurred_at)

"""What the forum does about its own facts, exactly once each: it tells those who follow and those who are thanked."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Exists, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from community.forum import permissions, selectors
from community.forum.models import Post, Reaction, Topic
from community.forum.selectors import following
from portal import notifications
from portal.accounts.chips import FORMER
from portal.accounts.models import Member
from portal.core.prepared import prepared
from portal.core.reading import one
from portal.events.bus import Heard, durable
from portal.events.types.community import PostHidden, PostRestored, ReactionAdded, ReplyPosted, TopicStarted
from portal.notifications import Kind
from portal.notifications.models import Notification
from portal.realtime import stream_name

SUBSCRIBER = "forum_watchers"
REPLY, REACTION, TOPIC, REMINDER = "reply", "reaction", "topic", "reminder"


def _subject(topic_id: int) -> str:
    return stream_name("topic", topic_id)


def _args(topic: Topic, post: Post, **more: Any) -> dict[str, Any]:
    return {"post": post.pk, "place": post.public_id, "title": topic.title, **more}


# ── Kinds ───────────────────────────────────────────────────────────────────────────────────────────────────────
def _visible(member: Member, subject: str, args: dict[str, Any]) -> bool:
    asked = args.get("post")
    post = _placed.one(asked) if isinstance(asked, int) else None
    return post is not None and permissions.can_read_post(member, post)


@prepared
def _placed(post: int) -> QuerySet[Post]:
    return Post.objects.select_related("topic__space").filter(pk=post)


def _visible_many(member: Member, items: Sequence[Notification]) -> set[int]:
    posts = Post.objects.select_related("topic__space").in_bulk([item.args.get("post") for item in items])
    return {
        item.pk
        for item in items
        if (post := posts.get(item.args.get("post"))) is not None and permissions.can_read_post(member, post)
    }


def _name(item: Notification) -> str:
    standing = getattr(item.actor, "standing", None)
    return standing.known_as if standing is not None else str(FORMER)


def _url(item: Notification) -> str:
    return reverse("community:post", args=[item.args["place"]])


def _reply_sentence(item: Notification) -> str:
    title = item.args["title"]
    if item.count == 1:
        return _("%(name)s answered in “%(title)s”") % {"name": _name(item), "title": title}
    return ngettext(
        "%(count)s new answer in “%(title)s”, the last by %(name)s",
        "%(count)s new answers in “%(title)s”, the last by %(name)s",
        item.count,
    ) % {"count": item.count, "name": _name(item), "title": title}


def _topic_sentence(item: Notification) -> str:
    return _("%(name)s began “%(title)s”") % {"name": _name(item), "title": item.args["title"]}


def _reminder_sentence(item: Notification) -> str:
    words = {"title": item.args["title"], "note": item.args.get("note", "")}
    if words["note"]:
        return _("You wanted to come back to “%(title)s”: %(note)s") % words
    return _("You wanted to come back to “%(title)s”") % words


def _reaction_sentence(item: Notification) -> str:
    title, name = item.args["title"], _name(item)
    if item.count > 1:
        return ngettext(
            "%(count)s thanks for your words in “%(title)s”, the last from %(name)s",
            "%(count)s thanks for your words in “%(title)s”, the last from %(name)s",
            item.count,
        ) % {"count": item.count, "name": name, "title": title}
    if item.args.get("kind") == Reaction.Kind.TEA:
        return _("%(name)s offers you tea for your words in “%(title)s”") % {"name": name, "title": title}
    return _("%(name)s feels the same about your words in “%(title)s”") % {"name": name, "title": title}


for _kind in (
    Kind(
        name=REPLY,
        label=gettext_lazy("Answers in topics that I follow"),
        icon="reply",
        group="replies",
        sentence=_reply_sentence,
        url=_url,
        visible=_visible,
        visible_many=_visible_many,
    ),
    Kind(
        name=TOPIC,
        label=gettext_lazy("New topics in spaces and tags that I watch"),
        icon="message-circle",
        group="replies",
        sentence=_topic_sentence,
        url=_url,
        visible=_visible,
        visible_many=_visible_many,
    ),
    Kind(
        name=REMINDER,
        label=gettext_lazy("Reminders that I set on saved posts"),
        icon="bookmark",
        group="replies",
        sentence=_reminder_sentence,
        url=_url,
        visible=_visible,
        visible_many=_visible_many,
    ),
    Kind(
        name=REACTION,
        label=gettext_lazy("Thanks for my words"),
        icon="heart",
        group="thanks",
        sentence=_reaction_sentence,
        url=_url,
        visible=_visible,
        visible_many=_visible_many,
        mail=False,
    ),
):
    notifications.register(_kind)


# ── Ears ────────────────────────────────────────────────────────────────────────────────────────────────────────
def _shown() -> QuerySet[Post]:
    return Post.objects.filter(hidden_at=None)


def _tell(member_id: int, post: Post, heard: Heard) -> None:
    notifications.notify(
        member_id=member_id,
        kind=REPLY,
        subject=_subject(post.topic_id),
        args=_args(post.topic, post),
        actor_id=post.author_id,
        at=heard.occurred_at,
    )


@durable(SUBSCRIBER, ReplyPosted)
def tell_followers(heard: Heard) -> None:
    """Who watches the topic (its author does from the start) or is answered hears of the reply, unless it is hidden."""
    event: ReplyPosted = heard.event  # type: ignore[assignment]
    post = one(_shown().select_related("topic", "reply_to").filter(pk=event.post))
    if post is None:
        return
    for member_id in following.told_of(post):
        _tell(member_id, post, heard)


@durable(SUBSCRIBER, TopicStarted)
def tell_watchers(heard: Heard) -> None:
    """Who watches its space or one of its tags hears of a new topic, unless it is hidden by now."""
    event: TopicStarted = heard.event  # type: ignore[assignment]
    post = one(_shown().select_related("topic").filter(pk=event.post))
    if post is None:
        return
    for member_id in following.told_of_new(post.topic):
        notifications.notify(
            member_id=member_id,
            kind=TOPIC,
            subject=_subject(post.topic_id),
            args=_args(post.topic, post),
            actor_id=post.author_id,
            at=heard.occurred_at,
        )


@prepared
def _thanked(post: int, reaction: int) -> QuerySet[Post]:
    still_there = Reaction.objects.filter(pk=reaction)
    return _shown().select_related("topic").filter(Exists(still_there), pk=post)


@durable(SUBSCRIBER, ReactionAdded)
def tell_author(heard: Heard) -> None:
    """The author hears who thanked her."""
    event: ReactionAdded = heard.event  # type: ignore[assignment]
    post = _thanked.one(event.post, event.reaction)
    if post is None:
        return
    notifications.notify(
        member_id=event.author,
        kind=REACTION,
        subject=_subject(event.topic),
        args=_args(post.topic, post, kind=event.kind),
        actor_id=event.actor,
        at=heard.occurred_at,
    )


@durable(SUBSCRIBER, PostHidden)
def take_back(heard: Heard) -> None:
    """A hidden topic leaves every inbox. A hidden reply does too, and who has other unread answers is told of those."""
    event: PostHidden = heard.event  # type: ignore[assignment]
    post = selectors.whole_posts().get(pk=event.post)
    if post.hidden_at is None:
        return
    if post.is_first:
        notifications.rescind(subject=_subject(event.topic), at=heard.occurred_at)
        return
    notifications.rescind(subject=_subject(event.topic), kind=REPLY, at=heard.occurred_at)
    others = following.unread_followers(post.topic)
    posts = selectors.whole_posts().in_bulk(set(others.values()))
    for member_id, post_id in others.items():
        _tell(member_id, posts[post_id], heard)


@durable(SUBSCRIBER, PostRestored)
def tell_again(heard: Heard) -> None:
    """What came back is news again for whoever has not read that far."""
    event: PostRestored = heard.event  # type: ignore[assignment]
    post = selectors.whole_posts().get(pk=event.post)
    if post.hidden_at is not None:
        return
    if post.is_first:
        notifications.restore(subject=_subject(event.topic), at=heard.occurred_at)
        return
    for member_id, newest in following.unread_followers(post.topic).items():
        if newest == post.pk:
            _tell(member_id, post, heard)

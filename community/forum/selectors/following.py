"""How much of what reaches whom: her own word about a topic first, then about its tags, then about its space.

Of several tags the strongest level counts. Without any word it is `Level.NORMAL`: nothing is told but what is said to
her by name. A member who tracks a topic still hears of answers to her own words; one who muted it does not.
"""

from collections.abc import Iterable
from typing import Any

from django.db.models import F, IntegerField, Max, OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce

from community.forum.models import Level, Post, ReadMark, Space, SpaceWatch, Tag, TagWatch, Topic, Watch
from portal.accounts.models import Member

Through = Topic.tags.through


def level_for(viewer: Member | int | None, topic: str = "pk", space: str = "space") -> Any:
    """The level that counts for this viewer and topic, as an expression on Topic; normal for a visitor."""
    if viewer is None:
        return Value(Level.NORMAL, output_field=IntegerField())
    own = Watch.objects.filter(topic=OuterRef(topic), member=viewer).values("level")[:1]
    tags = Through.objects.filter(topic=OuterRef(topic), tag__watches__member=viewer).order_by().values("topic")
    by_tag = tags.annotate(most=Max("tag__watches__level", filter=Q(tag__watches__member=viewer))).values("most")[:1]
    by_space = SpaceWatch.objects.filter(space=OuterRef(space), member=viewer).values("level")[:1]
    return Coalesce(
        Subquery(own), Subquery(by_tag), Subquery(by_space), Value(Level.NORMAL), output_field=IntegerField()
    )


def levels_of(topic: Topic) -> dict[int, int]:
    """The level that counts, for every member who said a word about this topic, its tags or its space. 3 queries."""
    levels = dict(SpaceWatch.objects.filter(space=topic.space_id).values_list("member", "level"))
    tagged = TagWatch.objects.filter(tag__topics=topic.pk).values("member").annotate(most=Max("level"))
    levels |= dict(tagged.values_list("member", "most"))
    levels |= dict(Watch.objects.filter(topic=topic.pk).values_list("member", "level"))
    return levels


def listeners(topic: Topic, *, levels: Iterable[int], but: int | None) -> list[int]:
    """Ids of the members for whom one of `levels` counts, without the one who acts, in their order."""
    wanted = set(levels)
    return sorted(member for member, level in levels_of(topic).items() if level in wanted and member != but)


def told_of_new(topic: Topic) -> list[int]:
    """Who hears that a topic has begun: who watches its space or a tag of it. Whoever chose something for the topic
    itself has met it already; its author needs no telling."""
    met = set(Watch.objects.filter(topic=topic).values_list("member", flat=True))
    told = listeners(topic, levels={Level.FIRST, Level.WATCHING}, but=topic.author_id)
    return [member for member in told if member not in met]


def told_of(post: Post) -> list[int]:
    """Who hears of a reply: those who watch, and whoever it answers unless she muted the topic; never its author."""
    levels = levels_of(post.topic)
    told = {member for member, level in levels.items() if level == Level.WATCHING}
    answered = post.reply_to.author_id if post.reply_to is not None else None
    if answered is not None and levels.get(answered, Level.NORMAL) != Level.MUTED:
        told.add(answered)
    return sorted(told - {post.author_id})


def unread_followers(topic: Topic) -> dict[int, int]:
    """For each member who was told of replies and has not read the newest of them: that post's primary key."""
    levels = levels_of(topic)
    shown = Post.objects.filter(topic=topic, hidden_at=None, number__gt=1)
    mark = ReadMark.objects.filter(topic=topic, member=OuterRef("reply_to__author")).values("last_number")[:1]
    answers = (
        shown.exclude(author=F("reply_to__author"))
        .filter(reply_to__isnull=False)
        .annotate(read_to=Coalesce(Subquery(mark), Value(0)))
        .filter(number__gt=F("read_to"))
    )
    waiting = {
        member: post
        for member, post in answers.order_by("number").values_list("reply_to__author", "pk")
        if levels.get(member, Level.NORMAL) != Level.MUTED
    }
    marks = dict(ReadMark.objects.filter(topic=topic).values_list("member", "last_number"))
    # The newest post, and the newest of anybody else: one of the two is the newest that a member did not write herself.
    newest = shown.order_by("-number").values_list("author", "number", "pk").first()
    others = shown.exclude(author=newest[0]) if newest else shown.none()
    second = others.order_by("-number").values_list("author", "number", "pk").first()
    for member in sorted(member for member, level in levels.items() if level == Level.WATCHING):
        found = newest if newest and newest[0] != member else second
        if found and found[1] > marks.get(member, 0):
            waiting[member] = found[2]
    return dict(sorted(waiting.items()))


def level_of_topic(topic: Topic, viewer: Member | None) -> int | None:
    """What she said about this topic itself; None when she said nothing. One query, none for a visitor."""
    return _own(Watch.objects.filter(topic=topic), viewer)


def level_of_space(space: Space, viewer: Member | None) -> int | None:
    """What she said about a space."""
    return _own(SpaceWatch.objects.filter(space=space), viewer)


def level_of_tag(tag: Tag, viewer: Member | None) -> int | None:
    """What she said about a tag."""
    return _own(TagWatch.objects.filter(tag=tag), viewer)


def _own(rows: Any, viewer: Member | None) -> int | None:
    return rows.filter(member=viewer).values_list("level", flat=True).first() if viewer is not None else None

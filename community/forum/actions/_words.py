"""What follows from a post's words, in the transaction that writes them: who is named, what is quoted and shown."""

from datetime import datetime

from django.db.models import QuerySet

from community.forum.models import Post
from community.forum.texts import Words
from community.forum.writing import Draft, Mention, Quote, Upload
from portal.accounts.models import Member
from portal.core.prepared import prepared
from portal.events.bus import publish
from portal.events.types.community import MembersMentioned


def settle(actor: Member, post: Post, words: Words, *, at: datetime) -> None:
    """Keeps names, quotes and pictures of a post as its words have them now.

    Side effects: MembersMentioned for members who are named for the first time in this post; a picture of the author's
    that no other post shows belongs to this one. Idempotent: the same words change nothing.
    """
    _name(actor, post, words, at)
    _quote(post, words)
    _picture(post, words)


def _name(actor: Member, post: Post, words: Words, at: datetime) -> None:
    known = set(_named(post.pk))
    fresh = sorted(set(words.people) - known - {post.author_id})
    if not fresh:
        return
    # Whoever was named once stays named: an edit to and fro must not ring twice.
    Mention.objects.bulk_create([Mention(post=post, member_id=member) for member in fresh])
    publish(
        MembersMentioned(
            actor=actor.pk, topic=post.topic_id, post=post.pk, author=post.author_id, members=tuple(fresh),
            title=post.topic.title,
        ),
        at=at,
    )  # fmt: skip


@prepared
def _named(post: int) -> QuerySet[Mention, int]:
    return Mention.objects.filter(post=post).values_list("member_id", flat=True)


def _quote(post: Post, words: Words) -> None:
    if _quoted(post.pk):
        Quote.objects.filter(post=post).exclude(source__public_id__in=words.quotes).delete()
    if words.quotes:
        sources = Post.objects.filter(public_id__in=words.quotes).exclude(pk=post.pk)
        Quote.objects.bulk_create([Quote(post=post, source=source) for source in sources], ignore_conflicts=True)


@prepared
def _quoted(post: int) -> QuerySet[Quote, int]:
    return Quote.objects.filter(post=post).values_list("pk", flat=True)


def _picture(post: Post, words: Words) -> None:
    if words.pictures:
        Upload.objects.filter(public_id__in=words.pictures, owner=post.author_id, post=None).update(post=post)


def clear_draft(member: Member, key: str, sequence: int | None) -> None:
    """Empties the draft that was sent (None: there was none). Its row stays: a save still under way comes too late."""
    if sequence is None:
        return
    draft = Draft.objects.select_for_update().filter(member=member, key=key).first()
    if draft is None:
        return
    draft.sequence, draft.title, draft.body, draft.tab = max(draft.sequence, sequence) + 1, "", "", ""
    draft.save(update_fields=["sequence", "title", "body", "tab"])

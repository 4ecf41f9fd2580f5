"""What surrounds a member's words, for her export and for erasing her: versions, drafts, pictures, names, votes."""

import re

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from community import markup
from community.forum import index, texts
from community.forum.actions._parts import tell_pages
from community.forum.actions.polling import recount_poll
from community.forum.ballots import Poll, PollVote
from community.forum.locks import lock_topic
from community.forum.models import Post
from community.forum.pictures import drop_after_commit
from community.forum.writing import Acceptance, Draft, Mention, PostRevision, Upload
from portal.accounts.models import FormerName, Member
from portal.core.personal_data import DataType, register, rows


def _erase_versions(member: Member) -> None:
    PostRevision.objects.filter(post__author=member).delete()
    PostRevision.objects.filter(written_by=member).update(source="", title="")


def _former_handles(member: Member) -> list[str]:
    rows = FormerName.objects.filter(member=member, kind=FormerName.Kind.HANDLE)
    return list(rows.values_list("text", flat=True))


def _erase_names(member: Member) -> None:
    """Takes her handle out of the words of others, and what they quoted of hers."""
    known = [member.handle or member.public_id, *_former_handles(member)]
    name = re.compile(rf"(?<![\w@./-])@(?:{'|'.join(re.escape(one) for one in known)})(?![\w@-])", re.IGNORECASE)
    naming = Post.objects.filter(mentions__member=member)
    quoting = Post.objects.filter(quotes__source__author=member)
    for post in (naming | quoting).distinct().order_by("topic", "pk"):
        gone = post.quotes.filter(source__author=member).values_list("source__public_id", flat=True)
        post.source = name.sub("@…", markup.blank_quotes(post.source, set(gone)))
        post.html = texts.render_again(post.source)
        post.save(update_fields=["source", "html"])
        index.keep(post)
        for version in post.revisions.all():
            version.source = name.sub("@…", markup.blank_quotes(version.source, set(gone)))
            version.save(update_fields=["source"])
    Mention.objects.filter(member=member).delete()


register(
    DataType(
        "forum_versions",
        _("Earlier versions of what you wrote"),
        ("community.PostRevision",),
        lambda member: rows(
            PostRevision.objects.filter(written_by=member),
            *("post__public_id", "number", "title", "source", "written_at", "replaced_at", "reason"),
        ),
        _erase_versions,
    )
)
register(
    DataType(
        "forum_drafts",
        _("Words that you have not sent"),
        ("community.Draft",),
        lambda member: rows(Draft.objects.filter(member=member).exclude(body=""), "key", "title", "body", "saved_at"),
        lambda member: Draft.objects.filter(member=member).delete(),
    )
)
register(
    DataType(
        "forum_mentions",
        _("Where others named you"),
        ("community.Mention",),
        lambda member: rows(Mention.objects.filter(member=member), "post__public_id"),
        _erase_names,
    )
)
register(
    DataType(
        "forum_answers",
        _("Answers that you chose"),
        ("community.Acceptance",),
        lambda member: rows(
            Acceptance.objects.filter(by=member), "topic__public_id", "post__public_id", "at", "withdrawn_at"
        ),
        keeps=_("Which answer helped belongs to the talk; without the name it says nothing about a person"),
    )
)


def _erase_votes(member: Member) -> None:
    """Takes her votes out of the numbers too."""
    for poll in Poll.objects.filter(vote_rows__member=member).distinct().order_by("topic"):
        with transaction.atomic():
            lock_topic(poll.topic_id)
            PollVote.objects.filter(poll=poll, member=member).delete()
            recount_poll(poll)
            tell_pages(poll.topic_id, "topic_changed")


def _erase_pictures(member: Member) -> None:
    """Deletes the rows, and the files once that is committed."""
    mine = Upload.objects.filter(owner=member)
    names = list(mine.values_list("file", flat=True))
    mine.delete()
    drop_after_commit(names)


register(
    DataType(
        "forum_votes",
        _("Your votes in polls"),
        ("community.PollVote",),
        lambda member: rows(PollVote.objects.filter(member=member), "poll__question", "option__text", "at"),
        _erase_votes,
    )
)
register(
    DataType(
        "forum_pictures",
        _("Pictures that you put into posts"),
        ("community.Upload",),
        lambda member: rows(
            Upload.objects.filter(owner=member), "public_id", "post__public_id", "alt", "size", "created_at"
        ),
        _erase_pictures,
    )
)

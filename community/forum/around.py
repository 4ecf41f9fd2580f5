"""Reads of what surrounds a post's words: polls, versions, drafts, pictures, and whom one may name."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet

from community.forum import permissions
from community.forum.ballots import Poll, PollVote
from community.forum.models import Post, Space, Topic
from community.forum.selectors import get_post_for, get_topic_for
from community.forum.writing import Draft, PostRevision, Upload
from portal.accounts.blocks.selectors import apart
from portal.accounts.models import Member, Standing
from portal.core.errors import NotFound
from portal.core.prepared import prepared
from portal.core.text import fold

SUGGESTED = 8
NAMES_SHOWN = 12


# ── Polls ───────────────────────────────────────────────────────────────────────────────────────────────────────
@dataclass(frozen=True)
class Choice:
    """One option of a poll for a reader. `votes` and `percent` are None while she may not see numbers."""

    id: int
    text: str
    mine: bool
    votes: int | None
    percent: int | None
    names: list[str]
    leads: bool = False


@dataclass(frozen=True)
class PollCard:
    """A poll as its topic's page shows it to one reader."""

    poll: Poll
    choices: list[Choice]
    voted: bool
    over: bool
    may_vote: bool
    numbers: bool


def get_poll_for(viewer: Member | None, topic: str) -> Poll:
    """The poll of a topic that she may read; raises NotFound. Three queries at most."""
    found = get_topic_for(viewer, topic)
    poll = Poll.objects.filter(topic=found).first()
    if poll is None:
        raise NotFound
    poll.topic = found
    return poll


def poll_card(topic: Topic, viewer: Member | None, *, at: datetime) -> PollCard | None:
    """The topic's poll for a reader. At most three queries, however many votes, where the topic brought it."""
    poll: Poll | None = getattr(topic, "poll", None)
    if poll is None:
        return None
    poll.topic = topic
    mine = set(PollVote.objects.filter(poll=poll, member=viewer).values_list("option", flat=True)) if viewer else set()
    numbers = permissions.can_see_numbers(poll, voted=bool(mine), at=at)
    names = _names(poll) if numbers and not poll.secret else {}
    rows = list(poll.options.all())
    most = max((row.votes for row in rows), default=0)
    choices = [
        Choice(
            row.pk, row.text, row.pk in mine, row.votes if numbers else None, _percent(row.votes, poll, numbers),
            names.get(row.pk, []), leads=numbers and bool(row.votes) and row.votes == most,
        )
        for row in rows
    ]  # fmt: skip
    return PollCard(
        poll, choices, bool(mine), permissions.is_over(poll, at=at), permissions.can_vote(viewer, poll, at=at), numbers
    )


def _percent(votes: int, poll: Poll, numbers: bool) -> int | None:
    return round(100 * votes / max(poll.voter_count, 1)) if numbers else None


def _names(poll: Poll) -> dict[int, list[str]]:
    """The first names beside each option of a poll whose voters are public."""
    rows = PollVote.objects.filter(poll=poll).select_related("member__standing").order_by("pk")[: NAMES_SHOWN * 10]
    names: dict[int, list[str]] = {}
    for row in rows:
        beside = names.setdefault(row.option_id, [])
        if len(beside) < NAMES_SHOWN:
            beside.append(row.member.standing.known_as)
    return names


# ── Versions ────────────────────────────────────────────────────────────────────────────────────────────────────
@dataclass(frozen=True)
class Version:
    """The words of a post from one moment to the next. `row` is None for what stands there now."""

    row: PostRevision | None
    title: str
    source: str
    writer: Standing
    at: datetime
    reason: str = ""
    hidden: bool = False


def versions_of(viewer: Member | None, post: Post) -> list[Version]:
    """All versions of a post, the first one first, what stands now last; hidden ones without words for whoever may not
    read them. Two queries."""
    permissions.check_history(viewer, post)
    rows = list(post.revisions.select_related("written_by__standing", "replaced_by__standing").order_by("number"))
    kept = []
    for row in rows:
        open_to_her = permissions.can_read_version(viewer, row)
        kept.append(
            Version(
                row, row.title if open_to_her else "", row.source if open_to_her else "", row.written_by.standing,
                row.written_at, hidden=row.hidden_at is not None,
            )
        )  # fmt: skip
    last = rows[-1] if rows else None
    now = Version(
        None, post.topic.title if post.is_first else "", post.source,
        last.replaced_by.standing if last else post.author.standing, last.replaced_at if last else post.created_at,
    )  # fmt: skip
    # Why a version came stands with the one that it replaced.
    reasons = ["", *(row.reason for row in rows)]
    return [Version(**{**vars(v), "reason": why}) for v, why in zip([*kept, now], reasons, strict=True)]


def get_version_for(viewer: Member | None, public_id: str, number: int) -> PostRevision:
    """One earlier version of a post that she may read; raises NotFound."""
    post = get_post_for(viewer, public_id)
    version = PostRevision.objects.filter(post=post, number=number).first()
    if version is None:
        raise NotFound
    version.post = post
    return version


# ── Drafts, pictures ────────────────────────────────────────────────────────────────────────────────────────────
@prepared
def _draft(member: int, key: str) -> QuerySet[Draft]:
    return Draft.objects.filter(member=member, key=key)


def draft_of(member: Member, key: str) -> Draft | None:
    """What she has not sent in one box, an emptied row included: its sequence is what the next save must exceed."""
    return _draft.one(member.pk, key)


def get_upload_for(viewer: Member | None, public_id: str) -> Upload:
    """A picture that she may see; raises NotFound for unknown, foreign and hidden ones alike. One query."""
    upload = Upload.objects.filter(public_id=public_id).select_related("post__topic__space").first()
    if upload is None or not permissions.can_see_upload(viewer, upload):
        raise NotFound
    return upload


# ── Names ───────────────────────────────────────────────────────────────────────────────────────────────────────
def people_to_name(viewer: Member, space: Space, begun: str, topic: Topic | None = None) -> list[Standing]:
    """Members whose name or handle begins so and who may read the space; those in the talk first. Three queries.

    Nobody who could not be told is offered, nor anybody who stays apart from her: a gated space gives away nobody
    from outside it.
    """
    wanted = fold(begun).lstrip("@")[:30]
    members = Member.objects.filter(is_active=True, left_at=None).exclude(joined_at=None)
    members = members.exclude(pk__in=[viewer.pk, *apart(viewer.pk)])
    if wanted:
        members = members.filter(
            Q(handle__startswith=wanted)
            | Q(name_words__title_fold__startswith=wanted)
            | Q(name_words__title_fold__contains=f" {wanted}")
        )
    if space.staff_only:
        members = members.filter(Q(is_staff=True) | ~Q(role=""))
    elif space.read_from_rank is not None:
        members = members.filter(Q(standing__tier_rank__gte=space.read_from_rank) | Q(is_staff=True) | ~Q(role=""))
    talking = set(Post.objects.filter(topic=topic, hidden_at=None).values_list("author", flat=True)) if topic else set()
    rows = list(members.select_related("standing").order_by("name_fold")[:200])
    rows.sort(key=lambda member: (member.pk not in talking, not (member.handle or "").startswith(wanted)))
    return [member.standing for member in rows[:SUGGESTED]]

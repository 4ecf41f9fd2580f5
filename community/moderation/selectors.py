"""Reads of moderation: what may be reported or appealed against, the queue, a case with its surroundings, the log."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Count, Q, QuerySet

from community.chat.models import ChatPicture, Message, Room
from community.chat.permissions import can_enter, can_read
from community.forum import permissions as forum_permissions
from community.forum.models import Post
from community.logbook.models import ModerationEntry
from community.moderation.models import Appeal, Case, FilterRule, Held, Report, Sanction
from portal.accounts import profiles
from portal.accounts.models import Member
from portal.accounts.roles import is_moderator
from portal.accounts.selectors import present_members
from portal.core.errors import NotFound
from portal.core.prepared import prepared
from portal.core.text import clean_line

PAGE_SIZE, LOG_PAGE = 20, 50
AROUND = 5


# ── What can be reported ────────────────────────────────────────────────────────────────────────────────────────
@dataclass(frozen=True)
class Target:
    """Something that can be reported: what it is called in cases, whose it is, and its words now."""

    subject: str
    author_id: int
    words: str
    post: Post | None = None
    message: Message | None = None
    member: Member | None = None
    url: str = ""

    def fields(self) -> dict[str, Any]:
        """The columns of a case about it."""
        return {"author_id": self.author_id, "words": self.words, "post": self.post, "message": self.message}


def target_for(viewer: Member | None, kind: str, public_id: str) -> Target:
    """A post, message or member that this viewer may see; raises NotFound for anything else."""
    finders = {"post": _post_target, "message": _message_target, "member": _member_target}
    if kind not in finders:
        raise NotFound
    return finders[kind](viewer, public_id)


def _post_target(viewer: Member | None, public_id: str) -> Target:
    post = Post.objects.select_related("topic__space", "author__standing").filter(public_id=public_id).first()
    if post is None or not post.html or not forum_permissions.can_read_post(viewer, post):
        raise NotFound
    return _of_post(post)


def _of_post(post: Post) -> Target:
    words = f"{post.topic.title}\n\n{post.source}" if post.is_first else post.source
    return Target(f"post:{post.pk}", post.author_id, words, post=post, url=post.get_absolute_url())


def _message_target(viewer: Member | None, public_id: str) -> Target:
    message = Message.objects.select_related("room", "author__standing").filter(public_id=public_id).first()
    if message is None or message.removed_at is not None or not can_read(viewer, message):
        raise NotFound
    return Target(f"message:{message.pk}", message.author_id, message.source, message=message)


def _member_target(viewer: Member | None, public_id: str) -> Target:
    member = present_members().select_related("standing").filter(public_id=public_id).first()
    if member is None or not profiles.field_visible(profiles.profile_of(member), "page", viewer):
        raise NotFound
    words = "\n".join(part for part in (member.name, member.bio) if part)
    return Target(f"member:{member.pk}", member.pk, words, member=member, url=member.standing.url)


def target_of(subject: str, *, author_id: int, words: str) -> Target:
    """A target by the name that cases use, for what the house itself noticed; asks nobody's right."""
    kind, _colon, key = subject.partition(":")
    post = Post.objects.filter(pk=key).first() if kind == "post" else None
    message = Message.objects.filter(pk=key).first() if kind == "message" else None
    return Target(subject, author_id, words, post=post, message=message)


def own_open_report(reporter: Member, subject: str) -> Report | None:
    """Her active report about something, if any. One query."""
    mine = Report.objects.filter(reporter=reporter, case__subject=subject, case__outcome="")
    return mine.filter(case__kind=Case.Kind.REPORTED).select_related("case").first()


# ── What can be appealed against ────────────────────────────────────────────────────────────────────────────────
@dataclass(frozen=True)
class Asked:
    """A decision about a member's own words or rights; `appealed` when she asked about it before."""

    subject: str
    words: str
    decided_by: int | None
    appealed: bool
    reason: str
    at: datetime
    sanction: Sanction | None = None
    post: Post | None = None
    message: Message | None = None
    answer: str = ""
    outcome: str = ""


def appealable(member: Member, kind: str, public_id: str) -> Asked:
    """A running or past decision against her; raises NotFound for anybody else's and for what was never decided."""
    if kind == "sanction":
        found = Sanction.objects.filter(member=member, public_id=public_id).first()
        if found is not None:
            return _asked(
                f"sanction:{found.pk}", found.reason, found.given_by_id, found.reason, found.given_at, sanction=found
            )
    elif kind == "post":
        post = Post.objects.select_related("topic__space").filter(author=member, public_id=public_id).first()
        if post is not None and post.hidden_at is not None and post.hidden_by_id != member.pk:
            words = _of_post(post).words
            return _asked(f"post:{post.pk}", words, post.hidden_by_id, post.hidden_reason, post.hidden_at, post=post)
    elif kind == "message":
        said = Message.objects.select_related("room").filter(author=member, public_id=public_id).first()
        if said is not None and said.removed_at is not None and said.removed_by_id != member.pk:
            return _asked(
                f"message:{said.pk}",
                said.source,
                said.removed_by_id,
                said.removed_reason,
                said.removed_at,
                message=said,
            )
    raise NotFound


def _asked(subject: str, words: str, by: int | None, reason: str, at: datetime, **what: Any) -> Asked:
    before = Appeal.objects.filter(case__kind=Case.Kind.APPEAL, case__subject=subject, at__gte=at)
    newest = before.select_related("case").order_by("-at").first()
    known: dict[str, Any] = {"answer": newest.answer, "outcome": newest.case.outcome} if newest else {}
    return Asked(subject, words, by, newest is not None, reason, at, **what, **known)


# ── The queue ───────────────────────────────────────────────────────────────────────────────────────────────────
WAITING = ("", *Case.Kind.values, "mine")


def counts(viewer: Member) -> dict[str, int]:
    """How many open cases there are of each kind, and of hers. Two queries."""
    open_cases = Case.objects.filter(outcome="")
    found = dict(open_cases.values_list("kind").annotate(number=Count("pk")).order_by("kind"))
    found[""] = sum(found.values())
    found["mine"] = open_cases.filter(claimed_by=viewer).count()
    return found


def queue(viewer: Member, *, only: str, settled: bool, page: Any) -> Page:
    """One page of cases: what weighs most and waits longest first; `settled`: newest decisions. Two queries."""
    cases = Case.objects.select_related(
        "author__standing", "claimed_by__standing", "settled_by__standing", "post__topic", "message__room"
    ).annotate(report_count=Count("reports"))
    cases = (
        cases.exclude(outcome="").order_by("-settled_at")
        if settled
        else cases.filter(outcome="").order_by("-score", "opened_at")
    )
    if only in Case.Kind.values:
        cases = cases.filter(kind=only)
    elif only == "mine":
        cases = cases.filter(settled_by=viewer) if settled else cases.filter(claimed_by=viewer)
    return Paginator(cases.order_by(*cases.query.order_by, "pk"), PAGE_SIZE).get_page(page)


def reports_of(case: Case) -> list[Report]:
    """A case's reports, oldest first, with who made them. One query."""
    return list(case.reports.select_related("reporter__standing").order_by("at", "pk"))


def held_of(case: Case) -> Held:
    """The waiting words of a case."""
    key = case.subject.removeprefix("held:")
    return _whole_held().get(pk=key)


def _whole_held() -> QuerySet[Held]:
    """Waiting words with what their pages name: where they shall stand, and what they change."""
    rows = Held.objects.select_related(
        "author__standing", "space", "topic__space", "post__topic__space", "room__scope", "message__room"
    )
    return rows.prefetch_related("space__texts", "room__texts")


def messages_around(case: Case) -> list[Message]:
    """The reported message with five before and five after it, as they stand now: no more of the room is shown."""
    if case.message is None:
        return []
    near = Message.objects.filter(room=case.message.room_id, parent=case.message.parent_id).select_related(
        "author__standing"
    )
    number = case.message.number
    return list(near.filter(number__gte=number - AROUND, number__lte=number + AROUND).order_by("number"))


def is_private_room(room: Room) -> bool:
    """Whether not everybody may read the room: looking into it is written down."""
    return room.staff_only or room.from_rank > 0 or not can_enter(None, room)


def pictures_of(held: Held) -> list[ChatPicture]:
    """The pictures that wait with a message, in the order given. One query, none without."""
    names = held.given.get("pictures") or []
    found = {row.public_id: row for row in ChatPicture.objects.filter(public_id__in=names)} if names else {}
    return [found[name] for name in names if name in found]


def history_of(member_id: int, *, limit: int = 10) -> dict[str, Any]:
    """What moderation knows about a member: her sanctions and decided cases, newest first. Two queries."""
    sanctions = Sanction.objects.filter(member=member_id).select_related("given_by__standing", "lifted_by__standing")
    decided = Case.objects.filter(author=member_id).exclude(outcome="").select_related("settled_by__standing")
    return {
        "sanctions": list(sanctions.order_by("-given_at")[:limit]),
        "cases": list(decided.order_by("-settled_at")[:limit]),
    }


def member_for(viewer: Member | None, public_id: str) -> Member:
    """A member as moderators see her, resting or not; raises NotFound."""
    member = Member.objects.select_related("standing", "profile").filter(public_id=public_id).first()
    if not is_moderator(viewer) or member is None or member.joined_at is None:
        raise NotFound
    return member


# ── The log ─────────────────────────────────────────────────────────────────────────────────────────────────────
def log_acts() -> list[str]:
    """Every act that stands in the log, for the filter. One query."""
    return list(ModerationEntry.objects.order_by("act").values_list("act", flat=True).distinct())


def log(*, words: str = "", act: str = "", page: Any = 1) -> Page:
    """One page of the log, newest first; `words` are looked for in reasons, titles and names. Two queries."""
    rows = ModerationEntry.objects.select_related(
        "actor__standing", "member__standing", "topic", "post", "message__room"
    )
    if act:
        rows = rows.filter(act=act[:30])
    for word in clean_line(words)[:100].split()[:5]:
        rows = rows.filter(
            Q(reason__icontains=word) | Q(actor__standing__name__icontains=word) | Q(topic__title__icontains=word)
            | Q(member__standing__name__icontains=word) | Q(about__icontains=word)
        )  # fmt: skip
    return Paginator(rows.order_by("-at", "-pk"), LOG_PAGE).get_page(page)


# ── A member's own ──────────────────────────────────────────────────────────────────────────────────────────────
@prepared
def _waiting(author: int) -> QuerySet[Held, int]:
    return Held.objects.filter(author=author, state=Held.State.WAITING).values_list("pk", flat=True)[:1]


def waiting_of(viewer: Member | None, **place: Any) -> list[Held]:
    """Her own words that wait in a place (columns of Held). One query, two where some wait; none for a visitor.

    Every page of a topic asks, and hardly ever does anything of hers wait: the wide rows are asked for only then.
    """
    if viewer is None:
        return []
    if not _waiting(viewer.pk):
        return []
    mine = Held.objects.filter(author=viewer, state=Held.State.WAITING, **place)
    return list(mine.select_related("space", "topic", "post__topic", "room").order_by("submitted_at"))


def get_held(viewer: Member | None, public_id: str) -> Held:
    """Words that wait or waited, by their address; the caller asks the right. Raises NotFound."""
    found = _whole_held().filter(public_id=public_id).first()
    if found is None:
        raise NotFound
    return found


def own_page(member: Member) -> dict[str, Any]:
    """What moderation has to do with her, newest first: waiting words, hidden words, sanctions. Four queries."""
    hidden = Post.objects.filter(author=member, hidden_at__isnull=False).exclude(hidden_by=member)
    removed = Message.objects.filter(author=member, removed_at__isnull=False).exclude(removed_by=member)
    return {
        "held": list(
            Held.objects.filter(author=member)
            .select_related("space", "topic", "post", "room")
            .order_by("-submitted_at")[:20]
        ),
        "hidden": list(hidden.select_related("topic").order_by("-hidden_at")[:20]),
        "removed": list(removed.select_related("room").order_by("-removed_at")[:20]),
        "sanctions": list(Sanction.objects.filter(member=member).order_by("-given_at")[:20]),
    }


def get_sanction(public_id: str) -> Sanction:
    """A sanction by its address; the caller asks the right. Raises NotFound."""
    found = Sanction.objects.select_related("member__standing", "given_by").filter(public_id=public_id).first()
    if found is None:
        raise NotFound
    return found


# ── The filter ──────────────────────────────────────────────────────────────────────────────────────────────────
def rules(page: Any = 1) -> Page:
    """The rules of the filter, the newest change first. Two queries."""
    found = FilterRule.objects.select_related("changed_by__standing").order_by("-changed_at", "-pk")
    return Paginator(found, LOG_PAGE).get_page(page)


def active_rules() -> Iterable[FilterRule]:
    """The rules in force, in a fixed order."""
    return FilterRule.objects.filter(active=True).order_by("pk")

"""Which notices moderation tells, and how an author hears that her words were put away."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from community.forum.models import Post
from community.moderation.models import Case, Held, Sanction
from portal import notifications
from portal.accounts.models import Member
from portal.accounts.roles import is_moderator
from portal.events.bus import Heard, durable
from portal.events.types.community import PostHidden, PostRestored
from portal.notifications import Kind
from portal.notifications.models import Notification

SUBSCRIBER = "moderation"


def _to_moderate(item: Notification) -> str:
    return ngettext("%(count)s thing waits for a moderator", "%(count)s things wait for a moderator", item.count) % {
        "count": item.count
    }


def _held_settled(item: Notification) -> str:
    if item.args["state"] == Held.State.PUBLISHED:
        return _("Your words have been read and stand now where you wrote them")
    return _("Your waiting words were not published: %(reason)s") % {"reason": item.args["reason"]}


def _sanction(item: Notification) -> str:
    words = {
        Sanction.Kind.WARN: _("A reminder from those who keep the talk kind: %(reason)s"),
        Sanction.Kind.SILENCE: _("You may read along, but not write for a while: %(reason)s"),
        Sanction.Kind.SUSPEND: _("Your account rests for a while: %(reason)s"),
    }
    return words[item.args["kind"]] % {"reason": item.args["reason"]}


def _appeal_settled(item: Notification) -> str:
    if item.args["outcome"] == Case.Outcome.OVERTURNED:
        return _("You were right: the decision is taken back. %(answer)s") % {"answer": item.args["answer"]}
    return _("Somebody else has looked again, and the decision stands. %(answer)s") % {"answer": item.args["answer"]}


def _report_settled(item: Notification) -> str:
    if item.args["outcome"] == Case.Outcome.AGREED:
        return _("Thank you: a moderator agreed with your report")
    return _("A moderator has looked at your report and left the words as they are")


def _words_hidden(item: Notification) -> str:
    reason = item.args["reason"] or _("no reason was given")
    return _("Your words in “%(title)s” were put away: %(reason)s") % {"title": item.args["title"], "reason": reason}


def _for_moderators(member: Member, subject: str, args: dict[str, Any]) -> bool:
    return is_moderator(member)


def _for_her(member: Member, subject: str, args: dict[str, Any]) -> bool:
    """Told to nobody but whom it concerns, so whoever has the item may see it."""
    return True


def _appeal_url(item: Notification) -> str:
    return reverse("moderation:mine")


for _kind in (
    Kind(
        name="to_moderate", label=gettext_lazy("What waits for a moderator"), icon="shield-check", staff=True,
        mail=False, sentence=_to_moderate, url=lambda item: reverse("moderation:queue"), visible=_for_moderators,
    ),
    Kind(
        name="held_settled", label=gettext_lazy("Words of mine that waited"), icon="check", sentence=_held_settled,
        url=lambda item: reverse("moderation:waiting", args=[item.args["held"]]), visible=_for_her,
    ),
    Kind(
        name="sanction", label=gettext_lazy("Reminders and rests"), icon="shield-check", sentence=_sanction,
        url=lambda item: reverse("moderation:decision", args=[item.args["sanction"]]), visible=_for_her,
    ),
    Kind(
        name="appeal_settled", label=gettext_lazy("Answers to my appeals"), icon="scroll-text",
        sentence=_appeal_settled, url=_appeal_url, visible=_for_her,
    ),
    Kind(
        name="report_settled", label=gettext_lazy("What became of my reports"), icon="shield-check", mail=False,
        sentence=_report_settled, url=_appeal_url, visible=_for_her,
    ),
    Kind(
        name="words_hidden", label=gettext_lazy("Words of mine that were put away"), icon="eye-off",
        sentence=_words_hidden, visible=_for_her,
        url=lambda item: reverse("moderation:appeal", args=["post", item.args["place"]]),
    ),
):  # fmt: skip
    notifications.register(_kind)


@durable(SUBSCRIBER, PostHidden)
def tell_author(heard: Heard) -> None:
    """Whose words somebody else put away hears why, with the way to appeal."""
    event: PostHidden = heard.event  # type: ignore[assignment]
    post = Post.objects.select_related("topic").get(pk=event.post)
    if event.actor == event.author or post.hidden_at is None:
        return
    notifications.notify(
        member_id=event.author, kind="words_hidden", subject=f"post:{post.pk}", at=heard.occurred_at,
        args={"place": post.public_id, "title": post.topic.title, "reason": event.reason},
    )  # fmt: skip


@durable(SUBSCRIBER, PostRestored)
def take_notice_back(heard: Heard) -> None:
    """What is back needs no explanation any more."""
    notifications.rescind(
        subject=f"post:{heard.event.post}",  # type: ignore[attr-defined]
        kind="words_hidden",
        at=heard.occurred_at,
    )

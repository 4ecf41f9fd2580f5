"""What moderation says: the house's words to a sanction, acts of the log, words as a reader sees them."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils import formats, timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import get_language, gettext_lazy, gettext_noop
from django.utils.translation import gettext as _

from community.chat.models import Room
from community.forum import quotes
from community.logbook.models import ModerationEntry
from community.markup import excerpt, render, render_message
from community.moderation.models import Case, FilterRule, Held, Sanction
from portal.accounts.models import Member

_HOUSE = {
    Sanction.Template.SPAM: gettext_lazy(
        "This is a place for talk between people. Advertising takes the room away from it, so please leave it out."
    ),
    Sanction.Template.RUDE: gettext_lazy(
        "Here we talk as one talks at a friend's table. Words that hurt others do not belong to it, however right the "
        "matter may be."
    ),
    Sanction.Template.OFF_TOPIC: gettext_lazy(
        "Others came to a topic for what its title says. Please open a topic of your own for what is on your mind."
    ),
    Sanction.Template.UNSAFE: gettext_lazy(
        "Some words may harm people or break the law. The house has to take them away and keep them from coming back."
    ),
    Sanction.Template.OTHER: gettext_lazy("Those who keep the talk kind had to step in."),
}
ACTS = {
    "hide_post": gettext_noop("Hid a post"),
    "restore_post": gettext_noop("Brought a post back"),
    "remove_message": gettext_noop("Took a message away"),
    "restore_message": gettext_noop("Brought a message back"),
    "set_locked": gettext_noop("Closed or opened a topic"),
    "set_pinned": gettext_noop("Pinned a topic or let it go"),
    "move_topic": gettext_noop("Moved a topic"),
    "merge_topics": gettext_noop("Joined two topics"),
    "split_topic": gettext_noop("Made a topic of its own out of posts"),
    "publish_held": gettext_noop("Published waiting words"),
    "reject_held": gettext_noop("Did not publish waiting words"),
    "warn": gettext_noop("Reminded a member"),
    "silence": gettext_noop("Silenced a member"),
    "suspend": gettext_noop("Suspended a member"),
    "lift_warn": gettext_noop("Took a reminder back"),
    "lift_silence": gettext_noop("Lifted a silence"),
    "lift_suspend": gettext_noop("Lifted a suspension"),
    "set_trust": gettext_noop("Set a trust level"),
    "empty_profile": gettext_noop("Emptied a profile"),
    "case_agreed": gettext_noop("Agreed with reports"),
    "case_disagreed": gettext_noop("Did not agree with reports"),
    "case_ignored": gettext_noop("Laid reports aside"),
    "case_upheld": gettext_noop("Let a decision stand"),
    "case_overturned": gettext_noop("Took a decision back"),
    "filter_added": gettext_noop("Added a filter rule"),
    "filter_changed": gettext_noop("Changed a filter rule"),
    "filter_removed": gettext_noop("Removed a filter rule"),
    "read_private": gettext_noop("Read reported words in a closed room"),
}


# What an entry tells of before and after; what the act's own name says already is left out.
_FACTS = {
    "level": gettext_lazy("level"),
    "by_hand": gettext_lazy("set by hand"),
    "kind": gettext_lazy("looks for"),
    "pattern": gettext_lazy("pattern"),
    "action": gettext_lazy("what happens"),
    "active": gettext_lazy("in force"),
    "until": gettext_lazy("ends"),
    "template": gettext_lazy("because of"),
    "outcome": gettext_lazy("outcome"),
    "space": gettext_lazy("space"),
    "locked": gettext_lazy("closed"),
    "pinned": gettext_lazy("on top"),
    "topic": gettext_lazy("topic"),
    "posts": gettext_lazy("posts"),
}


def act_name(act: str) -> str:
    """An act in the reader's language; an act of another room by its own name."""
    return _(ACTS[act]) if act in ACTS else act.replace("_", " ")


def house_words(sanction: Sanction) -> str:
    """What the house says to the reason, in the reader's language."""
    return str(_HOUSE[Sanction.Template(sanction.template)])


def shown_words(asked: Any, reader: Member) -> str:
    """The words an appeal is about, as their author may see them: quoted words that she may not read are left out."""
    if asked.post is not None:
        return quotes.for_reader(asked.post, reader)
    if asked.message is not None:
        return render_message(asked.message.source)
    return render(asked.words) if asked.words.strip() else ""


@dataclass(frozen=True)
class Place:
    """Where waiting words shall stand, in words, and the address of that place."""

    words: str
    url: str


def place_of(held: Held) -> Place:
    """Where waiting words shall stand. Reads what `selectors` brought along: space, topic, post, room, author."""
    if held.post is not None and held.about:
        names = {"number": held.post.number, "topic": held.post.topic.title}
        return Place(_("A change of post %(number)s in “%(topic)s”") % names, held.post.get_absolute_url())
    if held.room is not None:
        names = {"room": _room_name(held.room)}
        url = reverse("chat:room", args=[held.room.code])
        return Place(
            (_("A change of a message in %(room)s") if held.about else _("A message in %(room)s")) % names, url
        )
    if held.topic is not None:
        return Place(_("A reply in “%(topic)s”") % {"topic": held.topic.title}, held.topic.get_absolute_url())
    if held.space is not None:
        return Place(_("A new topic in %(space)s") % {"space": held.space.text.name}, held.space.get_absolute_url())
    own = _("A new name") if held.verb == Held.Verb.NAME else _("New words on a profile")
    return Place(own, held.author.standing.url)


def _room_name(room: Room) -> str:
    names = {text.locale: text.name for text in room.texts.all()}
    return names.get(get_language() or "vi") or next(iter(names.values()), room.code)


def begin(cases: Iterable[Case]) -> None:
    """Gives each case the beginning of its words, without the signs of Markdown."""
    for case in cases:
        case.beginning = excerpt(render(case.words), 140) if case.words.strip() else ""  # type: ignore[attr-defined]


@dataclass(frozen=True)
class Line:
    """An entry of the log as the page shows it; `facts` are what changed, before and after."""

    entry: ModerationEntry
    act: str
    url: str
    title: str
    facts: list[tuple[str, str, str]]


def log_lines(entries: Iterable[ModerationEntry]) -> list[Line]:
    """The entries of a page."""
    return [_line(entry) for entry in entries]


def _line(entry: ModerationEntry) -> Line:
    url = title = ""
    if entry.post is not None:
        url = entry.post.get_absolute_url()
    elif entry.topic is not None:
        url = entry.topic.get_absolute_url()
    if entry.topic is not None:
        title = entry.topic.title
    names = [name for name in dict.fromkeys([*entry.before, *entry.after]) if name in _FACTS]
    facts = [
        (str(_FACTS[name]), _plain(name, entry.before.get(name)), _plain(name, entry.after.get(name))) for name in names
    ]
    return Line(entry, act_name(entry.act), url, title, [fact for fact in facts if fact[1] != fact[2]])


def _plain(name: str, value: Any) -> str:
    """A value as people read it: dates as dates, codes by their words."""
    if value is None or value == "":
        return "–"
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    words: dict[str, Any] = {
        **dict(FilterRule.Action.choices), **dict(FilterRule.Kind.choices), **dict(Case.Outcome.choices),
        **dict(Sanction.Template.choices),
    }  # fmt: skip
    if name in ("action", "kind", "outcome", "template"):
        return str(words.get(value, value))
    if name == "until" and (when := parse_datetime(str(value))) is not None:
        return formats.date_format(timezone.localtime(when), "SHORT_DATETIME_FORMAT")
    return str(value)[:80]

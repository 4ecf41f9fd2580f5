"""What a rule can hear, in the words of a manager: which events, whom they name, and what could never come true."""

import re
from dataclasses import dataclass, fields
from typing import Any

from django.utils.translation import gettext_lazy as _

from badges.earning import conditions
from badges.earning.definitions import PAIR, Cap, Definition, Wait
from portal.core.errors import Invalid
from portal.events.types import registry


@dataclass(frozen=True)
class Heard:
    """An event that rules may hear. `names`: whom it names, by the field of the event. `by_another`: those of them who
    receive it from somebody else. `answerable`: others can answer it. `about`: it is about one thing."""

    label: Any
    names: tuple[str, ...]
    by_another: tuple[str, ...] = ()
    answerable: bool = False
    about: bool = True


EVENTS: dict[str, Heard] = {
    "member_joined": Heard(_("joins the house"), ("member",), about=False),
    "profile_completed": Heard(_("tells the house about herself"), ("member",), about=False),
    "story_read": Heard(_("reads a story to its end"), ("member",)),
    "topic_started": Heard(_("starts a topic"), ("author",), answerable=True),
    "reply_posted": Heard(_("replies"), ("author",), answerable=True),
    "reaction_added": Heard(_("is answered with a reaction, or gives one"), ("author", "actor"), ("author",)),
    "answer_accepted": Heard(_("has an answer chosen"), ("helper",), ("helper",)),
    "talked_in_chat": Heard(_("talks in the chat that day"), ("member",)),
    # told by other systems of the house
    "purchase_completed": Heard(_("buys something"), ("member",)),
    "survey_answered": Heard(_("answers a survey"), ("member",)),
    "visit_checked_in": Heard(_("visits the house"), ("member",)),
}
CUSTOM = "custom."
_OWN = re.compile(r"custom\.[a-z0-9_]{1,39}")
NEVER = _("So the rule could never pay. Please look at this part again.")


def heard(event_name: str) -> Heard | None:
    """What rules may hear under a name: one of `EVENTS`, or `custom.<name>` of another system. None: nothing."""
    if _OWN.fullmatch(event_name):
        kind = event_name.removeprefix(CUSTOM)
        return Heard(_("does what another system calls “%(kind)s”") % {"kind": kind}, ("member",), about=False)
    return EVENTS.get(event_name)


def tells_scope(event_name: str) -> bool:
    """Whether an event says in whose house it happened."""
    event = registry.get(event_name)
    return event is not None and any(field.name == "scope" for field in fields(event))


def check_possible(event_name: str, definition: Definition) -> None:
    """Raises Invalid (`field`) for a rule that could never match, or whose points could never be confirmed."""
    event = heard(event_name)
    if event is None and event_name.startswith(CUSTOM):
        words = _("Name it as the other system does: up to 39 small letters, digits and _.")
        raise Invalid(words, field="custom")
    if event is None:
        raise Invalid(_("Choose what the rule hears."), field="event")
    if definition.beneficiary not in event.names:
        raise Invalid(_("This event names nobody of that kind.") + " " + NEVER, field="beneficiary")
    another = definition.beneficiary in event.by_another
    if definition.exclude_self and not another:
        raise Invalid(_("Here she is always the one who acts.") + " " + NEVER, field="exclude_self")
    if definition.when and event_name in EVENTS:
        raise Invalid(_("This event brings no values with it.") + " " + NEVER, field="when")
    conditions.check_possible(definition.when)
    for cap in definition.caps:
        _check_cap(cap, event, another)
    if definition.wait is not None:
        _check_wait(definition.wait, event, another)


def _check_cap(cap: Cap, event: Heard, another: bool) -> None:
    if cap.scope in ("giver", PAIR) and not another:
        raise Invalid(_("Nobody else gives this, so nothing can be counted by giver."), field="caps")
    if cap.scope == "subject" and not event.about:
        raise Invalid(_("This is about no single thing, so nothing can be counted by it."), field="caps")


def _check_wait(wait: Wait, event: Heard, another: bool) -> None:
    if wait.kind == "responders" and not event.answerable:
        raise Invalid(_("Nobody can answer this.") + " " + NEVER, field="wait")
    if wait.kind == "givers" and not another:
        raise Invalid(_("Nobody else gives this.") + " " + NEVER, field="wait")
    if wait.kind == "givers" and wait.needed > wait.last:
        raise Invalid(_("So many people do not fit into that few acts.") + " " + NEVER, field="wait")

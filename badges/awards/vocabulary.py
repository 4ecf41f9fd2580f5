"""What a badge can count, in the words of a manager, and what could never be reached."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from badges.awards.definitions import METRICS, Condition, Criteria
from portal.core.errors import Invalid

METRIC_WORDS: dict[str, Any] = {
    "joined": _("joined the house"),
    "profile_completed": _("told about herself in full"),
    "story_read": _("read a story to its end"),
    "topic_started": _("started a topic"),
    "reply_posted": _("replied"),
    "reply_received": _("got a reply in her topic"),
    "reaction_given": _("gave a reaction"),
    "reaction_received": _("got a reaction"),
    "answer_accepted": _("had an answer accepted"),
    "chat_day": _("talked in the chat on a day"),
    "tier_reached": _("reached a tier"),
    "year_here": _("was here for a whole year"),
    "challenge_finished": _("finished a challenge"),
}
COUNT_WORDS: dict[str, Any] = {
    "times": _("so many times"),
    "targets": _("on so many different things"),
    "people": _("with so many different people"),
    "days": _("on so many different days"),
    "streak": _("on so many days in a row"),
}
# Facts that name a second person, and facts of which a member has one at most.
WITH_ANOTHER = {"reply_posted", "reply_received", "reaction_given", "reaction_received", "answer_accepted"}
ONCE = {"joined", "profile_completed"}


def metric_choices() -> list[tuple[str, Any]]:
    """Every metric that something feeds, with its words."""
    return [(metric, METRIC_WORDS.get(metric, metric)) for metric in METRICS]


def check_reachable(criteria: Criteria, tiers: list[str]) -> None:
    """Raises Invalid (`field`) for criteria that nobody could ever meet; `tiers` are the codes that there are."""
    for condition in criteria.all:
        _check(condition, tiers)


def _check(condition: Condition, tiers: list[str]) -> None:
    if condition.count == "people" and not set(condition.metrics) & WITH_ANOTHER:
        raise Invalid(_("Nobody else is part of this, so people cannot be counted."), field="count")
    if condition.count == "targets" and not any(METRICS[metric] for metric in condition.metrics):
        raise Invalid(_("This is about no thing of its own, so things cannot be counted."), field="count")
    if set(condition.metrics) <= ONCE and condition.at_least > len(condition.metrics):
        raise Invalid(_("That happens once in a lifetime, so nobody could reach this number."), field="at_least")
    if set(condition.metrics) == {"tier_reached"} and condition.count in ("targets", "times"):
        known = {f"tier:{code}" for code in tiers}
        if condition.targets and not set(condition.targets) & known:
            raise Invalid(_("There is no such tier, so nobody could reach it."), field="targets")

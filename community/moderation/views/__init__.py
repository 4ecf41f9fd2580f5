"""Pages of moderation, a file per purpose: the queue, people, the filter, and what members see."""

from community.moderation.views.filtering import drop_rule, rule, rules
from community.moderation.views.members import appeal, decision, mine, report, waiting, withdraw
from community.moderation.views.people import lift, person, sanction, trust
from community.moderation.views.queue import case, claim, decide, log, queue

__all__ = [
    "appeal", "case", "claim", "decide", "decision", "drop_rule", "lift", "log", "mine", "person", "queue", "report",
    "rule", "rules", "sanction", "trust", "waiting", "withdraw",
]  # fmt: skip

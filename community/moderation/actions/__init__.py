"""Writes of moderation, a file per purpose. Lock the place of the words, then the case; check; write; tell."""

from community.moderation.actions.appealing import appeal
from community.moderation.actions.claiming import claim, give_back
from community.moderation.actions.deciding import decide
from community.moderation.actions.filtering import drop_rule, save_rule
from community.moderation.actions.holding import change_held, hold, note, overtake, withdraw_held
from community.moderation.actions.reporting import report
from community.moderation.actions.sanctioning import lift, sanction
from community.moderation.actions.trusting import reckon, set_trust

__all__ = [
    "appeal", "change_held", "claim", "decide", "drop_rule", "give_back", "hold", "lift", "note", "overtake", "reckon",
    "report", "sanction", "save_rule", "set_trust", "withdraw_held",
]  # fmt: skip

"""Writes of the programme's desk."""

from badges.programme.actions.adjusting import adjust_points, decide_adjustment, note_statement, open_book
from badges.programme.actions.applying import apply_draft
from badges.programme.actions.backtesting import ask_for_backtest, stop_backtest
from badges.programme.actions.deciding import approve_draft, refuse_draft
from badges.programme.actions.drafting import hand_in_draft, take_back_draft, withdraw_draft, write_draft
from badges.programme.actions.overriding import decide_override, end_override, override_tier
from badges.programme.actions.rings import decide_ring, look_for_rings
from badges.programme.actions.telling import tell_budget
from badges.programme.actions.waiting import decide_waiting

__all__ = [
    "adjust_points",
    "apply_draft",
    "approve_draft",
    "ask_for_backtest",
    "decide_adjustment",
    "decide_override",
    "decide_ring",
    "decide_waiting",
    "end_override",
    "hand_in_draft",
    "look_for_rings",
    "note_statement",
    "open_book",
    "override_tier",
    "refuse_draft",
    "stop_backtest",
    "take_back_draft",
    "tell_budget",
    "withdraw_draft",
    "write_draft",
]

"""A new site pays as the starting table says: every act without a purchase, its amounts and caps, what it waits for."""

from __future__ import annotations

import pytest

from badges.earning.definitions import Cap, Wait, parse
from badges.models import RuleInForce

pytestmark = pytest.mark.django_db
PAIR = Cap("pair", "times", 10, "month", "trim")  # beyond it each time half as much
YEAR = Cap("group:community", "status", 200, "year", "trim")  # talk alone lifts to Silver and never to Gold
WITHIN = {"kind": "responders", "days": 7}
TABLE = {
    ("join", "member_joined"): ((20, 10, 0), [Cap("rule", "times", 1, "ever")], None),
    ("profile", "profile_completed"): ((30, 10, 0), [Cap("rule", "times", 1, "ever")], None),
    ("story-read", "story_read"): (
        (5, 5, 0), [Cap("rule", "times", 3), Cap("subject", "times", 1, "ever")], None,
    ),
    ("topic", "topic_started"): ((5, 2, 2), [Cap("rule", "times", 2), YEAR], Wait(needed=2, **WITHIN)),
    ("reply", "reply_posted"): ((3, 1, 1), [Cap("rule", "times", 10), YEAR], Wait(needed=1, **WITHIN)),
    ("reaction", "reaction_added"): (
        (2, 1, 2), [Cap("rule", "times", 20), Cap("giver", "times", 3), YEAR, PAIR],
        Wait("givers", needed=5, last=10, days=60),
    ),
    ("answer", "answer_accepted"): ((15, 10, 10), [Cap("rule", "times", 5), YEAR], Wait("time", hours=24)),
    ("chat-day", "talked_in_chat"): ((3, 1, 1), [Cap("rule", "times", 1), YEAR], None),
}  # fmt: skip


def test_every_act_of_the_starting_table_pays_what_it_says() -> None:
    found = {}
    for row in RuleInForce.objects.select_related("rule").order_by("number"):
        rule = parse(row.definition)
        amounts = tuple(rule.points.get(kind, 0) for kind in ("spend", "status", "rep"))
        found[row.rule.code, row.rule.event_name] = (amounts, list(rule.caps), rule.wait)
    assert found == TABLE

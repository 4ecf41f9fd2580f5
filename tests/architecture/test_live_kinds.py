"""Each kind of live event has a test that a page which stood open shows what the same page fetched anew shows."""

from __future__ import annotations

import re

from portal.realtime import streams
from tests.architecture.tree import ROOT

FORUM = "tests/community/forum/test_broadcasts.py::test_stale_page_plus_events_is_a_fresh_page"
ROOM = "tests/community/chat/test_broadcasts.py::test_stale_page_with_frames_equals_a_fresh_page"
PURSE = "tests/badges/earning/test_broadcasts.py::test_a_stale_page_with_its_frames_is_a_fresh_page"
POLL = "tests/community/forum/test_broadcasts.py::test_a_vote_makes_open_pages_ask_for_their_own_numbers"
RIGHTS = "tests/portal/realtime/test_presence_and_rights.py::test_a_lost_right_to_a_stream_ends_only_that_stream"
RAIL = "tests/journeys/test_stale_pages.py::test_the_rail_of_rooms_follows_what_she_reads_in_another_tab"
PROVED = {
    "topic": {
        "reply_posted": FORUM,
        "post_edited": FORUM,
        "post_hidden": FORUM,
        "post_restored": FORUM,
        "reactions_changed": FORUM,
        "topic_changed": FORUM,
        "poll_changed": POLL,
    },
    "room": {
        "message_posted": ROOM,
        "message_edited": ROOM,
        "message_removed": ROOM,
        "message_reacted": ROOM,
        "message_pinned": ROOM,
    },
    "member": {
        "room_read": RAIL,
        "rail_changed": RAIL,
        "thread_read": "tests/journeys/test_stale_pages.py"
        "::test_the_new_answers_under_a_message_follow_what_she_reads_in_another_tab",
        "read": "tests/journeys/test_reading.py"
        "::test_behaviour_04_the_mark_follows_what_was_seen_and_every_open_list_follows_the_mark",
        "folds": "tests/community/chat/test_folding.py"
        "::test_pages_that_stand_open_fold_when_she_keeps_somebody_away_and_unfold_when_she_lets_him_off",
        "notification": "tests/journeys/test_stale_pages.py"
        "::test_bell_and_inbox_follow_what_is_told_read_and_taken_back",
        "badge": "tests/journeys/test_badges.py::test_earn_a_badge_and_see_it_revealed",
        "points": PURSE,
        "tier": PURSE,
        "recheck": RIGHTS,
    },
    "site": {"chip": "tests/journeys/test_stale_pages.py::test_chips_and_portraits_follow_a_tier_that_moves"},
}


def test_every_kind_of_live_event_has_its_test() -> None:
    registered = {
        name: {kind for owner in owners for kind in owner.kinds}
        for name, owners in streams._kinds.items()
        if name != "stage"
    }
    assert registered == {name: set(kinds) for name, kinds in PROVED.items()}


def test_the_tests_that_are_named_exist() -> None:
    for kinds in PROVED.values():
        for place in kinds.values():
            path, _, name = place.partition("::")
            assert re.search(rf"^(async )?def {name}\(", (ROOT / path).read_text(), re.MULTILINE), place

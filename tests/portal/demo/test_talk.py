"""The demo's further talk: living rooms, people who are there, and no day earned beside the hall."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from itertools import chain
from typing import Any

import pytest

from portal.demo import files

TOLD = files.around_the_hall()
TALKS = {talk.get("space") or talk["room"]: talk for talk in files.talks()}
PEOPLE = {person["key"]: person for person in files.people()}
HALL = next(room["messages"] for room in files.rooms() if room["slug"] == "sanh-chung")
SPACES = {space["slug"]: space for space in files.spaces()}
HOUSE_ROOMS = {room["slug"]: room for room in files.rooms()}
OPEN = [
    *chain.from_iterable(thread["replies"] for thread in TOLD["threads"]),
    *chain.from_iterable(talk["messages"] for talk in TALKS.values()),
]
LAST_MOMENT = datetime(2026, 11, 22, 20, tzinfo=timezone(timedelta(hours=7)))


def is_member(key: str) -> bool:
    return not PEOPLE[key]["role"]


def test_whoever_sits_in_the_hall_earns_no_day_beside_it() -> None:
    days = {(message["author"], message["at"].date()) for message in HALL}
    regulars = {author for author, _day in days if is_member(author)}
    assert "han" in regulars
    assert [m for m in OPEN if m["author"] in regulars and (m["author"], m["at"].date()) not in days] == []


def test_answers_come_after_what_they_answer_and_nobody_thanks_herself() -> None:
    for thread in TOLD["threads"]:
        above = HALL[thread["under"]]
        times = [above["at"], *(reply["at"] for reply in thread["replies"])]
        assert times == sorted(times)
    for thanks in TOLD["thanks"]:
        above = HALL[thanks["under"]]
        assert above["author"] not in thanks["by"]
        assert thanks["at"] > above["at"]


def test_conversations_are_among_people_of_the_world_who_sit_in_them() -> None:
    def strangers(talk: dict[str, Any]) -> set[str]:
        return {message["author"] for message in talk["messages"]} - set(talk["people"])

    for talk in TOLD["conversations"]:
        assert set(talk["people"]) <= set(PEOPLE)
        assert strangers(talk) == set()


def test_every_space_and_every_room_of_the_house_has_talk() -> None:
    """Eight rooms of spaces, the hall and the tasting room."""
    spoken = set(TALKS) | {slug for slug, room in HOUSE_ROOMS.items() if room["messages"]}
    assert spoken == set(SPACES) | set(HOUSE_ROOMS)
    assert len(spoken) >= 8
    for talk in TALKS.values():
        assert talk.get("space", "") in SPACES or talk.get("room", "") in HOUSE_ROOMS


@pytest.mark.parametrize("key", TALKS)
def test_a_room_is_told_in_order_by_people_who_are_there(key: str) -> None:
    messages = TALKS[key]["messages"]
    times = [message["at"] for message in messages]
    assert times == sorted(set(times))
    assert times[-1] < LAST_MOMENT
    for number, message in enumerate(messages):
        assert PEOPLE[message["author"]]["joined"] < message["at"]
        assert message["body"] != message.get("edited_text")
        if "under" in message:
            above = messages[message["under"]]
            assert message["under"] < number
            assert "under" not in above
            assert not above.get("removed")
        thanks = message.get("thanks", {"by": [], "at": LAST_MOMENT})
        assert message["author"] not in thanks["by"]
        assert len(thanks["by"]) == len(set(thanks["by"]))
        assert message["at"] < thanks["at"] <= LAST_MOMENT
        assert all(PEOPLE[by]["joined"] < thanks["at"] for by in thanks["by"])


@pytest.mark.parametrize("key", TALKS)
def test_a_room_is_lively_and_opens_only_to_whom_it_may(key: str) -> None:
    messages = TALKS[key]["messages"]
    authors = {message["author"] for message in messages}
    gated = (SPACES.get(key) or HOUSE_ROOMS[key]).get("rank", 0) > 0
    if gated:
        assert not any(map(is_member, authors))  # the people of the house speak first behind a tier's door
    assert len(authors) >= (3 if gated else 6)
    assert len(messages) >= (4 if gated else 12)
    assert any("under" in message for message in messages)
    assert any("thanks" in message for message in messages)


def test_somewhere_a_word_was_put_right_and_somewhere_one_was_taken_back() -> None:
    assert sum("edited_text" in message for message in OPEN) >= 3
    assert sum(message.get("removed", False) for message in OPEN) >= 2

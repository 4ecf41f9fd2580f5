"""Power cuts: whatever is killed, what was acknowledged is there, every effect is there once, and the books balance."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Iterator

import pytest

from tests.journeys.callers import Caller
from tests.journeys.household import Household

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]
KILLS = 20
PEOPLE = ("dung", "khoa", "linh", "bay", "thao", "sinh")


@pytest.fixture(scope="module")
def house() -> Iterator[Household]:
    """One house that has to survive all of this."""
    with Household() as running:
        yield running


class Talk(threading.Thread):
    """One member who replies and chats without pause, and insists on being heard."""

    def __init__(self, house: Household, key: str, topic: str, until: float) -> None:
        super().__init__(daemon=True)
        self.caller, self.name_of, self.topic, self.until = Caller(house.url, f"{key}@may.example"), key, topic, until
        self.failure: BaseException | None = None
        self.enough = threading.Event()

    def run(self) -> None:
        try:
            number = 0
            while not self.enough.is_set() and time.monotonic() < self.until:
                number += 1
                words = f"Lời số {number} của {self.name_of}, viết trong lúc nhà mất điện lần {self.until:.0f}."
                self.caller.insist(
                    f"/vi/community/topics/{self.topic}/do/replies/", {"body": words, "to": "", "list": ""},
                    prefix="r", until=self.until,
                )  # fmt: skip
                self.caller.insist("/vi/chat/sanh-chung/send/", {"text": words}, prefix="m", until=self.until)
                time.sleep(0.3)
        except BaseException as failure:
            self.failure = failure


def talk_while(house: Household, kill: str) -> list[str]:
    """Six members talk while one process is killed twenty times at random moments; returns the acknowledged keys."""
    [(topic,)] = house.rows("SELECT public_id FROM community_topic WHERE hidden_at IS NULL ORDER BY id LIMIT 1")
    until = time.monotonic() + 400
    talkers = [Talk(house, key, topic, until) for key in PEOPLE]
    for talker in talkers:
        talker.start()
    chance = random.Random(f"kill {kill}")
    for _n in range(KILLS):
        time.sleep(chance.uniform(0.2, 1.0))
        house.kill(kill)
        house.start(kill)
        if kill.startswith("web"):
            house.wait_until_open()
    for talker in talkers:
        talker.enough.set()
    for talker in talkers:
        talker.join(60)
        assert talker.failure is None, talker.failure
    return [key for talker in talkers for key in talker.caller.acknowledged]


def all_told_once(house: Household, keys: list[str]) -> None:
    """Every acknowledged reply and message stands once; every delivery is done; every reply was judged, paid once."""
    replies = {k for k in keys if k.startswith("r:")}
    messages = {k for k in keys if k.startswith("m:")}
    assert len(replies) >= 5
    assert len(messages) >= 5
    house.until("SELECT count(*) FROM portal_delivery WHERE done_at IS NULL", [(0,)], seconds=60)
    stored = [key for (key,) in house.rows("SELECT key FROM community_post WHERE key LIKE 'r:%'")]
    assert len(stored) == len(set(stored))
    assert replies <= set(stored)
    said = [key for (key,) in house.rows("SELECT key FROM community_message WHERE key LIKE 'm:%'")]
    assert len(said) == len(set(said))
    assert messages <= set(said)
    assert house.rows("SELECT count(*) FROM portal_delivery WHERE error <> ''") == [(0,)]
    # Each event was judged once for its member, and each paid once.
    assert house.rows("SELECT count(*) FROM badges_evaluation GROUP BY event_id, member_id HAVING count(*) > 1") == []
    twice = (
        "SELECT count(*) FROM badges_transaction WHERE kind LIKE 'earn%' "
        "GROUP BY event_id, member_id, source HAVING count(*) > 1"
    )
    assert house.rows(twice) == []
    unjudged = (
        "SELECT count(*) FROM portal_domainevent e WHERE e.name IN ('reply_posted', 'topic_started', 'talked_in_chat') "
        "AND NOT EXISTS (SELECT 1 FROM badges_evaluation v WHERE v.event_id = e.id)"
    )
    assert house.rows(unjudged) == [(0,)]
    # One event per post, and gapless numbers.
    untold = (
        "SELECT (SELECT count(*) FROM community_post WHERE number > 1) - "
        "(SELECT count(*) FROM portal_domainevent WHERE name = 'reply_posted')"
    )
    assert house.rows(untold) == [(0,)]
    gaps = "SELECT count(*) - max(number) FROM community_message WHERE parent_id IS NULL GROUP BY room_id"
    assert set(house.rows(gaps)) == {(0,)}
    with_gaps = (
        "SELECT count(*) FROM (SELECT s.id FROM portal_stream s JOIN portal_streamentry e ON e.stream_id = s.id "
        "GROUP BY s.id, s.last HAVING count(*) <> s.last) x"
    )
    assert house.rows(with_gaps) == [(0,)]
    assert house.ledger_is_sound()


def test_the_web_process_is_killed_twenty_times_and_nothing_acknowledged_is_lost(house: Household) -> None:
    all_told_once(house, talk_while(house, "web0"))


def test_the_worker_is_killed_twenty_times_and_no_letter_is_sent_twice(house: Household) -> None:
    keys = talk_while(house, "worker")
    all_told_once(house, keys)
    assert house.rows("SELECT count(*) FROM portal_sentmail GROUP BY key HAVING count(*) > 1") == []

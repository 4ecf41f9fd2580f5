"""The scaled way: two web processes, a relay, a worker and a scheduler on PostgreSQL and Redis pass the same journeys,
people of one story being served by different processes; Redis killed and started again costs delay, never a message."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from tests.helpers.servers import RedisServer
from tests.journeys.household import Household
from tests.journeys.people import PATIENCE, Visitor
from tests.journeys.test_chat_recovery import LOG, ROOM, say, talk_with_a_gap
from tests.journeys.test_joint import silver_in_an_open_room, story_read_to_points

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = [
    pytest.mark.browser,
    pytest.mark.postgres,
    pytest.mark.redis,
    pytest.mark.slow,
    pytest.mark.timeout(900),
]
APART = (0, 1)


@pytest.fixture(scope="module")
def house(postgres_url: str, redis_server: RedisServer) -> Iterator[Household]:
    """A house of five processes beside PostgreSQL and Redis."""
    with Household(database=postgres_url, redis=redis_server.url, webs=2) as running:
        yield running


def test_from_the_story_to_the_points_over_two_web_processes(chromium: Browser, house: Household) -> None:
    story_read_to_points(chromium, house, APART)
    assert house.ledger_is_sound()


def test_silver_and_the_chip_over_two_web_processes(chromium: Browser, house: Household) -> None:
    silver_in_an_open_room(chromium, house, APART)
    assert house.ledger_is_sound()


def test_a_gap_in_the_line_over_two_web_processes(chromium: Browser, house: Household) -> None:
    talk_with_a_gap(chromium, house, APART, away=5)


def test_redis_killed_and_started_again_costs_delay_and_no_message(
    chromium: Browser, house: Household, redis_server: RedisServer
) -> None:
    khoa, tam = Visitor(chromium, house, web=0), Visitor(chromium, house, web=1)
    khoa.sign_in("khoa")
    tam.sign_in("tam")
    his, hers = khoa.go(ROOM), tam.go(ROOM)
    say(his, "Trước khi Redis tắt.")
    hers.locator("li.message", has_text="Trước khi Redis tắt.").wait_for()
    redis_server.kill()
    for number in range(1, 4):
        his.fill("#say", f"Lúc Redis tắt, số {number}.")
        his.keyboard.press("Enter")
    his.wait_for_timeout(3_000)
    redis_server.start()
    say(his, "Redis đã về.")
    for text in ("Lúc Redis tắt, số 1.", "Lúc Redis tắt, số 2.", "Lúc Redis tắt, số 3.", "Redis đã về."):
        hers.locator("li.message:not(.is-sending)", has_text=text).wait_for(timeout=PATIENCE)
    his.wait_for_timeout(500)
    assert hers.evaluate(LOG) == his.evaluate(LOG)
    stored = house.rows(
        "SELECT count(*) FROM community_message WHERE source LIKE 'Lúc Redis tắt%' AND removed_at IS NULL"
    )
    assert stored == [(3,)]
    khoa.close()
    tam.close()

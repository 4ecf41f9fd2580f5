"""`manage.py deliveries` and `manage.py relay --once`: what an operator sees and can do."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction

from portal.core.clock import now
from portal.events import relay
from portal.events.bus import publish
from portal.events.types.accounts import StandingChanged

pytestmark = pytest.mark.django_db


def run(*words: str) -> list[str]:
    out = StringIO()
    call_command(*words, stdout=out)
    return out.getvalue().splitlines()


@pytest.fixture
def broken(subscriber):
    """One subscriber that fails while the list holds something, and one event."""
    reasons = ["the cup is broken"]

    def handle(heard):
        if reasons:
            raise ValueError(reasons[0])

    subscriber("badges", handle)
    with transaction.atomic():
        publish(StandingChanged(member=1, tier="gold"), at=now())
    relay.drain()
    return reasons


def test_failures_are_listed_with_their_error_and_next_time(broken):
    assert run("deliveries") == ["badges: 0 done, 0 waiting, 1 failed"]
    (line,) = run("deliveries", "--failed")
    assert "badges <- standing_changed" in line
    assert "1 attempts, again 20" in line
    assert line.endswith("ValueError: the cup is broken")


def test_failures_can_be_retried_at_once(broken):
    broken.clear()
    assert run("deliveries", "--retry") == ["1 made due"]
    assert run("relay", "--once") == ["1 delivered, 0 failed"]
    assert run("deliveries") == ["badges: 1 done, 0 waiting, 0 failed"]
    assert run("deliveries", "--failed") == []


def test_replay_makes_old_events_due_for_one_subscriber(broken):
    broken.clear()
    run("deliveries", "--retry")
    run("relay", "--once")
    assert run("deliveries", "--replay", "badges", "--since", "2020-01-01") == ["1 deliveries due for badges"]
    assert run("deliveries", "--replay", "badges", "--names", "standing_changed") == ["1 deliveries due for badges"]


def test_wrong_words_are_answered_with_a_sentence(broken):
    with pytest.raises(CommandError, match="'nobody' hears none"):
        run("deliveries", "--replay", "nobody")
    with pytest.raises(CommandError, match="--since tomorrow"):
        run("deliveries", "--replay", "badges", "--since", "tomorrow")

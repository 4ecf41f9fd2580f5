"""The commands an operator or the scheduler runs."""

from __future__ import annotations

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command

from badges.ledger import actions
from tests.badges.ledger.book import NOON, earn, has, key, new_member, sound, utc

pytestmark = [pytest.mark.both_databases, pytest.mark.django_db]


def expire_points(*options):
    out = StringIO()
    call_command("expire_points", *options, stdout=out)
    return out.getvalue()


def test_expire_points_posts_all_that_is_due_once(monkeypatch):
    members = [new_member() for _ in range(3)]
    for member in members:
        earn(member, 10)
        earn(member, 5, at=utc(2026, 6, 1))
    actions.hold(
        member_id=members[0].pk, amount=10, expires_at=NOON + timedelta(hours=1), source="test", key=key(), at=NOON
    )
    monkeypatch.setattr("badges.management.commands.expire_points.now", lambda: utc(2027, 4, 1))
    # The held ten come back after their lot's last day: with days of grace, so they do not lapse now.
    assert expire_points() == "2 lots lapsed, 1 holds ran out.\n"
    assert expire_points() == "0 lots lapsed, 0 holds ran out.\n"
    assert [has(member) for member in members] == [{"available": 15}, {"available": 5}, {"available": 5}]
    sound()


def test_expire_points_can_be_limited(monkeypatch):
    for _ in range(3):
        earn(new_member(), 10)
    monkeypatch.setattr("badges.management.commands.expire_points.now", lambda: utc(2027, 4, 1))
    assert expire_points("--limit", "2").startswith("2 lots")
    assert expire_points().startswith("1 lots")

"""What gates read of badges: the row of the name chip holds their codes, and follows every award."""

from __future__ import annotations

import pytest

from badges.awards.models import Award
from portal.accounts.models import Member, Standing
from tests.badges.awards.house import hide, reply, restore, topic
from tests.factories.portal import make_member

pytestmark = pytest.mark.django_db


def held(member: Member) -> list[str]:
    return Standing.objects.get(member=member).held


def active(member: Member) -> list[str]:
    return sorted(Award.objects.filter(member=member, revoked_at=None).values_list("badge__code", flat=True))


def test_a_badge_that_is_given_taken_and_given_again_opens_shuts_and_opens(monkeypatch):
    asked: list[int] = []
    monkeypatch.setattr("portal.realtime.recheck", asked.append)
    alice, bob = make_member("Phạm Ngọc Alice"), make_member("Vũ Tiến Bob")
    assert held(alice) == []
    post = reply(alice, topic(bob), bob)
    before = held(alice)
    assert before == active(alice)
    assert "first-words" in before
    assert asked == []
    hide(alice, post)
    assert held(alice) == active(alice)
    assert "first-words" not in held(alice)
    assert asked == [alice.pk]  # what the badge opened closes on her open pages
    restore(alice, post)
    assert held(alice) == before

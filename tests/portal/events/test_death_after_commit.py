"""Twenty processes die right after their commit, before anything is delivered: every effect comes once, later."""

from __future__ import annotations

import os
import signal
from datetime import UTC, datetime

import pytest
from django.db import connection, transaction

from badges.ledger.models import Transaction
from badges.ledger.verify import verify
from portal.events import bus, relay
from portal.events.models import Delivery
from portal.events.types.brand import StoryRead
from tests.factories.portal import make_members

AT = datetime(2026, 5, 4, 1, 0, tzinfo=UTC)
DEATHS = 20


def commit_and_die(member: int, story: str) -> None:
    """In a child: commits a fact and is gone before the commit's own callbacks can run."""
    with transaction.atomic():
        transaction.on_commit(lambda: os.kill(os.getpid(), signal.SIGKILL))
        bus.publish(StoryRead(actor=member, member=member, story=story, title="Chuyện"), at=AT)


@pytest.mark.django_db(transaction=True)
@pytest.mark.both_databases
def test_what_was_committed_before_the_death_is_paid_once_after_it() -> None:
    members = make_members(DEATHS)
    relay.drain()
    connection.close()
    for member in members:
        child = os.fork()
        if child == 0:
            try:
                commit_and_die(member.pk, f"story-of-{member.pk}")
            finally:
                os._exit(1)  # reached only when the kill did not come
        _pid, status = os.waitpid(child, 0)
        assert os.WIFSIGNALED(status)
        assert os.WTERMSIG(status) == signal.SIGKILL
    assert Delivery.objects.filter(done_at=None, event__name="story_read", subscriber="earning").count() == DEATHS
    relay.drain()
    paid = Transaction.objects.filter(source="rule:story-read").values_list("member_id", flat=True)
    assert sorted(paid) == sorted(m.pk for m in members)
    assert Delivery.objects.filter(done_at=None).count() == 0
    assert verify() == []

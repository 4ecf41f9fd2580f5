"""A budget is never given twice: many members at one moment, and an approval that meets another."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.db import transaction

from badges.campaigns.models import Boost, Budget
from badges.earning import actions
from badges.earning.models import Evaluation
from badges.ledger.verify import verify
from badges.programme.actions import tell_budget
from portal.events import bus, relay
from portal.events.types.community import ReplyPosted
from portal.notifications.models import Notification
from tests.badges.campaigns.conftest import START, running
from tests.factories.portal import make_members, make_staff
from tests.helpers.races import run_parallel

pytestmark = [pytest.mark.both_databases, pytest.mark.django_db(transaction=True), pytest.mark.timeout(300)]


@pytest.mark.parametrize(("on_exceed", "given"), [("trim", 50), ("reject", 48)])
def test_many_members_at_one_moment_never_get_more_than_the_budget(
    transactional_db: None, on_exceed: str, given: int
) -> None:
    people = make_members(10)
    relay.drain()
    running(budget={"type": "spend", "limit": 50, "on_exceed": on_exceed}, events=["reply_posted"], rules=[])

    def many(number: int) -> None:
        for n in range(3):
            judged(people[number].pk, 100 * number + n, START + timedelta(minutes=n))

    race = run_parallel(many, len(people))
    assert race.errors == {}
    assert Budget.objects.get().used == given
    assert sum(row.added["spend"] for row in Boost.objects.all()) == given
    assert sum(row.outcomes[0]["granted"]["spend"] for row in Evaluation.objects.filter(
        event__name="reply_posted")) == 90 + given  # fmt: skip
    assert verify() == []


def judged(member: int, post: int, at: datetime) -> None:
    """One reply, judged in a transaction of its own, as a relay that has nothing else in hand."""
    with transaction.atomic():
        fact = ReplyPosted(
            actor=member, topic=1, post=post, space=1, author=member, topic_author=0, title="Phin", scope="tea"
        )
        row = bus.publish(fact, at=at)
        row.deliveries.filter(subscriber="earning").update(done_at=at)
        actions.judge(bus.heard(row))


def test_the_desk_is_told_once_however_many_look(transactional_db: None) -> None:
    manager = make_staff("Quản Lý", group="Brand managers")
    running(budget={"type": "spend", "limit": 50, "on_exceed": "trim"})
    Budget.objects.update(used=50, emptied_at=START)
    pk = Budget.objects.get().pk
    race = run_parallel(lambda n: tell_budget(campaign_id=pk, at=START), 4)
    assert (race.errors, sorted(map(bool, race.values))) == ({}, [False, False, False, True])
    assert Notification.objects.filter(member=manager, kind="budget_emptied").count() == 1

"""Two events that finish a challenge at the same moment give one prize; so does taking part meanwhile."""

from __future__ import annotations

import pytest

from badges.awards.models import Fact
from badges.challenges import actions
from badges.challenges.models import Finish
from badges.ledger.models import Transaction
from badges.ledger.verify import verify
from portal.accounts.models import Member
from portal.core import clock
from portal.core.clock import programme_day
from portal.events import relay
from portal.events.models import DomainEvent
from portal.notifications.models import Notification
from tests.badges.awards.house import hear, publish, replied
from tests.badges.challenges.conftest import challenge, step
from tests.factories.portal import make_member, make_members
from tests.helpers.races import run_parallel

pytestmark = [pytest.mark.both_databases, pytest.mark.django_db(transaction=True), pytest.mark.timeout(300)]


def _today(manager: Member, approver: Member, **changes: object) -> None:
    at = clock.now()
    day = programme_day(at).isoformat()
    challenge(manager, approver, at=at, first=day, last=day, **changes)


def _once(member: Member) -> None:
    assert Finish.objects.filter(member=member).count() == 1
    assert Transaction.objects.filter(source="challenge:three-words", member=member).count() == 1
    assert DomainEvent.objects.filter(name="challenge_finished", payload__member=member.pk).count() == 1
    notes = Notification.objects.filter(member=member, kind="challenge")
    assert [note.count for note in notes] == [1]


def test_twenty_events_that_each_could_finish_it_give_one_prize(
    transactional_db: None, manager: Member, approver: Member
) -> None:
    _today(manager, approver)
    alice, hosts, at = make_member(), make_members(4), clock.now()
    heard = [publish(replied(alice, n, hosts[n % 4]), at) for n in range(20)]
    race = run_parallel(lambda n: hear(heard[n]), 20)
    assert race.errors == {}
    assert Fact.objects.filter(member=alice, metric="reply_posted").count() == 20
    _once(alice)
    relay.drain()
    assert verify() == []


def test_the_last_two_steps_at_the_same_moment_are_both_seen(
    transactional_db: None, manager: Member, approver: Member
) -> None:
    _today(manager, approver, steps=[step(at_least=4)])
    at, host = clock.now(), make_member()
    for alice in make_members(6):
        for n in range(2):
            hear(publish(replied(alice, n, host), at))
        last = [publish(replied(alice, n, host), at) for n in (8, 9)]
        assert run_parallel(lambda n, last=last: hear(last[n]), 2).errors == {}
        _once(alice)


def test_taking_part_twice_while_the_last_step_comes_gives_one_prize(
    transactional_db: None, manager: Member, approver: Member
) -> None:
    _today(manager, approver, joining="asked")
    at, host = clock.now(), make_member()
    for alice in make_members(4):
        for n in range(2):
            hear(publish(replied(alice, n, host), at))
        last = publish(replied(alice, 9, host), at)

        def act(n: int, alice: Member = alice, last: object = last) -> None:
            if n == 0:
                hear(last)  # type: ignore[arg-type]
            else:
                actions.take_part(actor=alice, code="three-words", at=at)

        assert run_parallel(act, 3).errors == {}
        _once(alice)


def test_members_who_finish_with_the_same_events_do_not_lock_each_other_out(
    transactional_db: None, manager: Member, approver: Member
) -> None:
    """A reply touches two members; each of them may finish by it, and each one's tier moves."""
    steps = [{"metrics": ["reply_posted", "reply_received"], "count": "times", "at_least": 3}]
    _today(manager, approver, steps=steps, prize={"spend": 5, "status": 400})
    members, at = make_members(4), clock.now()
    heard = [publish(replied(one, one.pk, host), at) for one in members for host in members if one != host]
    race = run_parallel(lambda n: hear(heard[n]), len(heard))
    assert race.errors == {}
    for member in members:
        _once(member)
    relay.drain()
    assert verify() == []

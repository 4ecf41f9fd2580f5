"""Telling, counting, taking back, reading: the rows of the inbox."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from portal.accounts.models import Member
from portal.core import clock
from portal.core.errors import NotFound
from portal.notifications import actions, mark_read, notify, rescind, restore, selectors
from portal.notifications.models import Notification, Preference
from portal.notifications.streams import render
from portal.realtime.models import StreamEntry
from tests.factories.portal import make_members
from tests.helpers.queries import assert_num_queries_constant
from tests.helpers.races import run_parallel

pytestmark = pytest.mark.django_db


def tell(member: Member, actor: Member | None = None, **changes: Any) -> Notification | None:
    return notify(
        **{
            "member_id": member.pk,
            "kind": "reply",
            "subject": "topic:1",
            "actor_id": actor.pk if actor else None,
            "at": clock.now(),
            **changes,
        }
    )


def rows(member: Member) -> list[tuple[str, str, int, bool]]:
    found = Notification.objects.filter(member=member).order_by("pk")
    return [(row.kind, row.subject, row.count, row.read_at is None) for row in found]


def test_200_replies_are_one_unread_item_with_a_count(alice: Member, bob: Member, kind) -> None:
    kind("reply")
    for _reply in range(200):
        tell(alice, bob)
    assert rows(alice) == [("reply", "topic:1", 200, True)]
    assert selectors.unread_count(alice.pk) == 1


def test_own_acts_are_not_told(alice: Member, kind) -> None:
    kind("reply")
    assert tell(alice, alice) is None
    assert rows(alice) == []


def test_who_may_not_see_is_not_told_and_gets_nothing_back(alice: Member, charlie: Member, kind) -> None:
    kind("reply", visible=lambda member, subject, args: member.pk == alice.pk)
    tell(alice)
    assert tell(charlie) is None
    assert rows(alice) == [("reply", "topic:1", 1, True)]
    assert rows(charlie) == []


def test_a_lost_right_hides_the_item_that_was_told_before(alice: Member, kind) -> None:
    allowed = [True]
    kind("reply", visible=lambda member, subject, args: allowed[0])
    row = tell(alice)
    allowed[0] = False
    assert selectors.visible(alice, list(selectors.inbox(alice.pk))) == []
    with pytest.raises(NotFound):
        actions.open_item(member=alice, notification_id=row.pk, at=clock.now())


def test_an_unknown_kind_is_the_tellers_mistake(alice: Member) -> None:
    with pytest.raises(LookupError):
        tell(alice, kind="never_registered")


def test_reading_ends_an_item_and_the_next_telling_begins_a_new_one(alice: Member, kind) -> None:
    kind("reply")
    tell(alice)
    tell(alice)
    assert mark_read(member_id=alice.pk, subject="topic:1", at=clock.now()) == 1
    assert mark_read(member_id=alice.pk, subject="topic:1", at=clock.now()) == 0
    tell(alice)
    assert rows(alice) == [("reply", "topic:1", 2, False), ("reply", "topic:1", 1, True)]


def test_kinds_and_subjects_are_counted_apart(alice: Member, kind) -> None:
    kind("reply")
    kind("thanks")
    tell(alice)
    tell(alice, kind="thanks")
    tell(alice, subject="topic:2")
    assert selectors.unread_count(alice.pk) == 3


def test_taking_back_and_bringing_back(alice: Member, bob: Member, kind) -> None:
    kind("reply")
    tell(alice)
    tell(bob)
    assert rescind(subject="topic:1", at=clock.now()) == 2
    assert rescind(subject="topic:1", at=clock.now()) == 0
    assert selectors.unread_count(alice.pk) == 0
    tell(bob)
    assert restore(subject="topic:1", at=clock.now()) == 1
    assert [selectors.unread_count(member.pk) for member in (alice, bob)] == [1, 1]


def test_a_kind_wished_nowhere_is_not_told_and_one_silenced_here_is_not_shown(alice: Member, bob: Member, kind) -> None:
    kind("reply")
    Preference.objects.create(member=alice, kind="reply", site=False, mail=False)
    Preference.objects.create(member=bob, kind="reply", site=False, mail=True)
    assert tell(alice) is None
    row = tell(bob)
    assert row is not None
    assert row.mail_due_at is not None
    assert selectors.unread_count(bob.pk) == 0


def test_the_bell_on_open_pages_follows_each_change(alice: Member, bob: Member, kind) -> None:
    kind("reply")
    row = tell(alice, bob)
    mark_read(member_id=alice.pk, at=clock.now())
    stream = StreamEntry.objects.filter(stream__key=f"member:{alice.pk}", kind="notification").order_by("number")
    refs = [entry.ref for entry in stream]
    assert refs == [{"id": row.pk}, {"id": 0}]
    tell(alice, bob, subject="topic:2")
    fresh = Notification.objects.get(subject="topic:2")
    answers = render(alice.pk, [("notification", ref) for ref in [*refs, {"id": fresh.pk}]])
    assert answers == [{"unread": 1}] * 3


def test_drawing_the_bell_costs_the_same_for_one_and_many(alice: Member, kind) -> None:
    kind("reply")
    tellers = iter(make_members(6))
    tell(alice, next(tellers), subject="topic:100")

    def draw() -> None:
        render(alice.pk, [("notification", {"id": row.pk}) for row in Notification.objects.all()])

    def grow() -> None:
        for number, teller in enumerate(tellers):
            tell(alice, teller, subject=f"topic:{number}")

    assert_num_queries_constant(draw, grow)


@pytest.mark.both_databases
@pytest.mark.django_db(transaction=True)
def test_tellers_at_the_same_moment_make_one_item_with_their_number(kind) -> None:
    alice, *tellers = make_members(21)
    kind("reply")
    race = run_parallel(lambda number: tell(alice, tellers[number]), 20)
    assert race.errors == {}
    assert rows(alice) == [("reply", "topic:1", 20, True)]
    stream = StreamEntry.objects.filter(stream__key=f"member:{alice.pk}", kind="notification")
    assert sorted(stream.values_list("number", flat=True)) == list(range(1, 21))


@pytest.mark.both_databases
@pytest.mark.django_db(transaction=True)
def test_telling_while_she_reads_loses_no_telling(kind) -> None:
    alice, *tellers = make_members(13)
    kind("reply")

    def act(number: int) -> None:
        if number % 3 == 2:
            mark_read(member_id=alice.pk, at=clock.now())
        else:
            tell(alice, tellers[number])

    race = run_parallel(act, 12)
    assert race.errors == {}
    assert sum(count for _kind, _subject, count, _unread in rows(alice)) == 8
    assert sum(unread for *_rest, unread in rows(alice)) <= 1


def test_closed_accounts_are_not_told(alice: Member, kind) -> None:
    kind("reply")
    Member.objects.filter(pk=alice.pk).update(is_active=False)
    assert tell(alice) is None


def test_an_item_of_later_counts_as_newest(alice: Member, kind) -> None:
    kind("reply")
    at = clock.now()
    tell(alice, at=at - timedelta(hours=2))
    tell(alice, subject="topic:2", at=at - timedelta(hours=1))
    tell(alice, at=at)
    assert [row.subject for row in selectors.inbox(alice.pk)] == ["topic:1", "topic:2"]

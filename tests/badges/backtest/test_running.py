"""Asked for, taken up, told on, stopped, lost and taken up again: and nothing else in the house is touched."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.db.models import F

from badges.backtest import actions as running
from badges.backtest import selectors, tasks
from badges.backtest.models import Backtest
from badges.programme import actions
from badges.programme.models import Draft
from badges.programme.selectors import get_draft_for
from portal.accounts.models import Member
from portal.core import clock
from portal.core.errors import Conflict, Forbidden, Invalid, NotFound
from portal.events import relay
from tests.badges.backtest.conftest import DAY, END, MONDAY, rows_of_everything
from tests.badges.earning.conftest import Forum
from tests.badges.programme.conftest import NOON, badge, badge_texts, rule, written
from tests.badges.programme.test_drafts import ladder, ladder_texts

pytestmark = [pytest.mark.both_databases, pytest.mark.django_db]
State = Backtest.State
WINDOW = {"first": date(2026, 5, 1), "last": date(2026, 5, 17)}


@pytest.fixture
def draft(manager: Member, alice: Member, bob: Member, forum: Forum) -> Draft:
    """Pays 4 instead of 3 Hạt for a reply; three were written."""
    relay.drain()
    topic = forum.topic(bob, MONDAY)
    for n in range(3):
        post = forum.reply(alice, topic, MONDAY + n * DAY)
        forum.react(bob, alice, post, MONDAY + n * DAY + timedelta(hours=1))
    return written(manager)


def asked(manager: Member, draft: Draft, **changes: Any) -> Backtest:
    fields = {"draft_id": draft.pk, "version": draft.version, "together": False, "at": END, **WINDOW} | changes
    return actions.ask_for_backtest(actor=manager, **fields)[0]


def done(manager: Member, draft: Draft, **changes: Any) -> Backtest:
    row = asked(manager, draft, **changes)
    assert running.run(row.pk)
    row.refresh_from_db()
    return row


def test_it_is_done_and_kept_with_its_draft(manager: Member, draft: Draft) -> None:
    row = done(manager, draft)
    assert (row.state, row.done, row.total > 6, row.engine, row.attempts) == (State.DONE, row.total, True, 1, 1)
    assert row.result["rules"][0]["points"]["spend"]["issued"] == [9, 12]
    assert row.tried == [{
        "draft": draft.pk, "version": 1, "kind": "rule", "subject": "reply", "content": draft.content,
    }]  # fmt: skip


def test_nothing_else_is_touched(manager: Member, draft: Draft) -> None:
    row = asked(manager, draft)
    before = rows_of_everything()
    running.run(row.pk)
    assert rows_of_everything() == before


def test_asked_twice_it_is_one(manager: Member, draft: Draft) -> None:
    first, second = asked(manager, draft), asked(manager, draft)
    assert first == second
    with pytest.raises(Conflict):
        asked(manager, draft, last=date(2026, 5, 16))
    with pytest.raises(IntegrityError), transaction.atomic():
        Backtest.objects.create(draft=draft, asked_by=manager, asked_at=END, **WINDOW)
    running.run(first.pk)
    assert asked(manager, draft) != first


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"first": date(2026, 5, 17), "last": date(2026, 5, 16)}, "last"),
        ({"last": date(2026, 5, 20)}, "last"),
        ({"first": date(2025, 5, 1)}, "first"),
        ({"first": date(2026, 4, 1), "last": date(2026, 4, 2)}, "first"),
    ],
)
def test_a_window_that_holds_nothing_is_refused(
    manager: Member, draft: Draft, changes: dict[str, date], field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        asked(manager, draft, **changes)
    assert refused.value.details["field"] == field
    assert not Backtest.objects.exists()


def test_the_last_day_may_be_today(manager: Member, draft: Draft) -> None:
    assert asked(manager, draft, last=date(2026, 5, 19)).last == date(2026, 5, 19)


def test_who_may_not_and_what_moved_on(manager: Member, approver: Member, alice: Member, draft: Draft) -> None:
    for other in (approver, alice):
        with pytest.raises(Forbidden):
            asked(other, draft)
        with pytest.raises(Forbidden):
            actions.stop_backtest(actor=other, draft_id=draft.pk, backtest_id=1, at=END)
    with pytest.raises(Conflict):
        asked(manager, draft, version=9)
    with pytest.raises(NotFound):
        asked(manager, draft, draft_id=0)
    actions.withdraw_draft(actor=manager, draft_id=draft.pk, version=1, at=END)
    with pytest.raises(Conflict):
        asked(manager, draft, version=2)


def test_handing_in_changes_no_word_and_writing_does(manager: Member, draft: Draft) -> None:
    row = done(manager, draft)
    handed = actions.hand_in_draft(actor=manager, draft_id=draft.pk, version=1, at=END)
    assert selectors.is_current(row, {draft.pk: handed.content})
    actions.take_back_draft(actor=manager, draft_id=draft.pk, version=2, at=END)
    more = rule(points={"spend": 5, "status": 1})
    changed = written(manager, draft_id=draft.pk, version=3, content=more, at=END)
    assert not selectors.is_current(row, {draft.pk: changed.content})


def test_a_ladder_and_a_rule_are_tried_together(manager: Member, draft: Draft) -> None:
    written(manager, kind="badge", subject="two-pages", content=badge(), texts=badge_texts())
    tiers = written(manager, kind="ladder", subject="ladder", content=ladder(silver=12), texts=ladder_texts())
    row = done(manager, draft, together=True)
    assert [one["draft"] for one in row.tried] == [draft.pk, tiers.pk]
    assert row.result["ladder"]
    # Joining gives 10 status points; Alice has 3 more for replies and 3 for thanks.
    assert row.result["tiers"]["moves"] == [["member", "silver", 1]]
    alone = done(manager, tiers)
    assert alone.result["types"]["spend"]["issued"][0] == alone.result["types"]["spend"]["issued"][1]


def test_a_badge_alone_cannot_be_replayed(manager: Member, draft: Draft) -> None:
    medal = written(manager, kind="badge", subject="two-pages", content=badge(), texts=badge_texts())
    with pytest.raises(Invalid):
        asked(manager, medal)
    assert [one["draft"] for one in asked(manager, medal, together=True).tried] == [draft.pk]


# ── Its life in the worker ──────────────────────────────────────────────────────────────────────────────────────
def test_whoever_stops_it_stops_it_within_a_beat(
    manager: Member, draft: Draft, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = asked(manager, draft)
    real = running.replay

    def replay_and_stop(*args: Any, **kwargs: Any) -> Any:
        assert actions.stop_backtest(actor=manager, draft_id=draft.pk, backtest_id=row.pk, at=END)
        return real(*args, **kwargs)

    monkeypatch.setattr(running, "replay", replay_and_stop)
    assert not running.run(row.pk)
    row.refresh_from_db()
    assert (row.state, row.result) == (State.CANCELLED, {})
    assert not actions.stop_backtest(actor=manager, draft_id=draft.pk, backtest_id=row.pk, at=END)
    assert not running.run(row.pk)


def test_it_tells_how_far_it_is(manager: Member, draft: Draft, monkeypatch: pytest.MonkeyPatch) -> None:
    row = asked(manager, draft)
    told: list[tuple[int, int]] = []
    monkeypatch.setattr(running, "BEAT", 0.0)
    real = running.report_of

    def looked(*args: Any, **kwargs: Any) -> Any:
        told.append(Backtest.objects.values_list("done", "total").get(pk=row.pk))
        return real(*args, **kwargs)

    monkeypatch.setattr(running, "report_of", looked)
    running.run(row.pk)
    assert told[0][0] == told[0][1] > 6


def test_what_breaks_is_told_and_can_be_asked_again(
    manager: Member, draft: Draft, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = asked(manager, draft)
    with monkeypatch.context() as broken:
        broken.setattr(running, "replay", lambda *a, **k: 1 / 0)
        assert not running.run(row.pk)
    row.refresh_from_db()
    assert (row.state, row.error) == (State.FAILED, "ZeroDivisionError: division by zero")
    assert done(manager, draft).state == State.DONE


def test_a_lost_worker_is_replaced_once(manager: Member, draft: Draft) -> None:
    row = asked(manager, draft)
    dead = {"state": State.RUNNING, "beat_at": END, "attempts": 1}
    Backtest.objects.filter(pk=row.pk).update(**dead)
    assert tasks.look_after_backtests(END + timedelta(seconds=60)) == 0
    assert tasks.look_after_backtests(END + timedelta(seconds=120)) == 1  # in tests a task runs at once
    row.refresh_from_db()
    assert (row.state, row.attempts) == (State.DONE, 2)
    Backtest.objects.filter(pk=row.pk).update(state=State.RUNNING, beat_at=END)
    assert tasks.look_after_backtests(END + timedelta(seconds=120)) == 0
    row.refresh_from_db()
    assert (row.state, row.error) == (State.FAILED, running.LOST)


def test_a_worker_that_was_thought_lost_no_longer_writes(
    manager: Member, draft: Draft, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = asked(manager, draft)
    real = running.replay

    def slow(*args: Any, **kwargs: Any) -> Any:
        Backtest.objects.filter(pk=row.pk).update(attempts=F("attempts") + 1)  # another one took it up
        return real(*args, **kwargs)

    monkeypatch.setattr(running, "replay", slow)
    assert not running.run(row.pk)
    row.refresh_from_db()
    assert (row.state, row.result) == (State.RUNNING, {})


def test_one_that_nobody_took_up_is_handed_out_again_now_and_then(
    manager: Member, draft: Draft, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = asked(manager, draft)
    handed: list[int] = []
    monkeypatch.setattr(tasks.run_backtest.func, "__call__", None, raising=False)
    monkeypatch.setattr(running, "run", handed.append)
    assert [tasks.look_after_backtests(END + timedelta(minutes=n)) for n in (1, 3, 4, 6)] == [0, 1, 0, 1]
    assert handed == [row.pk, row.pk]


def test_only_what_had_happened_by_then_is_replayed(
    manager: Member, alice: Member, bob: Member, forum: Forum, draft: Draft
) -> None:
    row = asked(manager, draft, last=date(2026, 5, 19))
    assert clock.day_bounds(row.last)[1] > row.asked_at
    forum.reply(alice, forum.topic(bob, END + timedelta(hours=2)), END + timedelta(hours=2))
    running.run(row.pk)
    row.refresh_from_db()
    assert row.result["rules"][0]["points"]["spend"]["issued"] == [9, 12]


def test_who_sees_the_desk_finds_it(approver: Member, manager: Member, draft: Draft) -> None:
    row = done(manager, draft)
    assert get_draft_for(approver, draft.pk).backtests.get() == row
    assert selectors.newest_done(draft.pk) == row
    assert NOON < END

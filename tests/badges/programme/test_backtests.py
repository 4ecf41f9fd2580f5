"""The desk of backtests: asked for in a form, watched, read and taken along by who sees the desk, nobody else."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from badges.backtest import actions as running
from badges.backtest.models import Backtest
from badges.programme import actions
from badges.programme.models import Draft
from badges.programme.plots import bars_of, plot_of
from badges.programme.views import backtests as desk
from portal.accounts.models import Member, Standing
from portal.core import clock
from portal.core.clock import now
from portal.events import relay
from tests.badges.earning.conftest import Forum
from tests.badges.programme.conftest import badge, badge_texts, rule, written
from tests.badges.programme.test_drafts import ladder, ladder_texts
from tests.factories.portal import make_members
from tests.helpers.queries import assert_num_queries_constant

pytestmark = pytest.mark.django_db
SignIn = Callable[..., Client]


@pytest.fixture
def draft(manager: Member, alice: Member, bob: Member, forum: Forum) -> Draft:
    """Pays 5 instead of 3 Hạt for a reply; Alice wrote three in the last days, and Bob thanked her."""
    relay.drain()
    at = now() - timedelta(days=3)
    topic = forum.topic(bob, at)
    for _ in range(3):
        forum.react(bob, alice, forum.reply(alice, topic, at), at + timedelta(minutes=5))
    return written(manager, content=rule(points={"spend": 5, "status": 1}), at=now())


def sent(draft: Draft, **changes: Any) -> dict[str, Any]:
    return {"version": draft.version, "span": "30", "first": "", "last": ""} | changes


def ask(browser: Client, draft: Draft, **changes: Any) -> Any:
    return browser.post(reverse("programme_backtests", args=[draft.pk]), sent(draft, **changes))


@pytest.fixture
def done(signed_in: SignIn, manager: Member, draft: Draft) -> Backtest:
    """Asked for in the form; in tests the worker runs it at once."""
    assert ask(signed_in(manager), draft).status_code == 302
    return Backtest.objects.get()


def test_a_manager_asks_and_the_page_tells_what_it_found(
    signed_in: SignIn, manager: Member, alice: Member, done: Backtest
) -> None:
    assert (done.state, (done.last - done.first).days) == ("done", 29)
    text = signed_in(manager).get(reverse("programme_backtest", args=[done.draft_id, done.pk])).content.decode()
    for shown in ("+6", "Trả lời", alice.standing.known_as, "<svg", "Chênh lệch từng thành viên", "trả 3 lần"):
        assert shown in text, shown
    assert "Bản nháp đã đổi từ lúc đó" not in text


def test_the_approver_sees_the_numbers_beside_the_button(
    signed_in: SignIn, manager: Member, approver: Member, done: Backtest
) -> None:
    handed = actions.hand_in_draft(actor=manager, draft_id=done.draft_id, version=1, at=now())
    page = signed_in(approver).get(reverse("programme_draft", args=[handed.pk]))
    text = page.content.decode()
    assert page.context["headline"].issued.change == 6
    assert (page.context["backtest_current"], 'value="approve"' in text) == (True, True)
    assert "Bản nháp đã đổi từ lúc đó" not in text
    assert 'name="span"' not in text, "only who writes may ask"


def test_after_another_word_it_is_told_to_be_of_older_ones(signed_in: SignIn, manager: Member, done: Backtest) -> None:
    written(manager, draft_id=done.draft_id, version=1, content=rule(points={"spend": 6}), at=now())
    browser = signed_in(manager)
    for address in (
        reverse("programme_draft", args=[done.draft_id]),
        reverse("programme_backtest", args=[done.draft_id, done.pk]),
    ):
        assert "Bản nháp đã đổi từ lúc đó" in browser.get(address).content.decode()


@pytest.mark.parametrize(
    ("changes", "status", "words"),
    [
        ({"span": "", "first": "2026-01-05", "last": "2026-01-02"}, 422, "kết thúc trước khi bắt đầu"),
        ({"span": "", "first": "2026-01-05"}, 422, "Bạn chọn một ngày"),
        ({"span": "", "first": "2020-01-05", "last": "2020-01-06"}, 422, "chưa có chuyện gì"),
        ({"span": "", "first": "2020-01-05", "last": "2999-01-06"}, 422, "Ngày đó chưa tới"),
        ({"span": "7"}, 422, ""),
        ({"version": "9"}, 409, ""),
    ],
)
def test_what_cannot_be_rehearsed_is_refused_beside_its_field(
    signed_in: SignIn, manager: Member, draft: Draft, changes: dict[str, str], status: int, words: str
) -> None:
    answer = ask(signed_in(manager), draft, **changes)
    assert (answer.status_code, Backtest.objects.exists()) == (status, False)
    assert words in answer.content.decode()


def test_who_may_ask_who_may_read_and_who_may_not_even_look(
    signed_in: SignIn, manager: Member, approver: Member, mod: Member, alice: Member, done: Backtest
) -> None:
    asked = (done.draft_id, done.pk)
    pages = [reverse("programme_backtests", args=asked[:1])]
    pages += [reverse(f"programme_backtest{part}", args=asked) for part in ("", "_progress", "_members")]
    for address in pages:
        assert signed_in(approver).get(address).status_code == 200
        for other in (mod, alice):
            assert signed_in(other).get(address).status_code in (302, 403, 404)
    assert ask(signed_in(approver), done.draft).status_code == 403
    assert signed_in(approver).post(reverse("programme_backtest_stop", args=asked)).status_code == 403
    assert Backtest.objects.count() == 1


def test_one_of_another_draft_is_not_found(signed_in: SignIn, manager: Member, done: Backtest) -> None:
    other = written(manager, subject="reply-too", at=now())
    browser = signed_in(manager)
    assert browser.get(reverse("programme_backtest", args=[other.pk, done.pk])).status_code == 404
    assert browser.post(reverse("programme_backtest_stop", args=[other.pk, done.pk])).status_code == 404


def test_while_it_runs_the_page_tells_how_far_it_is_and_stops_it(
    signed_in: SignIn, manager: Member, draft: Draft, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(desk.run_backtest.__class__, "enqueue", lambda self, *args: None)
    browser = signed_in(manager)
    answer = ask(browser, draft)
    row = Backtest.objects.get()
    text = browser.get(answer["Location"]).content.decode()
    assert ('data-state="queued"' in text, "Dừng lại" in text) == (True, True)
    assert ask(browser, draft)["Location"] == answer["Location"], "asked twice it is one"
    Backtest.objects.filter(pk=row.pk).update(state="running", done=50, total=200)
    part = browser.get(reverse("programme_backtest_progress", args=[draft.pk, row.pk])).content.decode()
    assert ('value="25"' in part, "50 trên 200" in part, "<html" in part) == (True, True, False)
    assert "Đang chạy thử" in browser.get(reverse("programme_draft", args=[draft.pk])).content.decode()
    assert browser.get(reverse("programme_backtest_members", args=[draft.pk, row.pk])).status_code == 404
    browser.post(reverse("programme_backtest_stop", args=[draft.pk, row.pk]))
    row.refresh_from_db()
    assert (row.state, "Đã dừng giữa chừng" in browser.get(answer["Location"]).content.decode()) == ("cancelled", True)


def test_what_failed_says_so(signed_in: SignIn, manager: Member, draft: Draft, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "replay", lambda *args, **kwargs: 1 / 0)
    browser = signed_in(manager)
    text = browser.get(ask(browser, draft)["Location"]).content.decode()
    assert "ZeroDivisionError" in text


def test_the_file_names_each_member_whose_points_differ_and_no_formula(
    signed_in: SignIn, manager: Member, alice: Member, done: Backtest
) -> None:
    Standing.objects.filter(member=alice).update(name="=1+1")
    answer = signed_in(manager).get(reverse("programme_backtest_members", args=[done.draft_id, done.pk]))
    text = b"".join(answer.streaming_content).decode()
    assert text.startswith("\ufeff")
    [head, row] = [line.split(",") for line in text.removeprefix("\ufeff").splitlines()]
    assert (head[:2], row[1]) == (["Thành viên", "Tên"], "'=1+1")
    spend = head.index("Hạt: chênh lệch")
    assert row[spend] == "6"
    assert len(head) == len(row)


def test_a_ladder_and_a_badge_have_their_place(signed_in: SignIn, manager: Member, done: Backtest) -> None:
    browser = signed_in(manager)
    tiers = written(manager, kind="ladder", subject="ladder", content=ladder(silver=12), texts=ladder_texts(), at=now())
    text = browser.get(ask(browser, tiers, together="on")["Location"]).content.decode()
    assert "→" in text
    medal = written(manager, kind="badge", subject="two-pages", content=badge(), texts=badge_texts(), at=now())
    assert 'id="rehearsal"' not in browser.get(reverse("programme_draft", args=[medal.pk])).content.decode()
    assert ask(browser, medal).status_code == 422


def test_pages_cost_the_same_for_one_member_and_for_many(
    signed_in: SignIn, manager: Member, bob: Member, forum: Forum, done: Backtest
) -> None:
    browser = signed_in(manager)
    draft = done.draft

    def more() -> None:
        at = now() - timedelta(days=1)
        topic = forum.topic(bob, at)
        for member in make_members(8):
            forum.react(bob, member, forum.reply(member, topic, at), at)
        ask(browser, draft)

    def look() -> None:
        newest = Backtest.objects.order_by("-id").values_list("pk", flat=True)[0]
        assert browser.get(reverse("programme_backtest", args=[draft.pk, newest])).status_code == 200
        assert browser.get(reverse("programme_backtests", args=[draft.pk])).status_code == 200

    assert_num_queries_constant(look, more)


# ── Plots ───────────────────────────────────────────────────────────────────────────────────────────────────────
def test_a_plot_of_days_rises_and_falls_with_them() -> None:
    plot = plot_of([["2026-05-04", 5, 10], ["2026-05-05", 0, 5]])
    assert (plot.weekly, plot.most) == (False, 10)
    assert plot.area == "M0 100V50H500V100H1000V100Z"
    assert plot.line == "M0 100V0H500V50H1000"


def test_a_long_window_is_shown_by_weeks_that_lose_nothing() -> None:
    first = date(2026, 1, 1)  # a Thursday
    plot = plot_of([[(first + timedelta(days=n)).isoformat(), 1, 2] for n in range(100)])
    assert (plot.weekly, plot.rows[0], plot.rows[1]) == (True, (first, 4, 8), (date(2026, 1, 5), 7, 14))
    assert [sum(row[n] for row in plot.rows) for n in (1, 2)] == [100, 200]


def test_bars_leave_out_who_stays_and_empty_ends() -> None:
    bars = bars_of([[None, -5, 0], [-4, -1, 1], [0, 0, 900], [1, 4, 0], [5, None, 10], [6, None, 0]])
    assert [(bar.low, bar.members, bar.way, bar.tall) for bar in bars] == [
        (-4, 1, "less", 10), (1, 0, "more", 0), (5, 10, "more", 100),
    ]  # fmt: skip
    assert bars_of([[0, 0, 3]]) == []


def test_the_clock_of_the_form_is_the_programmes(signed_in: SignIn, manager: Member, draft: Draft) -> None:
    ask(signed_in(manager), draft)
    assert Backtest.objects.get().last == clock.programme_day(datetime.now(tz=clock.programme_zone()))

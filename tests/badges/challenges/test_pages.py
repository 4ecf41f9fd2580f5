"""Pages of the challenges, and the desk's form of them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from badges.challenges import actions, selectors
from badges.challenges.models import Finish, Part
from badges.programme.models import Draft
from badges.programme.previews import preview_of
from portal.accounts import profiles
from portal.accounts.models import Member
from portal.core.clock import now, programme_day
from portal.events import relay
from tests.badges.awards import house
from tests.badges.challenges.conftest import challenge, content, step, texts
from tests.badges.programme.conftest import written
from tests.factories.portal import make_member, make_members
from tests.helpers.queries import assert_num_queries_constant

pytestmark = pytest.mark.django_db
SignIn = Callable[..., Client]


def days(first: int, last: int) -> dict[str, str]:
    today = programme_day(now())
    return {"first": (today + timedelta(first)).isoformat(), "last": (today + timedelta(last)).isoformat()}


@pytest.fixture
def make(manager: Member, approver: Member) -> Callable[..., Any]:
    """Makes a challenge in force now."""
    return lambda code="three-words", first=-2, last=9, **more: challenge(
        manager, approver, code, at=now(), **(days(first, last) | more)
    )


def reply(member: Member, times: int) -> None:
    host = make_member()
    for n in range(times):
        house.reply(member, n, host, now())
    cache.clear()


def page(browser: Client, address: str) -> str:
    response = browser.get(address)
    assert response.status_code == 200, address
    return response.content.decode()


def test_the_pages_cost_the_same_for_one_challenge_and_for_many(
    alice: Member, signed_in: SignIn, make: Callable[..., Any]
) -> None:
    make("one", joining="asked")
    make("two", together=True, share=1)
    make("three", tiers=["gold"])
    reply(alice, 3)
    browser = signed_in(alice)

    def look(address: str) -> None:
        cache.clear()
        page(browser, address)

    def more() -> None:
        for n in range(4):
            make(f"more-{n}", joining="asked", tiers=["gold", "silver"])
            make(f"all-{n}", together=True, share=1)
        for member in make_members(6):
            reply(member, 3)

    assert_num_queries_constant(lambda: look("/vi/challenges/"), more)
    assert_num_queries_constant(lambda: look("/vi/challenges/two/"), lambda: [reply(m, 3) for m in make_members(4)])


def test_she_takes_part_and_reads_how_far_she_is(alice: Member, signed_in: SignIn, make: Callable[..., Any]) -> None:
    make(joining="asked", steps=[step(), step("story_read", 2)])
    browser = signed_in(alice)
    assert "Tham gia" in page(browser, "/vi/challenges/three-words/")
    assert browser.post("/vi/challenges/three-words/part/", {"part": "yes"}).status_code == 302
    reply(alice, 2)
    text = page(browser, "/vi/challenges/three-words/")
    assert "2 / 3" in text
    assert "0 / 2" in text
    assert "33%" in text
    browser.post("/vi/challenges/three-words/part/", {"part": "no"})
    assert not Part.objects.exists()


def test_running_coming_and_over_stand_apart_and_an_empty_house_says_so(
    alice: Member, signed_in: SignIn, make: Callable[..., Any]
) -> None:
    browser = signed_in(alice)
    assert "Chưa có thử thách nào" in page(browser, "/vi/challenges/")
    make("now")
    make("soon", 3, 5)
    states = {one.code: one.state for one in selectors.views(alice, at=now(), locale="vi")}
    assert states == {"now": "running", "soon": "coming"}
    later = {one.code: one.state for one in selectors.views(alice, at=now() + timedelta(days=30), locale="vi")}
    assert set(later.values()) == {"over"}


def test_a_visitor_is_sent_to_sign_in_and_an_unknown_one_is_not_found(
    client: Client, alice: Member, signed_in: SignIn
) -> None:
    assert client.get("/vi/challenges/").status_code in (302, 401, 403)
    assert signed_in(alice).get("/vi/challenges/nothing/").status_code == 404


def test_of_who_finished_only_those_are_named_who_let_their_badges_be_seen(
    alice: Member, signed_in: SignIn, make: Callable[..., Any]
) -> None:
    make()
    shown, hidden = make_member("Lò Thị Lộ"), make_member("Vàng A Giấu")
    profiles.set_privacy(actor=shown, levels={"badges": "members"}, findable=False)
    profiles.set_privacy(actor=hidden, levels={"badges": "me"}, findable=False)
    for member in (shown, hidden):
        reply(member, 3)
    relay.drain()
    assert Finish.objects.count() == 2
    text = page(signed_in(alice), "/vi/challenges/three-words/")
    assert "Lộ" in text
    assert "Giấu" not in text


# ── The desk ────────────────────────────────────────────────────────────────────────────────────────────────────
def fields(**changes: Any) -> dict[str, Any]:
    """What a manager's browser sends."""
    found: dict[str, Any] = {
        **days(0, 9), "joining": "asked", "order": "any", "on_loss": "keep", "spend": "50",
        "s1_metrics": ["reply_posted"], "s1_at_least": "3", "s1_count": "times", "name_vi": "Ba lời",
        "name_en": "Three words", "summary_vi": "Vài lời.",
        "summary_en": "A few words.", "thanks_vi": "Cảm ơn.", "thanks_en": "Thank you.", "s1_words_vi": "Đáp ba lời",
        "s1_words_en": "Reply three times",
    }  # fmt: skip
    return found | changes


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({"last": "2026-01-01", "first": "2026-01-02"}, "last"),
        ({"s1_at_least": "0"}, "s1_at_least"),
        ({"s1_at_least": ""}, "s1_at_least"),
        ({"s1_metrics": []}, "s1_metrics"),
        ({"s1_count": "streak", "s1_at_least": "11"}, "s1_at_least"),
        ({"s3_metrics": ["story_read"], "s3_at_least": "2", "s3_count": "people", "s3_words_vi": "x"}, "s3_count"),
        ({"s3_metrics": ["story_read"], "s3_at_least": "2", "s3_count": "times"}, "s3_words_vi"),
        ({"spend": "-1"}, "spend"),
        ({"spend": "1000000"}, "spend"),
        ({"status": "1.5"}, "status"),
        ({"together": "on"}, "share"),
        ({"name_en": "", "name_vi": "Ba"}, "name_en"),
    ],
)
def test_bad_input_is_refused_beside_its_field(
    manager: Member, signed_in: SignIn, changes: dict[str, Any], place: str
) -> None:
    response = signed_in(manager).post(reverse("programme_begin", args=["challenges", "new"]), fields(**changes))
    assert response.status_code == 422
    assert list(response.context["form"].errors) == [place]
    assert not Draft.objects.exists()


def test_a_manager_writes_one_tries_it_out_and_finds_it_again_as_she_wrote_it(
    manager: Member, signed_in: SignIn
) -> None:
    walker = make_member()
    reply(walker, 3)
    browser = signed_in(manager)
    assert "prog-calm" in page(browser, reverse("programme_list", args=["challenges"]))
    second = {"metrics": ["story_read"], "at_least": "2", "count": "targets", "words_vi": "Đọc", "words_en": "Read"}
    asked = fields(**{f"s2_{part}": value for part, value in second.items()}, order="one_by_one", tiers=["gold"])
    response = browser.post(reverse("programme_begin", args=["challenges", "new"]), asked)
    draft = Draft.objects.get()
    assert response.status_code == 302
    assert (draft.kind, draft.subject, draft.content["order"], draft.content["tiers"]) == (
        "challenge", "three-words", "one_by_one", ["gold"],
    )  # fmt: skip
    assert [one["count"] for one in draft.content["steps"]] == ["times", "targets"]
    text = page(browser, reverse("programme_draft", args=[draft.pk]))
    for word in ("Đáp ba lời", "Read", "50"):
        assert word in text


def test_the_preview_counts_who_would_have_finished_in_as_many_of_the_last_days(manager: Member) -> None:
    walker, other = make_members(2)
    reply(walker, 3)
    reply(other, 1)
    draft = written(manager, at=now(), kind="challenge", subject="x", content=content(**days(5, 14)), texts=texts())
    trial = preview_of(draft, at=now())["challenge"]
    assert (trial.days, trial.finished, trial.begun, trial.spend) == (10, 1, 2, 40)
    assert [standing.pk for standing in trial.sample] == [walker.pk]
    together = content(**days(5, 14), together=True, share=3, steps=[step(at_least=4)])
    draft = written(manager, at=now(), kind="challenge", subject="y", content=together, texts=texts())
    trial = preview_of(draft, at=now())["challenge"]
    assert (trial.finished, trial.together, trial.goal) == (1, 4, 4)


def test_what_is_over_takes_nobody_in_by_its_page(alice: Member, signed_in: SignIn, make: Callable[..., Any]) -> None:
    make(joining="asked", first=-3, last=0)
    from badges.challenges.tasks import close_challenges

    assert close_challenges(now() + timedelta(days=2)) == 1
    assert signed_in(alice).post("/vi/challenges/three-words/part/", {"part": "yes"}).status_code == 404
    assert "Tham gia" not in page(signed_in(alice), "/vi/challenges/three-words/")
    assert actions.subject_of(Finish(pk=3)) == "finish:3"

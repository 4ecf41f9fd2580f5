"""The pages of the badges: what they show to whom, how the moment is shown once, and what they cost."""

from __future__ import annotations

import re
from unittest.mock import patch

import pytest
from django.test import Client
from redis.exceptions import ConnectionError as RedisAway

from badges.awards import actions, broadcasts, selectors
from badges.awards.models import Award, Badge
from portal.accounts import profiles
from portal.accounts.models import Member
from portal.core import clock
from portal.notifications.models import Notification
from tests.badges.awards.house import MORNING, hide, react, read, reply, topic, unreact
from tests.factories.portal import make_member, make_members
from tests.helpers.queries import assert_num_queries_constant
from tests.helpers.sessions import enter

pytestmark = pytest.mark.django_db
SHELF, HALL, CHOOSE = "/vi/my/badges/", "/vi/badges/", "/vi/my/settings/badges/"


def page(browser: Client, address: str, status: int = 200) -> str:
    answer = browser.get(address)
    assert answer.status_code == status, answer.status_code
    return answer.content.decode()


def test_the_shelf_says_what_she_has_what_comes_near_and_what_is_closed(alice: Member) -> None:
    for n in range(3):
        read(alice, f"s{n}")
    browser = enter(Client(), alice)
    text = page(browser, SHELF)
    assert "Trang đầu tiên" in text
    assert "4 tháng 5" in text
    assert "3 trên 5 câu chuyện" in text
    assert '<progress max="5" value="3"' in text
    assert "Người bắc cầu" in text
    english = page(browser, SHELF.replace("/vi/", "/en/"))
    assert "The first page" in english
    assert "3 of 5 stories" in english


def test_nothing_of_a_secret_badge_is_told_before_it_is_earned(alice: Member, bob: Member) -> None:
    browser = enter(Client(), alice)
    badge = Badge.objects.get(code="late-lamp")
    view = selectors.badge_view(badge, "vi")
    for address in (SHELF, HALL, "/vi/"):
        text = page(browser, address)
        for word in (view.name, view.criterion, view.code, view.src):
            assert word not in text
    assert view.hint in page(browser, SHELF)
    page(browser, f"{HALL}late-lamp/", 404)
    version = badge.versions.get()
    Award.objects.create(badge=badge, member=alice, revision=version, at=MORNING)
    assert view.name in page(browser, f"{HALL}late-lamp/")
    assert view.name in page(browser, SHELF)
    page(enter(Client(), bob), f"{HALL}late-lamp/", 404)
    page(Client(), f"{HALL}late-lamp/", 404)


def test_a_badge_page_says_how_how_rare_and_when(alice: Member, bob: Member) -> None:
    read(alice, "one")
    address = f"{HALL}first-page/"
    visitor = page(Client(), address)
    assert "Đọc hết một câu chuyện." in visitor
    assert "1 người có, 50% cả nhà" in visitor
    assert alice.name in visitor  # her badges are for everybody until she says otherwise
    assert "Của bạn từ ngày" not in visitor
    assert "Của bạn từ ngày 4 tháng 5" in page(enter(Client(), alice), address)
    profiles.set_privacy(actor=alice, levels={"badges": "me"}, findable=False)
    assert alice.name not in page(Client(), address)
    page(Client(), f"{HALL}nonsense/", 404)


def test_the_moment_is_shown_on_the_next_page_once_and_only_to_her(alice: Member, bob: Member) -> None:
    read(alice, "one", clock.now())
    award = Award.objects.get(member=alice, badge__code="first-page")
    browser = enter(Client(), alice)
    text = page(browser, "/vi/my/")
    assert f'<badge-moment class="badge-moment" data-award="{award.pk}"' in text
    assert "<badge-moment" not in page(enter(Client(), bob), "/vi/my/")
    assert "<badge-moment" in page(browser, "/en/my/book/")  # not yet seen: it waits
    other = enter(Client(), bob)
    assert other.post("/vi/my/badges/seen/", {"award": award.pk}).status_code == 302
    assert "<badge-moment" in page(browser, "/vi/my/")
    answer = browser.post("/vi/my/badges/seen/", {"award": award.pk}, headers={"X-Requested-With": "fetch"})
    assert answer.status_code == 204
    assert "<badge-moment" not in page(browser, "/vi/my/")
    for nonsense in ("", "x", "-1", "9" * 30):
        assert browser.post("/vi/my/badges/seen/", {"award": nonsense}).status_code == 302
    assert browser.get("/vi/my/badges/seen/").status_code == 405
    assert Client().post("/vi/my/badges/seen/", {"award": award.pk}).status_code in (302, 401)


def test_opening_the_badge_itself_is_seeing_it(alice: Member) -> None:
    read(alice, "one", clock.now())
    browser = enter(Client(), alice)
    text = page(browser, f"{HALL}first-page/")
    assert "badge-niche is-revealed" in text
    assert not Notification.objects.filter(member=alice, kind="badge", read_at=None).exists()
    assert "is-revealed" not in page(browser, f"{HALL}first-page/")


def test_the_frame_to_open_pages_is_in_her_language_and_empty_once_revoked(alice: Member, bob: Member) -> None:
    at = clock.now()
    post = reply(alice, topic(bob, at), bob, at)
    award = Award.objects.get(member=alice, badge__code="first-words")
    (frame,) = broadcasts.render_badges(alice.pk, [("badge", {"award": award.pk})])
    assert "Lời đầu tiên" in frame["html"]
    assert "style=" not in frame["html"]
    Member.objects.filter(pk=alice.pk).update(language="en")
    (frame,) = broadcasts.render_badges(alice.pk, [("badge", {"award": award.pk})])
    assert "First words" in frame["html"]
    hide(alice, post, at)
    assert broadcasts.render_badges(alice.pk, [("badge", {"award": award.pk})]) == [{"award": award.pk, "html": ""}]
    (frame,) = broadcasts.render_badges(bob.pk, [("badge", {"award": award.pk})])
    assert frame["html"] == ""


def test_what_was_taken_back_says_when_and_why(alice: Member) -> None:
    givers = make_members(5)
    reactions = [react(giver, alice, 5) for giver in givers]
    unreact(givers[0], alice, 5, reactions[0])
    text = page(enter(Client(), alice), SHELF)
    assert "Thu lại ngày 4 tháng 5" in text
    assert "một lượt hưởng ứng đã được rút lại" in text
    assert "một lượt hưởng ứng đã được rút lại" in page(enter(Client(), alice), f"{HALL}kept-words/")


def test_her_choice_stands_on_her_page_for_whom_she_lets_see_it(alice: Member, bob: Member) -> None:
    read(alice, "one")
    reply(alice, topic(bob), bob)
    browser = enter(Client(), alice)
    form = page(browser, CHOOSE)
    assert form.count("<select") == 6
    answer = browser.post(CHOOSE, {"place-1": "first-words", "place-2": "first-words", "place-4": "first-page"})
    assert answer.status_code == 302
    her_page = alice.standing.url
    shown = re.findall(r'class="medal-picture" src="/medals/([a-z-]+)-', page(Client(), her_page))
    assert shown == ["first-words", "first-page"]
    assert browser.post(CHOOSE, {"place-1": "bridge"}).status_code == 422
    profiles.set_privacy(actor=alice, levels={"badges": "members"}, findable=False)
    assert "/medals/" not in page(Client(), her_page)
    assert "/medals/" in page(enter(Client(), bob), her_page)


def test_a_drawing_is_served_for_ever_under_its_own_address_and_under_no_other() -> None:
    view = selectors.badge_view(Badge.objects.get(code="late-lamp"), "vi")
    answer = Client().get(view.src)
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/svg+xml")
    assert "immutable" in answer["Cache-Control"]
    assert "sandbox" in answer["Content-Security-Policy"]
    assert answer.content.startswith(b"<svg")
    for address in ("/medals/late-lamp-0000000000000000.svg", "/medals/late-lamp.svg", "/medals/nothing-at-all.svg"):
        assert Client().get(address).status_code == 404


def test_ids_of_drawings_never_meet_on_a_page(alice: Member) -> None:
    for n in range(3):
        read(alice, f"s{n}", clock.now())
    text = page(enter(Client(), alice), SHELF)
    found = re.findall(r'\sid="([^"]+)"', text)
    assert len(found) == len(set(found))
    assert "style=" not in text


def test_what_is_private_needs_a_member() -> None:
    for address in (SHELF, CHOOSE):
        assert Client().get(address).status_code in (302, 401)


def test_pages_cost_the_same_for_one_badge_and_for_many(alice: Member, bob: Member) -> None:
    browser, visitor = enter(Client(), alice), Client()
    read(alice, "one")
    for address in (SHELF, CHOOSE, "/vi/my/", alice.standing.url):
        others = make_members(3)

        def grow(others=others) -> None:
            for n, host in enumerate(others):
                reply(alice, topic(host), host)
                react(host, alice, 900 + n)
                read(alice, f"more-{n}-{host.pk}")
                read(host, f"more-{n}")

        Award.objects.filter(member=alice).exclude(badge__code="first-page").delete()
        assert_num_queries_constant(lambda address=address: page(browser, address), grow)
    assert_num_queries_constant(lambda: page(visitor, HALL), lambda: read(make_member(), "one"))
    assert_num_queries_constant(
        lambda: page(visitor, f"{HALL}first-page/"), lambda: [read(m, "one") for m in make_members(6)]
    )


def test_choosing_nothing_is_a_choice(alice: Member) -> None:
    read(alice, "one")
    actions.arrange(actor=alice, codes=[], at=MORNING)
    assert "/medals/" not in page(Client(), alice.standing.url)


def test_a_secret_badge_on_her_page_is_seen_by_who_holds_it_and_by_nobody_else(alice: Member, bob: Member) -> None:
    badge = Badge.objects.get(code="late-lamp")
    Award.objects.create(badge=badge, member=alice, revision=badge.versions.get(), at=MORNING)
    actions.arrange(actor=alice, codes=["late-lamp"], at=MORNING)
    assert "late-lamp" in page(enter(Client(), alice), alice.standing.url)
    for browser in (Client(), enter(Client(), bob)):
        assert "late-lamp" not in page(browser, alice.standing.url)
    Award.objects.create(badge=badge, member=bob, revision=badge.versions.get(), at=MORNING)
    assert "late-lamp" in page(enter(Client(), bob), alice.standing.url)


def test_a_badge_page_opens_while_the_shared_cache_is_away(client: Client) -> None:
    with patch("badges.awards.selectors.cache.get", side_effect=RedisAway("gone")):
        assert "Trang đầu tiên" in page(client, f"{HALL}first-page/")

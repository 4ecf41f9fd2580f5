"""Pages kept for visitors: what may be kept, how long it holds, and that nobody's bit gets in or out."""

from __future__ import annotations

import gzip
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import URLResolver, get_resolver
from pytest_django import DjangoAssertNumQueries, Settings

from community.forum import actions
from community.forum.models import Topic
from portal.accounts.models import Member
from portal.core.visitors import is_same_for_visitors
from portal.home import visitors
from tests.brand.conftest import Shelf
from tests.community.forum.conftest import AT, first, make_space, react, reply, start
from tests.factories.portal import make_staff

pytestmark = pytest.mark.django_db
SignIn = Callable[..., Client]


class Watch:
    """The clock that pages age by."""

    def __init__(self) -> None:
        self.time = 1000.0

    def monotonic(self) -> float:
        return self.time


@pytest.fixture(autouse=True)
def watch(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Watch]:
    settings.VISITOR_PAGES_SECONDS = 3
    visitors.kept.clear()
    watch = Watch()
    monkeypatch.setattr(visitors, "time", watch)
    yield watch
    visitors.kept.clear()


@pytest.fixture
def topic(alice: Member) -> Topic:
    make_space("phin")
    return start(alice)


def read(client: Client, topic: Topic, **more: Any) -> str:
    return client.get(topic.get_absolute_url(), **more).content.decode()


def test_a_second_visitor_gets_the_page_without_drawing_it(
    topic: Topic, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    drawn = Client().get(topic.get_absolute_url())
    with django_assert_num_queries(1):  # the topic's own number
        again = Client().get(topic.get_absolute_url())
    assert again.content == drawn.content
    assert again.headers == drawn.headers
    assert drawn.headers["Cache-Control"] == "private, no-cache"
    assert "Cookie" in drawn.headers["Vary"]


def test_whatever_happens_in_a_topic_ends_its_page_at_once(topic: Topic, bob: Member, mod: Member) -> None:
    assert "Thử ủ bột" not in read(Client(), topic)
    said = reply(bob, topic, "Thử ủ bột nửa phút.")
    assert "Thử ủ bột nửa phút." in read(Client(), topic)
    actions.edit_post(actor=bob, post=said.public_id, body="Thử ủ bột một phút.", revision=said.revision, at=AT)
    assert "Thử ủ bột một phút." in read(Client(), topic)
    actions.hide_post(actor=mod, post=said.public_id, reason="spam", at=AT)
    assert "Thử ủ bột một phút." not in read(Client(), topic)


def test_a_thank_you_is_counted_at_once(topic: Topic, bob: Member) -> None:
    before = read(Client(), topic)
    react(bob, first(topic))
    assert read(Client(), topic) != before


def test_a_list_holds_for_seconds_and_then_while_nothing_happens(
    topic: Topic, bob: Member, watch: Watch, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client, url = Client(), "/vi/community/"
    client.get(url)
    watch.time += 2.9
    with django_assert_num_queries(0):
        client.get(url)
    watch.time += 1
    with django_assert_num_queries(1):  # whether anything happened
        client.get(url)
    start(bob, title="Một chuyện mới toanh")
    assert "Một chuyện mới toanh" in client.get(url).content.decode()


def test_nothing_is_kept_beyond_ten_seconds(topic: Topic, watch: Watch) -> None:
    client, url = Client(), "/vi/community/"
    client.get(url)
    Topic.objects.update(title="Đổi mà không để lại dấu vết")
    watch.time += 9.9
    assert "Đổi mà không" not in client.get(url).content.decode()
    watch.time += 0.2
    assert "Đổi mà không" in client.get(url).content.decode()


def test_a_space_that_closes_is_closed_for_visitors_after_seconds(topic: Topic, watch: Watch) -> None:
    client = Client()
    assert "Phin chảy quá nhanh" in read(client, topic)
    make_space("kin", read_from_rank=1)
    topic.space.read_from_rank = 1
    topic.space.save()
    watch.time += 10.1
    assert client.get(topic.get_absolute_url()).status_code == 404


def staff_of(group: str) -> Member:
    role = "moderator" if group == "Moderators" else "brand"
    return make_staff(f"Người {group}", email=f"{group.replace(' ', '')}@thu.example", role=role, group=group)


def urls(topic: Topic) -> list[str]:
    """What the forum, the badges and the brand show to everybody; the front room has parts that are alive."""
    story = Shelf().tell("nam-suong-muoi")
    forum = [topic.get_absolute_url(), "/vi/community/", topic.space.get_absolute_url()]
    return [*forum, "/vi/badges/", "/vi/", urlsplit(story.full_url).path]


def test_no_member_of_any_role_leaves_a_bit_behind_or_finds_a_visitors_page(
    topic: Topic, alice: Member, bob: Member, signed_in: SignIn
) -> None:
    everybody = [alice, bob, *(staff_of(name) for name in Group.objects.values_list("name", flat=True))]
    assert len(everybody) > 6
    visitor = Client()
    for url in urls(topic):
        for member in everybody:
            own = signed_in(member).get(url)
            assert own.status_code == 200
            assert "Content-Encoding" not in own.headers
            assert f'data-member-id="{member.pk}"' in own.content.decode()
        drawn = visitor.get(url).content.decode()
        assert visitor.get(url).content.decode() == drawn
        assert "data-member-id" not in drawn
        assert "csrfmiddlewaretoken" not in drawn
        for member in everybody:
            assert member.email not in drawn
            assert f'data-member-id="{member.pk}"' in signed_in(member).get(url).content.decode()


def test_who_brings_a_cookie_asks_for_data_or_says_who_she_is_gets_her_own_answer(
    topic: Topic, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    plain = Client()
    read(plain, topic)
    for cookie in ("sessionid", "messages", "another"):
        client = Client()
        client.cookies[cookie] = "x"
        request = client.get(topic.get_absolute_url()).wsgi_request
        assert visitors.key_of(request) is None
    for more in ({"HTTP_ACCEPT": "application/json"}, {"HTTP_HX_REQUEST": "true"}, {"HTTP_AUTHORIZATION": "Bearer x"}):
        request = plain.get(topic.get_absolute_url(), **more).wsgi_request
        assert visitors.key_of(request) is None
    assert visitors.key_of(plain.post(topic.get_absolute_url()).wsgi_request) is None


def test_one_language_or_page_is_never_answered_with_another(topic: Topic) -> None:
    client = Client()
    url = topic.get_absolute_url()
    assert 'lang="vi"' in client.get(url).content.decode()
    assert 'lang="en"' in client.get(url.replace("/vi/", "/en/")).content.decode()
    assert client.get(url, {"page": 7}).content != client.get(url).content


def test_who_once_chose_a_language_has_the_kept_page_of_the_address_she_opens(
    topic: Topic, settings: Settings, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    url = topic.get_absolute_url()
    drawn = Client().get(url).content
    chose_english = Client()
    chose_english.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    with django_assert_num_queries(1):  # the topic's stream: nothing was drawn
        assert chose_english.get(url).content == drawn
    # Where the address names no language the cookie decides, and nothing may be kept.
    assert visitors.key_of(chose_english.get("/robots.txt").wsgi_request) is None


def test_who_has_the_page_already_gets_its_name_only(topic: Topic, bob: Member) -> None:
    client = Client()
    drawn = client.get(topic.get_absolute_url())
    again = client.get(topic.get_absolute_url(), HTTP_IF_NONE_MATCH=drawn.headers["ETag"])
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["Content-Security-Policy"] == drawn.headers["Content-Security-Policy"]
    reply(bob, topic)
    assert client.get(topic.get_absolute_url(), HTTP_IF_NONE_MATCH=drawn.headers["ETag"]).status_code == 200


def test_a_browser_that_takes_it_gets_the_page_packed(topic: Topic) -> None:
    client = Client()
    plain = client.get(topic.get_absolute_url())
    packed = client.get(topic.get_absolute_url(), HTTP_ACCEPT_ENCODING="br, gzip")
    assert packed.headers["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in packed.headers["Vary"]
    assert gzip.decompress(packed.content) == plain.content
    assert len(packed.content) * 3 < len(plain.content)


def test_an_answer_that_is_no_page_is_not_kept(topic: Topic) -> None:
    client = Client()
    for url in ("/vi/community/topics/khong-co/", topic.get_absolute_url().rsplit("/", 2)[0] + "/"):
        client.get(url)
    assert not visitors.kept._pages


def test_the_shelf_has_room_for_so_much_and_drops_what_nobody_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(visitors, "BYTES", 250)
    shelf = visitors.Kept()
    for name in "abc":
        shelf.put(name, visitors.Page([], name.encode() * 100, {}, (), 0.0))
        shelf.get("a")
    assert list(shelf._pages) == ["c", "a"]
    assert shelf._bytes == 200
    shelf.put("a", visitors.Page([], b"x" * 10, {}, (), 0.0))
    assert shelf._bytes == 110


def marked(patterns: list[Any]) -> set[str]:
    found = set()
    for one in patterns:
        if isinstance(one, URLResolver):
            found |= marked(one.url_patterns)
        elif is_same_for_visitors(one.callback):
            found.add(f"{one.callback.__module__}.{one.callback.__name__}")
    return found


def test_the_views_that_say_so_are_these_and_no_personal_one() -> None:
    """The test below shows that their pages are really kept: one that set a cookie would be drawn anew, unnoticed."""
    assert marked(get_resolver().url_patterns) == {
        "badges.awards.views.badge",
        "badges.awards.views.hall",
        "community.forum.views.listing.space",
        "community.forum.views.listing.tag",
        "community.forum.views.listing.tag_list",
        "community.forum.views.listing.topics",
        "community.forum.views.reading.index",
        "community.forum.views.reading.topic",
    }


def test_the_marked_pages_and_the_brands_are_kept(topic: Topic) -> None:
    client = Client()
    pages = [*urls(topic), "/vi/community/lists/top/", "/vi/community/tags/", "/vi/badges/first-page/"]
    for url in pages:
        assert client.get(url).status_code == 200, url
    assert {key.removeprefix("http://testserver").removesuffix("?") for key in visitors.kept._pages} == set(pages)

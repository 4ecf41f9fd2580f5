"""New terms: who has not agreed reads, leaves and keeps what is hers; her words wait for her yes."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from django.urls import get_resolver
from django.urls.resolvers import URLResolver

from community.forum.models import Post
from portal.accounts import actions, permissions, terms
from portal.accounts.models import Member
from portal.core.errors import Forbidden
from tests.community.forum.conftest import first, make_space, start

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
WAY = "/vi/accounts/terms/"
WORDS = "bạn đồng ý với bản mới rồi mình viết tiếp nhé"
SEEN = "/vi/my/badges/seen/"


@pytest.fixture
def topic(bob: Member) -> Any:
    make_space("phin")
    return start(bob)


@pytest.fixture
def new_terms(monkeypatch: pytest.MonkeyPatch, topic: Any, alice: Member) -> None:
    """Come into force after everybody has joined."""
    monkeypatch.setattr(terms, "_source", [lambda: terms.Terms("2027-01", url="/vi/terms/")])
    alice.refresh_from_db()


def routes() -> set[str]:
    found: set[str] = set()

    def walk(resolver: Any, space: str = "") -> None:
        for pattern in resolver.url_patterns:
            if isinstance(pattern, URLResolver):
                walk(pattern, f"{space}{pattern.namespace}:" if pattern.namespace else space)
            else:
                found.add(f"{space}{pattern.name}")

    walk(get_resolver())
    return found


def test_words_wait_for_a_yes_on_pages_and_by_the_api(new_terms: None, signed_in: Any, alice: Member, topic: Any):
    browser = signed_in(alice)
    url = f"/vi/community/topics/{topic.public_id}/do/replies/"
    sent = browser.post(url, {"body": "Xin chào", "key": "k-1"}, headers={"Referer": "http://testserver/vi/community/"})
    assert sent.status_code == 403
    assert WORDS in sent.content.decode()
    assert f'href="{WAY}?next=http%3A%2F%2Ftestserver%2Fvi%2Fcommunity%2F"' in sent.content.decode()
    answer = browser.post(url, {"body": "Xin chào"}, headers={"Accept": "application/json"})
    assert answer.status_code == 403
    assert (answer.json()["error"]["code"], answer.json()["error"]["url"]) == ("terms_first", WAY)
    fragment = browser.post(url, {"body": "Xin chào"}, headers={"HX-Request": "true"})
    assert f'<a href="{WAY}">' in fragment.content.decode()
    assert Post.objects.filter(topic=topic).count() == 1


@pytest.mark.parametrize(
    "path",
    [
        "/vi/my/settings/profile/",
        "/vi/community/spaces/phin/new/",
        "/vi/community/posts/{post}/reactions/",
        "/vi/community/posts/{post}/edit/",
        "/vi/community/preview/",
    ],
)
def test_every_form_that_others_would_read_waits(
    new_terms: None, signed_in: Any, alice: Member, topic: Any, path: str
) -> None:
    browser = signed_in(alice)
    sent = browser.post(path.format(post=first(topic).public_id), headers={"Accept": "application/json"})
    assert (sent.status_code, sent.json()["error"]["code"]) == (403, "terms_first")


def test_reading_goes_on_and_says_why_writing_waits(new_terms: None, signed_in: Any, alice: Member, topic: Any) -> None:
    browser = signed_in(alice)
    page = browser.get(topic.get_absolute_url())
    assert page.status_code == 200
    assert WORDS in page.content.decode()
    assert f'href="{WAY}?next=' in page.content.decode()
    browser.post(WAY, {"answer": "later"})
    assert WORDS in browser.get("/vi/community/spaces/phin/").content.decode()  # put off, and still told
    assert browser.get("/vi/my/").status_code == 200


@pytest.mark.parametrize(
    "path",
    ["/vi/my/settings/leave/now/", "/vi/my/settings/data/", "/vi/accounts/logout/", "/vi/notifications/read/", SEEN],
)
def test_leaving_taking_her_data_and_signing_out_wait_for_nothing(
    new_terms: None, signed_in: Any, alice: Member, path: str
) -> None:
    sent = signed_in(alice).post(path, headers={"Accept": "application/json"})
    assert b"terms_first" not in sent.content
    assert sent.status_code in (200, 302, 422), sent.status_code  # leaving asks for a word typed


def test_her_yes_opens_everything_at_once(new_terms: None, signed_in: Any, alice: Member, topic: Any) -> None:
    browser = signed_in(alice)
    browser.post(WAY, {"answer": "yes", "version": "2027-01"})
    sent = browser.post(f"/vi/community/topics/{topic.public_id}/do/replies/", {"body": "Xin chào", "key": "k-1"})
    assert sent.status_code == 302
    assert Post.objects.filter(topic=topic).count() == 2


def test_one_predicate_stands_behind_it(new_terms: None, alice: Member) -> None:
    with pytest.raises(Forbidden) as refused:
        permissions.check_can_write(alice, at=AT)
    assert refused.value.code == "terms_first"
    actions.agree_to_terms(actor=alice, version="2027-01", at=AT)
    alice.refresh_from_db()
    permissions.check_can_write(alice, at=AT)
    assert permissions.terms_refusal(None) is None


def test_every_open_route_exists() -> None:
    assert terms.OPEN - routes() == set()

"""Who sees and may do what: every kind of viewer against every state, in all three shapes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from community.forum import actions, permissions, selectors
from community.forum.models import Post, Space, Topic
from portal.accounts.models import Member
from portal.core.errors import DomainError, NotFound
from tests.community.forum.conftest import AT, first, make_space, reply, set_rank, start

pytestmark = pytest.mark.django_db

VIEWERS = ("visitor", "alice", "bob", "charlie", "silver", "mod", "manager", "staff", "admin")


@pytest.fixture
def cast(alice: Member, bob: Member, charlie: Member, mod: Member, manager: Member, staff: Member) -> dict[str, Any]:
    from tests.factories.portal import make_member

    return {
        "visitor": None,
        "alice": alice,  # wrote the topics
        "bob": bob,  # wrote the replies
        "charlie": charlie,
        "silver": set_rank(make_member("Bạn hạng Bạc"), 1),
        "mod": mod,
        "manager": manager,
        "staff": staff,
        "admin": make_member("Người giữ nhà", is_staff=True, is_superuser=True),
    }


SPACES: dict[str, dict[str, Any]] = {
    "open": {},
    "members": {"read_from_rank": 0},
    "silver": {"read_from_rank": 1},
    "write-silver": {"write_from_rank": 1},
    "staff": {"staff_only": True},
    "closed": {},
}
EVERYBODY = set(VIEWERS)
HOUSE = {"mod", "manager", "staff", "admin"}
READS = {
    "open": EVERYBODY,
    "members": EVERYBODY - {"visitor"},
    "silver": HOUSE | {"silver"},
    "write-silver": EVERYBODY,
    "staff": HOUSE,
    "closed": set(),
}
WRITES = READS | {"open": EVERYBODY - {"visitor"}, "write-silver": HOUSE | {"silver"}}


def who(cast: dict[str, Any], may: Callable[[Any], bool]) -> set[str]:
    return {name for name, viewer in cast.items() if may(viewer)}


def raises(check: Callable[[], None]) -> str:
    try:
        check()
    except DomainError as error:
        return error.code
    return ""


def lay(code: str) -> Space:
    space = make_space(code, **SPACES[code])
    if code == "closed":
        Space.objects.filter(pk=space.pk).update(live=False)
    return Space.objects.get(pk=space.pk)


@pytest.mark.parametrize("code", SPACES)
def test_spaces(code: str, cast: dict[str, Any]) -> None:
    space = lay(code)
    assert who(cast, lambda v: permissions.can_read_space(v, space)) == READS[code]
    assert who(cast, lambda v: space in selectors.spaces_for(v)) == READS[code]
    assert who(cast, lambda v: not raises(lambda: permissions.check_read_space(v, space))) == READS[code]
    assert who(cast, lambda v: permissions.can_write_in(v, space, at=AT)) == WRITES[code]
    for name, viewer in cast.items():
        refusal = raises(lambda v=viewer: permissions.check_write_in(v, space, at=AT))  # type: ignore[misc]
        if name not in READS[code]:
            assert refusal == "not_found"
        elif name not in WRITES[code]:
            assert refusal == ("sign_in_required" if name == "visitor" else "tier_too_low")
        else:
            assert refusal == ""


TOPIC_STATES: dict[str, Callable[[Topic, Member], object]] = {
    "plain": lambda topic, mod: None,
    "locked": lambda topic, mod: Topic.objects.filter(pk=topic.pk).update(locked=True),
    "hidden": lambda topic, mod: actions.hide_post(
        actor=mod, post=first(topic).public_id, reason="Lộ chuyện riêng", at=AT
    ),
}


@pytest.mark.parametrize("state", TOPIC_STATES)
@pytest.mark.parametrize("code", [code for code in SPACES if code != "closed"])
def test_topics(code: str, state: str, cast: dict[str, Any]) -> None:
    lay(code)
    author = cast["alice"] if "alice" in WRITES[code] else cast["manager"]
    topic = start(author, code)
    TOPIC_STATES[state](topic, cast["mod"])
    topic = selectors.find_topic(topic.pk)  # type: ignore[assignment]
    author_name = next(name for name, viewer in cast.items() if viewer == author)
    readers = READS[code] & ({author_name, "mod", "admin"} if state == "hidden" else EVERYBODY)
    assert who(cast, lambda v: permissions.can_read_topic(v, topic)) == readers
    listed = {
        name for name, v in cast.items() if Topic.objects.filter(permissions.visible_topics(v), pk=topic.pk).exists()
    }
    assert listed == readers
    assert who(cast, lambda v: not raises(lambda: selectors.get_topic_for(v, topic.public_id))) == readers
    writers = {"plain": EVERYBODY, "locked": {"mod", "admin"}, "hidden": set()}[state] & WRITES[code] & readers
    assert who(cast, lambda v: permissions.can_reply(v, topic, at=AT)) == writers
    assert who(cast, lambda v: permissions.can_steer(v, topic)) == readers & {"mod", "admin"}
    for name, viewer in cast.items():
        refusal = permissions.why_not_reply(viewer, topic, at=AT)
        assert (refusal is None) == (name in writers)
        assert isinstance(refusal, NotFound) == (name not in readers)


@pytest.mark.parametrize("hidden_by", ["", "bob", "mod"])
def test_posts(hidden_by: str, cast: dict[str, Any]) -> None:
    lay("open")
    topic = start(cast["alice"], "open")
    post = reply(cast["bob"], topic)
    if hidden_by:
        actions.hide_post(actor=cast[hidden_by], post=post.public_id, reason="Quảng cáo", at=AT)
    post = selectors.whole_posts().get(pk=post.pk)
    readers = {"bob", "mod", "admin"} if hidden_by else EVERYBODY
    members = EVERYBODY - {"visitor"}
    assert who(cast, lambda v: permissions.can_read_post(v, post)) == readers
    listed = {
        name for name, v in cast.items() if Post.objects.filter(permissions.visible_posts(v), pk=post.pk).exists()
    }
    assert listed == readers
    assert who(cast, lambda v: not raises(lambda: selectors.get_post_for(v, post.public_id))) == readers
    assert who(cast, lambda v: permissions.can_edit(v, post, at=AT)) == (
        set() if hidden_by else {"bob", "mod", "admin"}
    )
    assert who(cast, lambda v: permissions.can_react(v, post, at=AT)) == (set() if hidden_by else members - {"bob"})
    assert who(cast, lambda v: permissions.can_hide(v, post)) == (set() if hidden_by else {"bob", "mod", "admin"})
    restorers = {"": set(), "bob": {"bob", "mod", "admin"}, "mod": {"mod", "admin"}}[hidden_by]
    assert who(cast, lambda v: permissions.can_restore(v, post)) == restorers
    for name, viewer in cast.items():
        for check in (
            lambda v=viewer: permissions.check_react(v, post, at=AT),
            lambda v=viewer: permissions.check_edit(v, post, at=AT),
            lambda v=viewer: permissions.check_hide(v, post),
            lambda v=viewer: permissions.check_restore(v, post),
        ):
            assert (raises(check) == "not_found") == (name not in readers)


def test_a_visitor_who_presses_a_reaction_is_led_to_the_door_and_back(topic: Topic) -> None:
    page, browser = topic.get_absolute_url(), Client(enforce_csrf_checks=True)
    drawn = browser.get(page).content.decode()
    assert '<form id="acts" method="post" hidden></form>' in drawn  # the buttons' form, without a token to share
    url = f"/vi/community/posts/{first(topic).public_id}/reactions/?kind=tea"
    pressed = browser.post(url, headers={"Referer": f"http://testserver{page}?page=1"})
    assert (pressed.status_code, pressed.url) == (302, f"/vi/accounts/login/?next={page}%3Fpage%3D1")
    elsewhere = browser.post(url, headers={"Referer": "https://elsewhere.example/x"})
    assert elsewhere.url == "/vi/accounts/login/?next=/"
    told = browser.post(url, headers={"HX-Request": "true", "HX-Current-URL": f"http://testserver{page}"})
    assert told.status_code == 401
    assert f'href="/vi/accounts/login/?next={page.replace("/", "%2F")}"' in told.content.decode()

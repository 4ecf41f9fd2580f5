"""What a member keeps at hand: notes, reminders, two thousand places, and nothing of what is closed to her."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from community.forum import actions, tasks
from community.forum.actions import saving
from community.forum.models import Bookmark, Space, Topic
from community.forum.selectors import feeds, saved
from portal.accounts.models import Member
from portal.core.clock import now
from portal.core.errors import Invalid, NotFound
from portal.notifications.models import Notification
from tests.community.forum.conftest import first, reply

pytestmark = pytest.mark.django_db
HTMX = {"HTTP_HX_REQUEST": "true"}


def test_a_press_keeps_and_a_second_press_lets_go_unless_there_is_a_note(
    topic: Topic, signed_in: Any, bob: Member
) -> None:
    browser, post = signed_in(bob), first(topic)
    url = f"/vi/community/posts/{post.public_id}/save/"
    assert "data-saved" in browser.post(url, **HTMX).content.decode()
    assert "data-saved" in browser.get(topic.get_absolute_url()).content.decode()
    assert "data-saved" not in browser.post(url, **HTMX).content.decode()
    assert not Bookmark.objects.exists()
    browser.post(f"{url}note/", {"note": "  Thử lại  cuối tuần ", "remind_at": ""})
    assert Bookmark.objects.get().note == "Thử lại cuối tuần"
    assert browser.post(url, **HTMX)["HX-Redirect"].endswith("/save/note/")
    assert browser.post(url).url.endswith("/save/note/")
    assert Bookmark.objects.count() == 1
    assert "Thử lại cuối tuần" in browser.get("/vi/community/saved/").content.decode()
    browser.post(f"{url}note/", {"act": "remove"})
    assert not Bookmark.objects.exists()


def test_two_thousand_places(topic: Topic, bob: Member, monkeypatch: pytest.MonkeyPatch) -> None:
    assert saving.MOST == 2_000
    monkeypatch.setattr(saving, "MOST", 2)
    posts = [first(topic), reply(bob, topic), reply(bob, topic, "Thêm một lời")]
    for post in (*posts[:2], posts[0]):  # what is kept already takes no second place
        actions.save_post(actor=bob, post=post.public_id, at=now())
    with pytest.raises(Invalid):
        actions.save_post(actor=bob, post=posts[2].public_id, at=now())


def test_what_is_closed_to_her_stays_kept_and_shows_nothing(
    topic: Topic, space: Space, signed_in: Any, alice: Member, bob: Member
) -> None:
    browser = signed_in(bob)
    actions.save_post(actor=bob, post=first(topic).public_id, at=now(), note="Của mình")
    Space.objects.filter(pk=space.pk).update(staff_only=True)
    page = browser.get("/vi/community/saved/").content.decode()
    assert topic.title not in page
    assert "Của mình" in page
    assert [row.readable for row in saved.saved_by(bob).rows] == [False]
    with pytest.raises(NotFound):
        actions.save_post(actor=bob, post=first(topic).public_id, at=now(), note="Khác")
    browser.post(f"/vi/community/posts/{first(topic).public_id}/save/note/", {"act": "remove"})
    assert not Bookmark.objects.exists()


def test_a_reminder_is_told_once_when_its_moment_has_come(topic: Topic, bob: Member) -> None:
    at = now()
    with pytest.raises(Invalid):
        actions.save_post(actor=bob, post=first(topic).public_id, at=at, note="", remind_at=at - timedelta(minutes=1))
    actions.save_post(actor=bob, post=first(topic).public_id, at=at, note="Mua cân", remind_at=at + timedelta(hours=1))
    actions.save_post(actor=bob, post=first(topic).public_id, at=at, note="Mua cân", remind_at=at + timedelta(hours=1))
    assert tasks.remind(at + timedelta(minutes=59)) == 0
    assert (tasks.remind(at + timedelta(hours=1)), tasks.remind(at + timedelta(hours=2))) == (1, 0)
    item = Notification.objects.get(member=bob, kind="reminder")
    assert item.args["note"] == "Mua cân"


def test_a_reminder_of_what_she_may_no_longer_read_is_not_told(topic: Topic, alice: Member, bob: Member) -> None:
    at = now()
    actions.save_post(actor=bob, post=first(topic).public_id, at=at, note="", remind_at=at + timedelta(hours=1))
    actions.hide_post(actor=alice, post=first(topic).public_id, at=at)
    assert tasks.remind(at + timedelta(hours=1)) == 0
    assert not Notification.objects.filter(kind="reminder").exists()


# ── Private feeds ───────────────────────────────────────────────────────────────────────────────────────────────
def test_a_new_key_ends_the_old_one_and_wrong_keys_run_out(client: Any, topic: Topic, bob: Member) -> None:
    actions.make_feed_key(actor=bob, at=now())
    old = feeds.feed_token(bob)
    path = "/vi/community/feeds/latest.rss?key="
    assert client.get(path + old).status_code == 200
    actions.make_feed_key(actor=bob, at=now())
    assert client.get(path + old).status_code == 404
    assert client.get(path + feeds.feed_token(bob)).status_code == 200
    codes = [client.get(f"{path}wrong{n}").status_code for n in range(5)]
    assert codes == [404] * 4 + [429]  # the old key was the first wrong one
    actions.end_feed_key(actor=bob, at=now())
    assert feeds.feed_token(bob) == ""


def test_a_feed_says_not_modified_until_something_changes(client: Any, topic: Topic, bob: Member) -> None:
    answer = client.get("/vi/community/feeds/latest.rss")
    known = {"HTTP_IF_NONE_MATCH": answer["ETag"]}
    assert client.get("/vi/community/feeds/latest.rss", **known).status_code == 304
    reply(bob, topic)
    assert client.get("/vi/community/feeds/latest.rss", **known).status_code == 200


def test_a_suspended_members_feed_is_closed(client: Any, topic: Topic, bob: Member) -> None:
    actions.make_feed_key(actor=bob, at=now())
    token = feeds.feed_token(bob)
    Member.objects.filter(pk=bob.pk).update(suspended_until=now() + timedelta(days=1))
    assert client.get(f"/vi/community/feeds/latest.rss?key={token}").status_code == 404

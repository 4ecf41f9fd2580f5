"""Behaviour 14, drafts: found again on another device; older words never overwrite newer; sending clears them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from community.forum import actions, tasks
from community.forum.models import Space, Topic
from community.forum.writing import Draft
from portal.accounts.models import Member
from portal.core.errors import Invalid
from portal.core.personal_data import data_types
from tests.community.forum.conftest import AT, new_key

pytestmark = pytest.mark.django_db


def save(client: Client, key: str, sequence: int, body: str, **more: str):
    return client.post(f"/vi/community/drafts/{key}/", {"sequence": sequence, "body": body, **more})


def test_behaviour_14_a_draft_is_found_again_on_another_device(signed_in, topic: Topic, bob: Member) -> None:
    phone, desk = signed_in(bob), signed_in(bob)
    assert save(phone, f"topic-{topic.public_id}", 1, "Viết dở trên xe").json()["sequence"] == 1
    assert desk.get(f"/vi/community/drafts/topic-{topic.public_id}/").json()["body"] == "Viết dở trên xe"
    assert "Viết dở trên xe" in desk.get(topic.get_absolute_url()).content.decode()  # without scripts, too


def test_behaviour_14_an_older_sequence_never_overwrites_a_newer(signed_in, topic: Topic, bob: Member) -> None:
    browser, key = signed_in(bob), f"topic-{topic.public_id}"
    save(browser, key, 5, "Lời mới")
    late = save(browser, key, 4, "Lời cũ đến muộn")
    assert (late.status_code, late.json()["body"]) == (409, "Lời mới")
    assert Draft.objects.get().body == "Lời mới"
    assert save(browser, key, 5, "Lời mới").status_code == 200  # the same once more


def test_behaviour_14_two_tabs_that_take_turns_are_warned(signed_in, topic: Topic, bob: Member) -> None:
    browser, key = signed_in(bob), f"topic-{topic.public_id}"
    assert save(browser, key, 1, "Từ tab một", tab="one").json()["other"] is False
    assert save(browser, key, 2, "Từ tab hai", tab="two").json()["other"] is True


def test_behaviour_14_sending_clears_the_draft_and_a_late_save_brings_nothing_back(
    signed_in, topic: Topic, bob: Member
) -> None:
    browser, key = signed_in(bob), f"topic-{topic.public_id}"
    save(browser, key, 3, "Lời sắp gửi")
    form = {"body": "Lời sắp gửi", "key": new_key(), "draft": "3"}
    assert browser.post(f"/vi/community/topics/{topic.public_id}/do/replies/", form).status_code == 302
    assert Draft.objects.get().body == ""
    assert save(browser, key, 4, "Lời sắp gửi").status_code == 409
    assert Draft.objects.get().body == ""


def test_a_refused_reply_keeps_its_draft(signed_in, topic: Topic, bob: Member) -> None:
    browser = signed_in(bob)
    save(browser, f"topic-{topic.public_id}", 1, "…")
    browser.post(f"/vi/community/topics/{topic.public_id}/do/replies/", {"body": "…", "key": new_key(), "draft": "1"})
    assert Draft.objects.get().body == "…"


def test_a_new_topic_and_an_edit_have_boxes_of_their_own(signed_in, space: Space, topic: Topic, alice: Member) -> None:
    browser = signed_in(alice)
    save(browser, "new-phin", 1, "Thân bài dở", title="Tên bài dở dang")
    page = browser.get("/vi/community/spaces/phin/new/").content.decode()
    assert "Thân bài dở" in page
    assert "Tên bài dở dang" in page
    form = {"title": "Tên bài dở dang", "body": "Thân bài dở", "key": new_key(), "draft": "1"}
    browser.post("/vi/community/spaces/phin/new/", form)
    assert Draft.objects.get(key="new-phin").body == ""


def test_nobody_reads_the_draft_of_another(signed_in, topic: Topic, alice: Member, bob: Member) -> None:
    save(signed_in(bob), f"topic-{topic.public_id}", 1, "Chỉ của Bob")
    assert signed_in(alice).get(f"/vi/community/drafts/topic-{topic.public_id}/").json()["body"] == ""
    assert Client().get(f"/vi/community/drafts/topic-{topic.public_id}/").status_code in (302, 401)


@pytest.mark.parametrize("key", ["x", "topic-", "other-abc", "topic-" + "a" * 80])
def test_a_box_that_does_not_exist_keeps_nothing(bob: Member, key: str) -> None:
    with pytest.raises(Invalid):
        actions.save_draft(actor=bob, key=key, body="Lời", sequence=1, at=AT)


def test_words_may_be_thrown_away(signed_in, topic: Topic, bob: Member) -> None:
    browser, key = signed_in(bob), f"topic-{topic.public_id}"
    save(browser, key, 2, "Bỏ đi")
    assert browser.post(f"/vi/community/drafts/{key}/", {"discard": "1"}).json()["body"] == ""
    assert save(browser, key, 3, "Bỏ đi").status_code == 409


def test_old_drafts_are_forgotten_after_180_days(bob: Member) -> None:
    actions.save_draft(actor=bob, key="new-phin", body="Lời", sequence=1, at=AT)
    tasks.forget_old_drafts(AT + timedelta(days=180))
    assert Draft.objects.count() == 1
    tasks.forget_old_drafts(AT + timedelta(days=181))
    assert Draft.objects.count() == 0


def test_drafts_are_exported_and_erased(bob: Member) -> None:
    actions.save_draft(actor=bob, key="new-phin", body="Lời chưa gửi", sequence=1, at=AT)
    kind = next(one for one in data_types() if one.name == "forum_drafts")
    assert kind.export(bob)[0]["body"] == "Lời chưa gửi"
    kind.erase(bob)  # type: ignore[misc]
    assert Draft.objects.count() == 0

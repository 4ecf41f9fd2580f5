"""Behaviour 13, edit conflicts: nothing is lost; and the versions that edits leave behind."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from community.forum import actions
from community.forum.differences import differences
from community.forum.models import Post, Topic
from community.forum.writing import PostRevision
from community.logbook.models import ModerationEntry
from portal.accounts.models import Member
from portal.core.errors import Conflict, Forbidden, Invalid, NotFound
from tests.community.forum.conftest import AT, BODY, first, reply
from tests.helpers.queries import assert_num_queries_constant

pytestmark = pytest.mark.django_db
LATER = AT + timedelta(hours=1)


def edit(actor: Member, post: Post, body: str, revision: int = 1, **more):
    given = {"at": LATER, "limited": False} | more
    return actions.edit_post(actor=actor, post=post.public_id, body=body, revision=revision, **given)


def test_behaviour_13_of_two_edits_from_one_revision_the_second_gets_both_texts(topic: Topic, alice: Member) -> None:
    post = first(topic)
    edit(alice, post, "Bản của điện thoại")
    with pytest.raises(Conflict) as refusal:
        edit(alice, post, "Bản của máy bàn")
    assert refusal.value.status == 409
    assert refusal.value.details == {"mine": "Bản của máy bàn", "theirs": "Bản của điện thoại", "revision": 2}
    edit(alice, post, "Bản gộp cả hai", revision=2, at=LATER + timedelta(hours=1))
    assert [row.source for row in post.revisions.order_by("number")] == [BODY, "Bản của điện thoại"]


def test_behaviour_13_a_moderator_beats_the_author_only_after_confirming(
    signed_in, topic: Topic, alice: Member, mod: Member
) -> None:
    post, browser = first(topic), signed_in(mod)
    address = f"/vi/community/posts/{post.public_id}/edit/"
    assert browser.get(address).status_code == 200
    edit(alice, post, "Tác giả vừa sửa")
    form = {"body": "Người giữ nhà sửa", "title": topic.title, "revision": 1, "reason": "Bỏ số điện thoại"}
    for _stubborn in range(2):  # sending the same again is no confirmation
        page = browser.post(address, form)
        assert page.status_code == 409
        text = page.content.decode()
        assert "Tác giả vừa sửa" in text
        assert "Người giữ nhà sửa" in text
        assert 'name="over" value="2"' in text
        assert first(topic).source == "Tác giả vừa sửa"
    assert browser.post(address, {**form, "over": 2}).status_code == 302
    assert first(topic).source == "Người giữ nhà sửa"
    assert "Tác giả vừa sửa" in [row.source for row in post.revisions.all()]


def test_a_moderators_edit_needs_a_reason_is_logged_and_leaves_a_version_at_once(
    topic: Topic, alice: Member, bob: Member, mod: Member
) -> None:
    post = first(topic)
    with pytest.raises(Invalid):
        edit(mod, post, "Sửa", at=AT)
    with pytest.raises(Forbidden):
        edit(bob, post, "Sửa của người khác")
    edit(mod, post, "Không còn số điện thoại", at=AT + timedelta(seconds=5), reason="Bỏ số điện thoại")
    row = PostRevision.objects.get()
    assert (row.written_by, row.replaced_by, row.reason) == (alice, mod, "Bỏ số điện thoại")
    assert ModerationEntry.objects.get(act="edit_post").reason == "Bỏ số điện thoại"
    edit(alice, post, "Tác giả viết lại", revision=2, at=AT + timedelta(seconds=9))
    assert PostRevision.objects.count() == 2  # the moderator's words were not her own slip of the pen


def test_behaviour_13_an_edit_that_races_with_a_removal_finds_nothing(
    topic: Topic, alice: Member, bob: Member, mod: Member
) -> None:
    post = reply(bob, topic)
    actions.hide_post(actor=mod, post=post.public_id, reason="Quảng cáo", at=AT)
    for actor in (bob, mod):
        with pytest.raises(NotFound):
            edit(actor, post, "Sửa muộn", reason="Muộn")


def test_five_minutes_of_grace_leave_no_version_and_do_not_chain(topic: Topic, alice: Member) -> None:
    post = first(topic)
    edit(alice, post, "Sửa lỗi gõ", at=AT + timedelta(minutes=4))
    assert PostRevision.objects.count() == 0
    assert first(topic).edited_at is not None
    edit(alice, post, "Sửa nữa", revision=2, at=AT + timedelta(minutes=5, seconds=1))
    assert PostRevision.objects.get().source == "Sửa lỗi gõ"
    edit(alice, post, "Vội sửa tiếp", revision=3, at=AT + timedelta(minutes=6))
    assert PostRevision.objects.count() == 1


def test_the_history_shows_who_changed_what_and_when(client: Client, topic: Topic, alice: Member) -> None:
    post = first(topic)
    edit(alice, post, BODY.replace("hai phút", "ba phút"), title="Phin chảy chậm quá, cà phê đắng")
    text = client.get(f"/vi/community/posts/{post.public_id}/history/").content.decode()
    assert "<del>hai</del>" in text
    assert "<ins>ba</ins>" in text
    assert "Phin chảy chậm quá" in text
    assert text.count('class="version"') == 2
    assert f"/vi/community/posts/{post.public_id}/history/" in client.get(
        topic.get_absolute_url()
    ).content.decode() or ("history" in client.get(Topic.objects.get().get_absolute_url()).content.decode())


def test_the_history_is_for_readers_of_the_post(
    client: Client, signed_in, topic: Topic, bob: Member, mod: Member
) -> None:
    post = reply(bob, topic)
    edit(bob, post, "Bản thứ hai")
    address = f"/vi/community/posts/{post.public_id}/history/"
    actions.hide_post(actor=mod, post=post.public_id, reason="Quảng cáo", at=LATER)
    assert client.get(address).status_code == 404
    assert signed_in(bob).get(address).status_code == 200


def test_a_hidden_version_is_read_by_moderators_alone(
    client: Client, signed_in, topic: Topic, bob: Member, mod: Member
) -> None:
    post = reply(bob, topic, "Gọi tôi số 0901234567")
    edit(bob, post, "Gọi tôi nhé")
    address = f"/vi/community/posts/{post.public_id}/history/"
    with pytest.raises(Forbidden):
        actions.hide_version(actor=bob, post=post.public_id, number=1, reason="Số riêng", at=LATER)
    assert signed_in(bob).post(f"{address}1/", {"reason": "Số riêng"}).status_code == 403
    assert signed_in(mod).post(f"{address}1/", {"reason": "Số riêng"}).status_code == 302
    for reader in (client, signed_in(bob)):
        assert "0901234567" not in reader.get(address).content.decode()
    assert "0901234567" in signed_in(mod).get(address).content.decode()
    assert ModerationEntry.objects.filter(act="hide_version").count() == 1
    signed_in(mod).post(f"{address}1/", {"reason": "Không sao", "show": "1"})
    assert "0901234567" in client.get(address).content.decode()


def test_differences_are_words_and_stay_quick_for_long_texts() -> None:
    runs = [(one.kind, one.text) for one in differences("một hai ba", "một bốn ba")]
    assert runs == [("same", "một "), ("removed", "hai"), ("added", "bốn"), ("same", " ba")]
    long = differences("a b " * 5000, "b a " * 5000)
    assert "".join(one.text for one in long if one.kind != "removed") == "b a " * 5000


def test_the_history_costs_the_same_for_one_version_and_for_many(signed_in, topic: Topic, alice: Member) -> None:
    post, browser = first(topic), signed_in(alice)
    edit(alice, post, "Bản thứ hai")

    def grow() -> None:
        for number in range(2, 9):
            edit(alice, post, f"Bản thứ {number + 1}", revision=number, at=LATER + timedelta(hours=number))

    assert_num_queries_constant(lambda: browser.get(f"/vi/community/posts/{post.public_id}/history/").content, grow)

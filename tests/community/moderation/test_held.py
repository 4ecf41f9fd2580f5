"""Behaviour 19: held words are an item of their own until a moderator has read them."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from community.forum import counters
from community.forum.actions import post_reply, start_topic
from community.forum.models import Post, Space, Topic
from community.logbook.models import ModerationEntry
from community.moderation import actions
from community.moderation.models import Case, FilterRule, Held
from portal.accounts.models import Member
from portal.core.errors import Conflict, Forbidden, NotFound, Waits
from portal.events.models import DomainEvent
from tests.community.moderation.conftest import AT, inbox, new_key, settle
from tests.helpers.races import run_parallel

pytestmark = pytest.mark.django_db
LINK = "Xem thử ở https://quang-cao.example/mua nhé mọi người"


def hold(actor: Member, topic: Topic, body: str = LINK, key: str = "") -> Held:
    with pytest.raises(Waits) as waits:
        post_reply(actor=actor, topic=topic.public_id, body=body, key=key or new_key(), at=AT)
    return Held.objects.get(public_id=waits.value.details["held"])


def case_of(held: Held) -> Case:
    return Case.objects.get(kind="held", subject=f"held:{held.pk}")


def test_behaviour_19_a_newcomers_link_waits_and_is_seen_by_author_and_moderators_only(
    topic: Topic, alice: Member, bob: Member, charlie: Member, mod: Member, signed_in: Any
) -> None:
    before = DomainEvent.objects.count()
    held = hold(bob, topic)
    topic.refresh_from_db()
    assert (Post.objects.count(), topic.reply_count, topic.next_number) == (1, 0, 2)
    assert DomainEvent.objects.count() == before
    assert counters.drift() == []
    assert (inbox(alice), inbox(mod)) == ([], ["to_moderate"])
    url = f"/vi/moderation/waiting/{held.public_id}/"
    own = signed_in(bob).get(url).content.decode()
    assert "Đang chờ duyệt" in own
    assert "quang-cao.example" in own
    assert signed_in(mod).get(url).status_code == 200
    assert signed_in(charlie).get(url).status_code == 404
    assert Client().get(url).status_code == 302
    assert "quang-cao.example" in signed_in(bob).get(topic.get_absolute_url()).content.decode()
    for other in (alice, charlie):
        assert "quang-cao.example" not in signed_in(other).get(topic.get_absolute_url()).content.decode()


def test_behaviour_19_approval_publishes_once_with_notifications(
    topic: Topic, alice: Member, bob: Member, mod: Member
) -> None:
    held = hold(bob, topic, key="mot-khoa")
    settle(mod, case_of(held), "published", "")
    held.refresh_from_db()
    post = Post.objects.get(author=bob)
    assert (held.state, held.post, post.key) == ("published", post, "mot-khoa")
    with pytest.raises(Conflict):
        settle(mod, case_of(held), "published", "")
    # The author's page sends it once more: the same key brings the same post.
    again = post_reply(actor=bob, topic=topic.public_id, body=held.source, key="mot-khoa", at=AT)
    assert again.pk == post.pk
    assert (inbox(alice), inbox(bob)) == (["reply"], ["held_settled"])
    assert list(ModerationEntry.objects.values_list("act", flat=True)) == ["publish_held"]
    assert counters.drift() == []


def test_behaviour_19_rejection_tells_why_and_leaves_nothing(
    topic: Topic, alice: Member, bob: Member, mod: Member
) -> None:
    held = hold(bob, topic)
    settle(mod, case_of(held), "rejected", "Đây là quảng cáo")
    held.refresh_from_db()
    assert (held.state, held.reason, Post.objects.count()) == ("rejected", "Đây là quảng cáo", 1)
    assert (inbox(alice), inbox(bob)) == ([], ["held_settled"])


def test_behaviour_19_editing_while_queued_keeps_one_item(topic: Topic, bob: Member, mod: Member) -> None:
    held = hold(bob, topic)
    seen = case_of(held).version
    actions.change_held(actor=bob, held=held.public_id, title="", body="Thôi, không để liên kết nữa", at=AT)
    assert (Held.objects.count(), Case.objects.count()) == (1, 1)
    with pytest.raises(Conflict):
        settle(mod, case_of(held), "published", "", version=seen)
    settle(mod, case_of(held), "published", "")
    assert Post.objects.get(author=bob).source == "Thôi, không để liên kết nữa"
    with pytest.raises(Conflict):
        actions.change_held(actor=bob, held=held.public_id, title="", body="Quá muộn rồi", at=AT)


def test_a_topic_waits_and_is_opened_whole(space: Space, bob: Member, mod: Member) -> None:
    given = {
        "space": "phin",
        "title": "Chỗ này bán phin đẹp",
        "body": LINK,
        "tags": ["phin"],
        "key": new_key(),
        "at": AT,
    }
    with pytest.raises(Waits):
        start_topic(actor=bob, **given)
    assert Topic.objects.count() == 0
    settle(mod, Case.objects.get(), "published", "")
    topic = Topic.objects.get()
    tags = list(topic.tags.values_list("name", flat=True))
    assert (topic.title, tags, topic.author) == ("Chỗ này bán phin đẹp", ["phin"], bob)


def test_the_author_takes_waiting_words_back_and_others_cannot_touch_them(
    topic: Topic, bob: Member, charlie: Member, mod: Member
) -> None:
    held = hold(bob, topic)
    for act in (
        lambda: actions.withdraw_held(actor=charlie, held=held.public_id, at=AT),
        lambda: actions.change_held(actor=mod, held=held.public_id, title="", body="Lời khác", at=AT),
    ):
        with pytest.raises(NotFound):
            act()
    actions.withdraw_held(actor=bob, held=held.public_id, at=AT)
    assert case_of(held).outcome == "withdrawn"
    with pytest.raises(Conflict):
        settle(mod, case_of(held), "published", "")


@pytest.mark.parametrize("level", [1, 4])
def test_who_is_trusted_writes_links_at_once(topic: Topic, bob: Member, level: int) -> None:
    bob.trust_level = level
    assert post_reply(actor=bob, topic=topic.public_id, body=LINK, key=new_key(), at=AT).number == 2


def test_the_fourth_post_of_a_newcomer_and_links_of_the_house_do_not_wait(
    topic: Topic, bob: Member, mod: Member, settings: Any
) -> None:
    for n in range(3):
        post_reply(actor=bob, topic=topic.public_id, body=f"Lời thứ {n} không có gì lạ", key=new_key(), at=AT)
    post_reply(actor=bob, topic=topic.public_id, body=LINK, key=new_key(), at=AT)
    post_reply(actor=mod, topic=topic.public_id, body=LINK, key=new_key(), at=AT)
    assert Held.objects.count() == 0


def test_links_into_the_house_do_not_wait(topic: Topic, bob: Member, settings: Any) -> None:
    settings.SITE_URL = "https://may.example"
    body = "Đọc ở https://may.example/vi/stories/ ấy"
    assert post_reply(actor=bob, topic=topic.public_id, body=body, key=new_key(), at=AT).number == 2


def test_the_page_leads_to_the_waiting_words(topic: Topic, bob: Member, signed_in: Any) -> None:
    url = f"/vi/community/topics/{topic.public_id}/do/replies/"
    plain = signed_in(bob).post(url, {"body": LINK, "key": "a"})
    held = Held.objects.get()
    place = f"/vi/moderation/waiting/{held.public_id}/"
    assert (plain.status_code, plain["Location"]) == (302, place)
    again = signed_in(bob).post(url, {"body": LINK, "key": "a"}, headers={"HX-Request": "true"})
    assert (again.status_code, again["HX-Redirect"]) == (204, place)
    assert Held.objects.count() == 1


def test_publishing_into_a_closed_topic_is_refused_and_the_item_stays(topic: Topic, bob: Member, mod: Member) -> None:
    held = hold(bob, topic)
    Topic.objects.update(locked=True)
    with pytest.raises(Forbidden):
        settle(mod, case_of(held), "published", "")
    held.refresh_from_db()
    assert (held.state, case_of(held).outcome) == ("waiting", "")


@pytest.mark.both_databases
@pytest.mark.django_db(transaction=True)
def test_behaviour_19_publishing_at_once_makes_one_post(
    topic: Topic, bob: Member, mod: Member, second_mod: Member
) -> None:
    held = hold(bob, topic)
    case = case_of(held)
    race = run_parallel(lambda n: settle((mod, second_mod)[n % 2], case, "published", "", version=case.version).pk, 6)
    assert race.error_types() == {"Conflict": 5}
    assert Post.objects.filter(author=bob).count() == 1
    assert counters.drift() == []


@pytest.mark.both_databases
@pytest.mark.django_db(transaction=True)
def test_one_item_for_a_key_sent_many_times(topic: Topic, bob: Member) -> None:
    def send(n: int) -> None:
        post_reply(actor=bob, topic=topic.public_id, body=LINK, key="k", at=AT)

    race = run_parallel(send, 8)
    assert race.error_types() == {"Waits": 8}
    assert (Held.objects.count(), Case.objects.count()) == (1, 1)


def test_a_rule_of_the_filter_makes_words_wait(topic: Topic, bob: Member) -> None:
    FilterRule.objects.create(pattern="lừa đảo", action="hold", changed_at=AT)
    bob.trust_level = 3
    assert hold(bob, topic, "Chỗ đó lừa đảo đấy").why == "filter"

"""Sanctions and appeals: what ends at once, what is told, who looks again (behaviours 6 and 7)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django.test import Client

from badges import api as badges
from community.forum import actions as forum
from community.forum.models import Post, Topic
from community.logbook.models import ModerationEntry
from community.moderation import actions
from community.moderation.models import Case, Sanction
from portal.accounts.models import Member
from portal.core.clock import now
from portal.core.errors import Conflict, Forbidden, Invalid, NotFound
from portal.events import relay
from tests.community.forum.conftest import react, reply
from tests.community.moderation.conftest import AT, case_of, inbox, make_room, report, say, settle
from tests.portal.realtime.conftest import tab  # noqa: F401

pytestmark = pytest.mark.django_db


def give(actor: Member, member: Member, kind: str = "silence", **more: Any) -> Sanction:
    given = {"template": "rude", "reason": "Nói nặng lời với người mới", "hours": 24, "at": AT} | more
    return actions.sanction(actor=actor, member=member.public_id, kind=kind, **given)


def test_a_silenced_member_reads_along_and_hears_why(topic: Topic, bob: Member, mod: Member, signed_in: Any) -> None:
    made = give(mod, bob, at=now())
    bob.refresh_from_db()
    with pytest.raises(Forbidden) as refused:
        forum.post_reply(actor=bob, topic=topic.public_id, body="Một lời nữa", key="k", at=now())
    assert refused.value.code == "muted"
    assert signed_in(bob).get(topic.get_absolute_url()).status_code == 200
    page = signed_in(bob).get(f"/vi/moderation/decisions/{made.public_id}/").content.decode()
    assert "Nói nặng lời với người mới" in page
    assert "ngồi cùng bàn với bạn" in page
    assert (
        "as one talks at a friend&#x27;s table"
        in signed_in(bob).get(f"/en/moderation/decisions/{made.public_id}/").content.decode()
    )
    assert inbox(bob) == ["sanction"]
    assert list(ModerationEntry.objects.values_list("act", "member", "reason")) == [
        ("silence", bob.pk, "Nói nặng lời với người mới")
    ]


def test_a_suspension_ends_sessions_and_a_reminder_ends_nothing(bob: Member, mod: Member) -> None:
    from allauth.usersessions.models import UserSession

    from tests.helpers.sessions import enter

    client = enter(Client(), bob)
    UserSession.objects.create(user=bob, session_key=client.session.session_key, ip="127.0.0.1", user_agent="x")
    give(mod, bob, "warn", hours=None)
    assert UserSession.objects.filter(user=bob).count() == 1
    give(mod, bob, "suspend")
    bob.refresh_from_db()
    assert bob.suspended_until == AT + timedelta(hours=24)
    assert UserSession.objects.filter(user=bob).count() == 0


def test_the_longest_of_several_counts_and_lifting_gives_back_only_what_nothing_else_takes(
    bob: Member, mod: Member
) -> None:
    short, long = give(mod, bob, hours=1), give(mod, bob, hours=72, reason="Lại lần nữa")
    bob.refresh_from_db()
    assert bob.muted_until == AT + timedelta(hours=72)
    actions.lift(actor=mod, sanction=long.public_id, reason="Đã xin lỗi", at=AT)
    bob.refresh_from_db()
    assert bob.muted_until == AT + timedelta(hours=1)
    actions.lift(actor=mod, sanction=short.public_id, reason="Đã xin lỗi", at=AT)
    actions.lift(actor=mod, sanction=short.public_id, reason="Lần nữa", at=AT)
    bob.refresh_from_db()
    assert bob.muted_until is None
    assert list(ModerationEntry.objects.order_by("pk").values_list("act", flat=True)) == [
        "silence", "silence", "lift_silence", "lift_silence",
    ]  # fmt: skip


def test_sent_twice_it_is_one(bob: Member, mod: Member) -> None:
    assert give(mod, bob).pk == give(mod, bob).pk
    assert Sanction.objects.count() == 1


def test_people_of_the_house_and_oneself_are_not_sanctioned_and_members_sanction_nobody(
    alice: Member, bob: Member, mod: Member, manager: Member
) -> None:
    for actor, member, refusal in ((mod, manager, Forbidden), (mod, mod, Forbidden), (alice, bob, NotFound)):
        with pytest.raises(refusal):
            give(actor, member)
    for hours in (None, 0, 24 * 366):
        with pytest.raises(Invalid):
            give(mod, bob, hours=hours)
    assert Sanction.objects.count() == 0


# ── Open sockets ────────────────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.django_db(transaction=True)
async def test_behaviour_06_a_silence_reaches_open_sockets_at_once(tab: Any) -> None:
    bob, mod, room = await sync_to_async(_cast)()
    page = await tab(bob)
    assert (await page.sub(f"room:{room.pk}"))["t"] == "ok"
    await sync_to_async(give)(mod, bob, at=now())
    await page.send({"t": "send", "s": f"room:{room.pk}", "text": "Vẫn nói", "key": "k1"})
    refused = await page.next("error", seconds=30)
    assert refused["code"] == "muted"
    assert "chưa" in refused["message"] or "không" in refused["message"]


@pytest.mark.django_db(transaction=True)
async def test_behaviour_06_a_suspension_closes_open_sockets_at_once(tab: Any) -> None:
    bob, mod, room = await sync_to_async(_cast)()
    page = await tab(bob)
    assert (await page.sub(f"room:{room.pk}"))["t"] == "ok"
    await sync_to_async(give)(mod, bob, "suspend", at=now())
    assert await page.close_code(seconds=30) in (4401, 4403)  # its minute has not come


def _cast() -> tuple[Member, Member, Any]:
    from tests.factories.portal import make_member, make_staff

    bob = make_member("Vũ Tiến Bob", email="bob@thu.example")
    mod = make_staff("Đỗ Minh Mod", email="mod@thu.example", role="moderator", group="Moderators")
    return bob, mod, make_room()


# ── Appeals ─────────────────────────────────────────────────────────────────────────────────────────────────────
def ask(member: Member, kind: str, public_id: str, words: str = "Tôi chỉ kể lại chuyện nhà", **more: Any) -> Case:
    return actions.appeal(actor=member, kind=kind, public_id=public_id, words=words, at=more.get("at", AT))


def test_behaviour_07_an_appeal_that_is_right_brings_words_and_points_back(
    topic: Topic, alice: Member, bob: Member, mod: Member, second_mod: Member
) -> None:
    words = reply(bob, topic, "Ủ bột trước đã")
    react(alice, words)
    relay.drain()
    before = badges.balance(bob.pk)
    forum.hide_post(actor=mod, post=words.public_id, reason="Quảng cáo", at=AT)
    relay.drain()
    assert badges.balance(bob.pk) != before
    assert "words_hidden" in inbox(bob)
    case = ask(bob, "post", words.public_id)
    with pytest.raises(Forbidden) as own:
        settle(mod, case, "overturned")
    assert own.value.code == "own_decision"
    settle(second_mod, case, "overturned", "Đúng là không phải quảng cáo")
    relay.drain()
    words.refresh_from_db()
    assert words.hidden_at is None
    assert badges.balance(bob.pk) == before
    assert "appeal_settled" in inbox(bob)
    assert "words_hidden" not in inbox(bob)
    acts = list(ModerationEntry.objects.order_by("pk").values_list("act", flat=True))
    assert acts == ["hide_post", "restore_post"]


def test_an_appeal_against_a_suspension_is_open_to_the_suspended_and_lifts_it(
    bob: Member, mod: Member, second_mod: Member, signed_in: Any
) -> None:
    made = give(mod, bob, "suspend", at=now())
    url = f"/vi/moderation/appeal/sanction/{made.public_id}/"
    assert signed_in(bob).post(url, {"words": "Tôi nghĩ có nhầm lẫn"}).status_code == 302
    assert "Bạn đã xin xem lại" in signed_in(bob).get(url).content.decode()
    settle(second_mod, Case.objects.get(kind="appeal"), "overturned", "Nhầm người", at=now())
    bob.refresh_from_db()
    made.refresh_from_db()
    assert (bob.suspended_until, made.lifted_reason) == (None, "Nhầm người")
    assert "Nhầm người" in signed_in(bob).get(f"/vi/moderation/decisions/{made.public_id}/").content.decode()


def test_an_upheld_appeal_changes_nothing_and_is_not_heard_twice(bob: Member, mod: Member, second_mod: Member) -> None:
    made = give(mod, bob)
    case = ask(bob, "sanction", made.public_id)
    settle(second_mod, case, "upheld", "Đã đọc cả câu chuyện")
    bob.refresh_from_db()
    assert bob.muted_until is not None
    with pytest.raises(Conflict) as again:
        ask(bob, "sanction", made.public_id)
    assert again.value.code == "appealed"


def test_only_the_one_concerned_appeals_and_only_against_a_decision(
    topic: Topic, post: Post, alice: Member, bob: Member, mod: Member
) -> None:
    made = give(mod, bob)
    for member, kind, key in (
        (alice, "sanction", made.public_id), (bob, "post", post.public_id), (alice, "post", post.public_id),
        (bob, "nonsense", post.public_id),
    ):  # fmt: skip
        with pytest.raises(NotFound):
            ask(member, kind, key)
    forum.hide_post(actor=bob, post=post.public_id, at=AT)
    with pytest.raises(NotFound):
        ask(bob, "post", post.public_id)


def test_words_hidden_by_reports_can_be_appealed_against_by_any_moderator(post: Post, bob: Member, mod: Member) -> None:
    from tests.community.moderation.conftest import reporters

    for member in reporters(9):
        report(member, post)
    settle(mod, ask(bob, "post", post.public_id), "overturned")
    post.refresh_from_db()
    assert post.hidden_at is None
    assert case_of(post).kind == "appeal"


def test_a_removed_message_comes_back_after_an_appeal(bob: Member, mod: Member, second_mod: Member) -> None:
    from community.chat.actions import remove_message

    message = say(bob, make_room())
    remove_message(actor=mod, message_id=message.pk, at=AT, reason="Lạc đề")
    settle(second_mod, ask(bob, "message", message.public_id), "overturned")
    message.refresh_from_db()
    assert message.removed_at is None
    acts = list(ModerationEntry.objects.order_by("pk").values_list("act", flat=True))
    assert acts == ["remove_message", "restore_message"]

"""Behaviour 12: one table of limits by trust level for pages and sockets; and how trust levels are earned and lost."""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from typing import Any

import pytest

from community.chat.broadcasts import on_send
from community.forum.actions import post_reply
from community.forum.models import Post, ReadMark, Topic
from community.logbook.models import ModerationEntry
from community.moderation import actions, trust
from portal.accounts import pace
from portal.accounts.models import Member
from portal.core.errors import Forbidden, TooMany
from tests.community.forum.conftest import start
from tests.community.moderation.conftest import AT, make_room, new_key
from tests.factories.portal import make_member

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("one_window")]


@pytest.mark.parametrize("level", [0, 1, 4])
@pytest.mark.parametrize("act", sorted(pace.TABLE))
def test_behaviour_12_exactly_n_pass_and_the_next_is_refused(act: str, level: int) -> None:
    member = make_member(trust_level=level)
    allowed = min(times for times, _seconds in pace.most(act, level))
    for _ in range(allowed):
        pace.spend(act, member, places=("1",))
    with pytest.raises(TooMany) as refused:
        pace.spend(act, member, places=("1",))
    assert 1 <= refused.value.retry_after <= 86_400


@pytest.mark.parametrize("act", sorted(pace.TABLE))
def test_no_level_may_do_less_than_the_one_below(act: str) -> None:
    for row in pace.TABLE[act]:
        assert list(row.most) == sorted(row.most)


def test_behaviour_12_staff_are_exempt_by_name(mod: Member, manager: Member) -> None:
    for member in (mod, manager):
        for _ in range(200):
            pace.spend("message", member, places=("1",))


def test_behaviour_12_the_limit_is_shared_by_page_and_socket(bob: Member, signed_in: Any) -> None:
    room = make_room()
    browser, most = signed_in(bob), pace.most("message", 0)[0][0]
    for number in range(most):
        if number % 2:
            on_send(bob, room.pk, {"text": f"Lời {number}", "key": new_key()}, AT)
        else:
            assert (
                browser.post(f"/vi/chat/{room.code}/send/", {"text": f"Lời {number}", "key": new_key()}).status_code
                == 302
            )
    with pytest.raises(TooMany):
        on_send(bob, room.pk, {"text": "Thêm một", "key": new_key()}, AT)
    json = browser.post(
        f"/vi/chat/{room.code}/send/", {"text": "Thêm một", "key": new_key()}, headers={"Accept": "application/json"}
    )
    assert (json.status_code, 1 <= int(json["Retry-After"]) <= 30) == (429, True)


def test_behaviour_12_a_refused_reply_keeps_its_words_and_says_the_seconds(
    topic: Topic, bob: Member, signed_in: Any
) -> None:
    for n in range(pace.most("reply", 0)[0][0]):
        post_reply(actor=bob, topic=topic.public_id, body=f"Lời {n}", key=new_key(), at=AT)
    slow = signed_in(bob).post(
        f"/vi/community/topics/{topic.public_id}/do/replies/", {"body": "Lời được giữ lại", "key": new_key()}
    )
    assert slow.status_code == 429
    assert "Lời được giữ lại" in slow.content.decode()
    assert "giây" in slow.content.decode()


# ── Trust levels ────────────────────────────────────────────────────────────────────────────────────────────────
def counted(**numbers: int) -> dict[str, int]:
    return defaultdict(int, numbers)


def whole(level: int, share: float = 1.0) -> dict[str, int]:
    """Exactly what a level and those below it ask for."""
    needs = {need.count: need.least for step in range(1, level + 1) for need in trust.LADDER[step]}
    shared = {need.count for need in trust.LADDER.get(3, ())} if level == 3 else set()
    return counted(**{name: int(least * share + 0.999) if name in shared else least for name, least in needs.items()})


@pytest.mark.parametrize("level", [1, 2, 3])
def test_each_level_is_reached_exactly_at_what_it_asks(level: int) -> None:
    def reached(numbers: dict[str, int]) -> int:
        return trust.level_for(numbers, now=0, since=None, held_back=False, at=AT)

    assert reached(whole(level)) == level
    for need in trust.LADDER[level]:
        assert reached(counted(**{**whole(level), need.count: need.least - 1})) == level - 1


def test_level_three_is_lost_below_nine_tenths_after_its_grace() -> None:
    most, less = whole(3, 0.9), whole(3, 0.6)
    old = AT - timedelta(days=15)
    assert trust.level_for(most, now=3, since=old, held_back=False, at=AT) == 3
    assert trust.level_for(less, now=3, since=old, held_back=False, at=AT) == 2
    assert trust.level_for(less, now=3, since=AT - timedelta(days=13), held_back=False, at=AT) == 3
    assert trust.level_for(whole(3), now=3, since=old, held_back=True, at=AT) == 2


def test_levels_one_and_two_are_never_lost() -> None:
    assert trust.level_for(counted(), now=2, since=None, held_back=True, at=AT) == 2


def test_the_daily_reckoning_raises_whom_it_should_and_leaves_those_set_by_hand(
    topic: Topic, alice: Member, bob: Member, charlie: Member, mod: Member
) -> None:
    topics = [topic, *(start(alice, title=f"Một chuyện khác số {n}") for n in range(4))]
    for member in (bob, charlie):
        for one in topics:
            ReadMark.objects.create(topic=one, member=member, last_number=6, at=AT)
    actions.set_trust(actor=mod, member=charlie.public_id, level=0, reason="Để xem thêm", at=AT)
    assert actions.reckon(at=AT) == 1
    assert actions.reckon(at=AT) == 0
    levels = dict(Member.objects.filter(pk__in=[bob.pk, charlie.pk]).values_list("pk", "trust_level"))
    assert levels == {bob.pk: 1, charlie.pk: 0}
    assert ModerationEntry.objects.get().act == "set_trust"


def test_a_level_is_seen_by_oneself_and_moderators_only(
    bob: Member, charlie: Member, mod: Member, signed_in: Any
) -> None:
    Member.objects.filter(pk=bob.pk).update(trust_level=3)
    assert "Mức tin cậy" in signed_in(bob).get("/vi/moderation/mine/").content.decode()
    assert "Mức tin cậy" in signed_in(mod).get(f"/vi/moderation/people/{bob.public_id}/").content.decode()
    assert signed_in(charlie).get(f"/vi/moderation/people/{bob.public_id}/").status_code == 404
    assert "Mức tin cậy" not in signed_in(charlie).get(f"/vi/people/{bob.public_id}/").content.decode()
    with pytest.raises(Forbidden):
        actions.set_trust(actor=mod, member=mod.public_id, level=4, reason="Cho mình", at=AT)
    assert Post.objects.count() == 0

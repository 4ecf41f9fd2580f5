"""Newcomers' links: the same measure for new words and for every change of what stands."""

from __future__ import annotations

from typing import Any

import pytest

from community.forum import actions as forum
from community.forum.models import Topic
from community.moderation.models import Held
from portal.accounts.models import Member
from portal.core.errors import Invalid, Waits
from portal.core.ids import public_id as new_public_id
from tests.community.moderation.conftest import AT, inbox, new_key, reply, settle
from tests.community.moderation.test_waiting_everywhere import Spot, case_of, room, spots, wait  # noqa: F401
from tests.factories.portal import make_member

pytestmark = pytest.mark.django_db
LINK = "Xem https://quang-cao.example/mua nhé"


@pytest.mark.parametrize("place", ["edit", "profile", "name"])
def test_a_newcomers_change_that_adds_a_link_waits_as_her_new_words_would_and_what_stood_stands_on(
    spots: dict[str, Spot], place: str, bob: Member, mod: Member, charlie: Member, signed_in: Any
) -> None:
    spot = spots[place]
    before = spot.stands()
    held = wait(spot, LINK)
    assert (held.why, spot.stands(), inbox(mod)) == ("newcomer_link", before, ["to_moderate"])
    page = signed_in(charlie).get(spot.page).content.decode()
    assert "quang-cao.example" not in page
    assert before in page
    assert (
        "Những lời đầu tiên của người mới"
        in signed_in(bob).get(f"/vi/moderation/waiting/{held.public_id}/").content.decode()
    )
    settle(mod, case_of(held), "published", "")
    assert spot.stands() == LINK


@pytest.mark.parametrize("place", ["edit", "profile", "name"])
def test_who_is_trusted_adds_links_at_once(spots: dict[str, Spot], place: str, bob: Member) -> None:
    Member.objects.filter(pk=bob.pk).update(trust_level=1)
    bob.refresh_from_db()
    spots[place].write(LINK)
    assert (spots[place].stands(), Held.objects.count()) == (LINK, 0)


def test_a_link_that_was_read_once_is_not_read_again_but_a_second_one_is(
    spots: dict[str, Spot], bob: Member, mod: Member
) -> None:
    spot = spots["edit"]
    settle(mod, case_of(wait(spot, LINK)), "published", "")
    spot.write(f"{LINK}, rất hay")
    assert spot.stands() == f"{LINK}, rất hay"
    wait(spot, f"{LINK} và https://quang-cao.example/ban")


def test_the_post_that_is_changed_does_not_count_among_a_newcomers_first_three(
    spots: dict[str, Spot], topic: Topic, bob: Member
) -> None:
    reply(bob, topic, "Lời thứ hai của Bob.")
    third = reply(bob, topic, "Lời thứ ba của Bob.")
    with pytest.raises(Waits):
        forum.edit_post(actor=bob, post=third.public_id, body=LINK, revision=1, at=AT)
    reply(bob, topic, "Lời thứ tư của Bob.")
    forum.edit_post(actor=bob, post=third.public_id, body=LINK, revision=1, at=AT)
    third.refresh_from_db()
    assert third.source == LINK


def test_a_newcomers_title_that_comes_to_lead_elsewhere_waits_too(space: Any, bob: Member) -> None:
    made = forum.start_topic(
        actor=bob, space=space.code, title="Hỏi về cách rang", body="Mọi người rang thế nào?", key=new_key(), at=AT
    )  # fmt: skip
    opening = made.posts.get(number=1)
    with pytest.raises(Waits):
        forum.edit_post(
            actor=bob, post=opening.public_id, body=opening.source, revision=1, at=AT,
            title="Xem https://quang-cao.example nhé",
        )  # fmt: skip
    made.refresh_from_db()
    assert made.title == "Hỏi về cách rang"


@pytest.mark.parametrize("place", ["message", "reword"])
def test_a_message_and_its_change_are_read_by_one_measure(spots: dict[str, Spot], place: str) -> None:
    spots[place].write(LINK)
    assert (Held.objects.count(), LINK in spots[place].stands()) == (0, True)


def test_a_change_names_and_shows_no_more_than_new_words_may(spots: dict[str, Spot], topic: Topic, bob: Member) -> None:
    people = " ".join(f"@{make_member(f'Người {n}', handle=f'nguoi{n}').handle}" for n in range(11))
    pictures = " ".join(f"![ảnh](upload:{new_public_id()}/40x30)" for _n in range(11))
    for words, code in ((f"Chào {people}", "too_many_mentions"), (f"Xem {pictures}", "too_many_pictures")):
        for write in (spots["edit"].write, lambda text: reply(bob, topic, text)):
            with pytest.raises(Invalid) as refused:
                write(words)
            assert refused.value.code == code

"""Badges beside a name: two of those that everybody may see, and none where her badges are not for everybody."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.template import Context, Template
from django.test import Client
from django.utils import translation

from badges.awards import actions, selectors
from portal.accounts import profiles
from portal.accounts.models import Member, Standing
from portal.events import relay
from portal.events.types.accounts import PrivacyChanged
from tests.badges.awards.house import DAY, MORNING, hide, publish, read, reply, talk, topic

pytestmark = pytest.mark.django_db


def marks(member: Member, locale: str = "vi") -> list[str]:
    with translation.override(locale):
        return [mark["name"] for mark in Standing.objects.get(member=member).marks]


def let_see(member: Member, level: str) -> None:
    profiles.set_privacy(actor=member, levels={"badges": level}, findable=False, at=MORNING)


def test_a_badge_that_is_given_stands_beside_the_name_in_both_languages(alice: Member) -> None:
    assert marks(alice) == []
    read(alice, "one")
    assert (marks(alice)[0], marks(alice, "en")[0]) == ("Trang đầu tiên", "The first page")


def test_there_are_two_at_most_and_her_own_choice_comes_first(alice: Member, bob: Member) -> None:
    read(alice, "one")
    reply(alice, topic(bob), bob)
    for n in range(10):
        talk(alice, MORNING + n * DAY)
    assert len(marks(alice)) == selectors.MARKS == 2
    actions.arrange(actor=alice, codes=["first-words", "first-page", "hearth"], at=MORNING)
    assert marks(alice) == ["Lời đầu tiên", "Trang đầu tiên"]
    actions.arrange(actor=alice, codes=[], at=MORNING)
    assert marks(alice) == []


@pytest.mark.parametrize("level", ["members", "me"])
def test_whose_badges_are_not_for_everybody_has_none_beside_her_name_from_that_moment_on(
    alice: Member, level: str
) -> None:
    read(alice, "one")
    let_see(alice, level)
    assert marks(alice) == []
    read(alice, "two")
    for n in range(5):
        read(alice, f"more-{n}")
    assert marks(alice) == []
    let_see(alice, "public")
    heard = publish(PrivacyChanged(actor=alice.pk, member=alice.pk))
    actions.mark_chips({alice.pk}, heard.occurred_at)
    assert marks(alice) != []


def test_the_relay_brings_the_marks_back_when_she_shows_them_again(alice: Member) -> None:
    read(alice, "one")
    let_see(alice, "me")
    relay.drain()
    let_see(alice, "public")
    relay.drain()
    assert "Trang đầu tiên" in marks(alice)


def test_a_secret_badge_never_stands_beside_a_name(alice: Member) -> None:
    for n in range(3):
        read(alice, f"night-{n}", MORNING.replace(hour=18) + n * DAY)
    assert "late-lamp" in [award.badge.code for award in selectors.active_awards(alice.pk).select_related("badge")]
    assert "Đèn khuya" not in marks(alice)


def test_a_badge_that_is_lost_leaves_the_name(alice: Member, bob: Member) -> None:
    post = reply(alice, topic(bob), bob)
    assert "Lời đầu tiên" in marks(alice)
    hide(alice, post)
    assert "Lời đầu tiên" not in marks(alice)


def test_the_chip_shows_them_by_their_names_and_small(alice: Member, client: Client) -> None:
    read(alice, "one")
    html = Template("{% load ui %}{% member_chip standing %}").render(
        Context({"standing": Standing.objects.get(member=alice)})
    )
    assert 'alt="Trang đầu tiên"' in html
    src = Standing.objects.get(member=alice).marks[0]["src"]
    large, small = selectors.held_views(alice.pk, "vi")[0].src, client.get(src)
    assert (small.status_code, small["Content-Type"]) == (200, "image/svg+xml")
    assert len(small.content) < len(client.get(large).content)
    assert client.get(src.replace("-s", "-x")).status_code == 404


def test_those_who_work_here_are_not_named_as_holders(
    alice: Member, mod: Member, signed_in: Callable[..., Client]
) -> None:
    from badges.awards.models import Badge

    read(alice, "one")
    read(mod, "one")
    badge = Badge.objects.get(code="first-page")
    assert [chip.member_id for chip, _when in selectors.latest_holders(badge, None)] == [alice.pk]

"""Behaviour 5 where talk stands on the brand's pages, in maps, in data for machines, and in an editor's choices."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from brand.writing.living_blocks import MemberQuoteBlock, SpaceChoiceBlock
from portal.accounts.models import Member
from portal.core.clock import now
from tests.brand.conftest import Shelf, shelf  # noqa: F401
from tests.community.forum.conftest import calm, make_space, reply, start  # noqa: F401
from tests.community.parity import BADGE, DEAD, GATED, STAFF, STATES, World, cast, may_read, plant
from tests.community.parity import _title as title

pytestmark = pytest.mark.django_db
LD = re.compile(r'<script type="application/ld\+json">(.*?)</script>', re.DOTALL)
CLOSED = {GATED, BADGE, STAFF, DEAD}


@pytest.fixture
def world(alice: Member, bob: Member, charlie: Member, mod: Member, manager: Member, staff: Member) -> World:
    made = cast(alice, bob, charlie, mod, manager, staff)
    plant(made, make_space, start, reply, now() - timedelta(hours=1))
    return made


def talk(space: str) -> dict[str, Any]:
    return {"type": "latest_topics", "value": {"heading": "Tối nay", "space": space, "count": 8}}


def test_behaviour_05_blocks_of_talk_and_quotes_show_a_reader_what_she_may_read(
    world: World,
    shelf: Shelf,
    signed_in: Any,
) -> None:
    """Every space has its block, every post is quoted: written past the form, which would refuse most of it."""
    states = list(world.states.values())
    home = shelf.shelves["vi"].get_parent().specific
    home.body = [
        talk(""),
        *(talk(state.topic.space.code) for state in states),
        *({"type": "member_quote", "value": {"address": s.post.get_absolute_url(), "agreed": True}} for s in states),
    ]
    home.save_revision().publish()
    wrong = []
    for role, viewer in world.people.items():
        browser = signed_in(viewer) if viewer is not None else Client()
        page = browser.get(home.url)
        assert page.status_code == 200
        for state in states:
            # A quote stands for everybody alike, so it holds what a visitor reads.
            expected = title(viewer, state) or may_read(None, state)
            if (state.secret in page.content.decode()) != expected:
                wrong.append(f"{role} {'misses' if expected else 'sees'} {state.name}")
    assert wrong == []


def test_behaviour_05_an_editor_is_offered_only_what_everybody_may_read(world: World) -> None:
    offered = {code for code, _name in SpaceChoiceBlock.choices()}
    assert offered == {state.topic.space.code for state in world.states.values() if state.name not in CLOSED}
    for state in world.states.values():
        assert MemberQuoteBlock.is_public(state.post.get_absolute_url()) == may_read(None, state), state.name


def test_behaviour_05_maps_name_only_what_a_visitor_may_enter(world: World, client: Client, signed_in: Any) -> None:
    for browser in (client, signed_in(world.people["manager"])):
        spaces = browser.get("/sitemap-spaces.xml").content.decode()
        topics = browser.get("/sitemap-topics-0.xml").content.decode()
        for state in world.states.values():
            assert (f"/spaces/{state.topic.space.code}/" in spaces) == (state.name not in CLOSED), state.name
            assert (state.secret in topics) == title(None, state), state.name


def test_behaviour_05_data_for_machines_holds_only_what_a_visitor_may_read(world: World, signed_in: Any) -> None:
    told = set()
    for role in ("visitor", "author", "moderator", "silver"):
        viewer = world.people[role]
        browser = signed_in(viewer) if viewer is not None else Client()
        for state in world.states.values():
            page = browser.get(state.topic.get_absolute_url(), follow=True)
            data = "".join(LD.findall(page.content.decode())) if page.status_code == 200 else ""
            if state.secret in data and viewer is None:
                told.add(state.name)
            if state.secret in data:
                assert may_read(viewer, state), (role, state.name)
    assert told == {name for name in STATES if may_read(None, world.states[name])}

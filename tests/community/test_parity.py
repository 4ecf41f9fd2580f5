"""Behaviour 5: whatever the way in, a word appears exactly where the one permission function says. No exceptions."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from community.forum import broadcasts, permissions
from community.forum.selectors import feeds
from portal.accounts.models import Member
from portal.core.clock import now
from portal.realtime import streams
from tests.community.forum.conftest import make_space, reply, start
from tests.community.parity import GATED, NO_WORDS, STATES, SURFACES, World, _title, cast, named_routes, plant

ROLES = ("visitor", "member", "silver", "holder", "muted", "author", "moderator", "manager", "staff")
# Rooms of the forum whose every route has to say what it may show.
OURS = ("community:",)


@pytest.fixture
def world(alice: Member, bob: Member, charlie: Member, mod: Member, manager: Member, staff: Member) -> World:
    made = cast(alice, bob, charlie, mod, manager, staff)
    plant(made, make_space, start, reply, now() - timedelta(hours=1))
    return made


def routes() -> set[str]:
    """Every named route of the community, whatever it does."""
    return {name for name in named_routes() if name.startswith(OURS)}


def undecided(known: set[str]) -> list[str]:
    """Routes about which nobody has said what they may show."""
    said = {name.split(" ")[0] for name in SURFACES} | set(NO_WORDS)
    return sorted(known - said)


def test_behaviour_05_every_route_of_the_forum_says_what_it_may_show() -> None:
    assert undecided(routes()) == []


def test_a_route_without_an_expectation_is_noticed() -> None:
    assert undecided({*routes(), "community:leak"}) == ["community:leak"]


@pytest.mark.django_db
@pytest.mark.parametrize("role", ROLES)
def test_behaviour_05_a_word_is_seen_exactly_by_who_may_read_it(role: str, world: World, signed_in: Any) -> None:
    viewer = world.people[role]
    browser = signed_in(viewer) if viewer is not None else Client()
    wrong, pages = [], {}
    for name, surface in SURFACES.items():
        for state in world.states.values():
            path = surface.path(world, state)
            if path not in pages:
                answer = browser.get(path, follow=True)
                assert answer.status_code in (200, 403, 404), (name, path, answer.status_code)
                # An address that was asked for stands in the page that refuses it; its own letters tell nothing new.
                pages[path] = answer.content.decode() if answer.status_code == 200 else ""
            seen = state.secret in pages[path].replace(path, "")
            if seen != surface.shows(viewer, state):
                wrong.append(f"{name}: {role} {'sees' if seen else 'misses'} {state.name}")
    assert wrong == []


@pytest.mark.django_db
def test_behaviour_05_a_private_feed_reads_with_its_owners_eyes(world: World, client: Client) -> None:
    from community.forum import actions

    for viewer in (member for member in world.people.values() if member is not None):
        actions.make_feed_key(actor=viewer, at=now())
        token = feeds.feed_token(viewer)
        words = client.get(f"/vi/community/feeds/latest.rss?key={token}").content.decode()
        found = {state.name for state in world.states.values() if state.secret in words}
        assert found == {state.name for state in world.states.values() if _title(viewer, state)}


@pytest.mark.django_db
def test_behaviour_05_a_stream_is_heard_by_who_may_read_and_says_nothing_hidden(world: World) -> None:
    for viewer in world.people.values():
        for state in world.states.values():
            name = f"topic:{state.topic.pk}"
            assert streams.may_hear(viewer, name) == permissions.can_read_topic(viewer, state.topic), (viewer, name)
    for state in world.states.values():
        entries = [(kind, {"post": state.post.pk}) for kind in sorted(broadcasts.KINDS - {"topic_changed"})]
        told = str(broadcasts.render_entries(state.topic.pk, entries))
        hidden = state.topic.hidden_at is not None or state.post.hidden_at is not None
        assert (state.secret in told) != hidden, state.name


def test_every_state_of_words_is_planted() -> None:
    assert GATED in STATES
    assert len(STATES) == len(set(STATES)) == 9

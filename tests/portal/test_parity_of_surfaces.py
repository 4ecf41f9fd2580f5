"""Behaviour 5 beyond the forum's own pages: search, moderation, bell, letters, quotes; and a line for every route."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from community.forum import broadcasts, permissions, quotes
from community.forum.models import Post
from community.moderation import actions as moderating
from community.moderation.models import Case, Held, Sanction
from portal.accounts.models import Member
from portal.core.clock import now
from portal.digest import selectors as digest
from portal.digest import tasks as weekly
from portal.digest.models import Digest
from portal.notifications import registry, selectors
from portal.notifications import tasks as letters
from portal.notifications.models import Notification
from portal.realtime import streams
from tests.community.forum.conftest import calm, make_space, new_key, reply, start  # noqa: F401
from tests.community.parity import (
    LOCKED,
    MODERATED,
    OWN,
    PUBLIC,
    REPLY,
    STAFF,
    State,
    World,
    cast,
    may_find,
    may_read,
    named_routes,
    plant,
)
from tests.community.parity import _new_to as new_to
from tests.community.parity import _title as title
from tests.portal.surfaces import FORMS, undecided
from tests.portal.test_parity_of_rooms import CHAT

Rule = Callable[[Member | None, State], bool]
WAITING, WHY = "bimatchoduyet", "bimatlydo"


@pytest.fixture
def world(alice: Member, bob: Member, charlie: Member, mod: Member, manager: Member, staff: Member) -> World:
    made = cast(alice, bob, charlie, mod, manager, staff)
    plant(made, make_space, start, reply, now() - timedelta(hours=1))
    return made


def _moderator(viewer: Member | None) -> bool:
    """In plain words: those whose role it is."""
    return viewer is not None and viewer.role == "moderator"


def _reported(viewer: Member | None, state: State) -> bool:
    return _moderator(viewer) and Case.objects.filter(post=state.post).exists()


def _put_away(viewer: Member | None, state: State) -> bool:
    """Her own, which another hid: with the reason and the way to appeal."""
    return viewer == state.topic.author and state.name in (MODERATED, REPLY)


# Lists: asked once by everybody. Search echoes what was asked, so another word of the planted titles is asked for.
LISTS: dict[str, tuple[str, Rule]] = {
    "search:index": ("/vi/search/?q=chuyện&kind=talks", may_find),
    "search:index by author": ("/vi/search/?author=AUTHOR", may_find),
    "moderation:queue": ("/vi/moderation/", _reported),
    "moderation:log": ("/vi/moderation/log/", lambda m, s: _moderator(m) and s.name in (OWN, MODERATED, LOCKED)),
    # What was decided about her, without the words it was about.
    "moderation:person": ("/vi/moderation/people/AUTHOR/", lambda _m, _s: False),
    "moderation:mine": ("/vi/moderation/mine/", _put_away),
}
# Addresses that name the words: each is asked by one who may and by one who may not, in turn.
PLACES: dict[str, tuple[Callable[[State], str], Rule]] = {
    "search:index in space": (lambda s: f"/vi/search/?space={s.topic.space.code}", may_find),
    "search:suggest": (lambda s: f"/vi/search/suggest/?q={s.secret[:-1]}", title),
    "moderation:report": (
        lambda s: f"/vi/moderation/report/post/{s.post.public_id}/",
        lambda m, s: m is not None and may_read(m, s) and m != s.post.author,
    ),
    "moderation:appeal": (lambda s: f"/vi/moderation/appeal/post/{s.post.public_id}/", _put_away),
    "moderation:case": (
        lambda s: f"/vi/moderation/cases/{getattr(Case.objects.filter(post=s.post).first(), 'public_id', 'khong')}/",
        _reported,
    ),
}
# Words that belong to one member and to moderators: the address, the word, who else than moderators.
PERSONAL = {
    "moderation:waiting": (lambda: f"/vi/moderation/waiting/{Held.objects.get().public_id}/", WAITING, "author"),
    "moderation:decision": (lambda: f"/vi/moderation/decisions/{Sanction.objects.get().public_id}/", WHY, "muted"),
    "moderation:lift": (lambda: f"/vi/moderation/decisions/{Sanction.objects.get().public_id}/lift/", WHY, ""),
}
BELL = {"notifications:index": "walked by test_behaviour_05_the_bell_and_its_letters"}


def walked() -> set[str]:
    """Every route that a walk of these two files reaches."""
    return {*LISTS, *PLACES, *PERSONAL, *BELL, *CHAT}


# ── A line for every route ──────────────────────────────────────────────────────────────────────────────────────
def test_behaviour_05_every_route_of_the_house_says_what_it_may_show() -> None:
    assert undecided(set(named_routes()), walked()) == []


def test_a_route_without_a_line_is_noticed_and_so_is_a_line_without_a_route() -> None:
    known = set(named_routes())
    assert undecided({*known, "chat:leak", "search:leak"}, walked()) == ["chat:leak", "search:leak"]
    assert undecided(known - {"my:home"}, walked()) == ["my:home"]


@pytest.mark.django_db
def test_what_takes_a_form_refuses_to_be_read(mod: Member, signed_in: Any) -> None:
    samples = {"int": 1, "uuid": "00000000-0000-4000-8000-000000000000"}
    browser, wrong = signed_in(mod), []
    for name in sorted(FORMS):
        kinds = {key: type(kind).__name__ for key, kind in named_routes()[name].pattern.converters.items()}
        given = {key: samples.get(kind.removesuffix("Converter").lower(), "mot") for key, kind in kinds.items()}
        if browser.get(_path(name, given)).status_code != 405:
            wrong.append(name)
    assert wrong == []


def _path(name: str, given: dict[str, Any]) -> str:
    with translation.override("vi"):
        return reverse(name, kwargs=given)


def streams_undecided(known: set[str]) -> set[str]:
    """Kinds of streams whose audience nobody holds against a right."""
    # topic: test_parity.py of the community; room: test_parity_of_rooms.py; member: her own alone, asked below; site:
    # chips with names and tiers, which are public.
    return known ^ {"topic", "room", "member", "site"}


@pytest.mark.django_db
def test_every_kind_of_stream_is_held_against_a_right(alice: Member, mod: Member) -> None:
    assert streams_undecided(set(streams._kinds)) == set()
    assert streams_undecided({*streams._kinds, "leak"}) == {"leak"}
    heard = [streams.may_hear(viewer, f"member:{alice.pk}") for viewer in (alice, mod, None)]
    assert heard == [True, False, False]


# ── Pages ───────────────────────────────────────────────────────────────────────────────────────────────────────
def _bring_before_moderators(world: World) -> None:
    people, at = world.people, now()
    mod, muted, author = people["moderator"], people["muted"], people["author"]
    assert mod is not None
    assert muted is not None
    for state in world.states.values():
        if may_read(mod, state):
            moderating.report(actor=mod, kind="post", public_id=state.post.public_id, reason="spam", at=at)
    moderating.sanction(actor=mod, member=muted.public_id, kind="warn", template="other", reason=WHY, at=at)
    space = world.states[PUBLIC].topic.space
    Held.objects.create(
        author=author, verb="topic", space=space, title=f"Lời {WAITING}", source=WAITING, html=f"<p>{WAITING}</p>",
        key=new_key(), body_hash="x", why="filter", submitted_at=at,
    )  # fmt: skip


@pytest.mark.django_db
def test_behaviour_05_search_and_moderation_show_a_word_exactly_to_who_may_read_it(
    world: World, signed_in: Any
) -> None:
    _bring_before_moderators(world)
    browsers = {role: signed_in(v) if v is not None else Client() for role, v in world.people.items()}
    author = world.people["author"]
    assert author is not None
    wrong = []

    def look(name: str, role: str, path: str, word: str, expected: bool) -> None:
        seen = word in pages(browsers[role], path)
        if seen != expected:
            wrong.append(f"{name}: {role} {'sees' if seen else 'misses'} {word}")

    for role, viewer in world.people.items():
        for name, (path, rule) in LISTS.items():
            for state in world.states.values():
                look(name, role, path.replace("AUTHOR", author.public_id), state.secret, rule(viewer, state))
        for name, (where, word, owner) in PERSONAL.items():
            look(name, role, where(), word, role == owner or _moderator(viewer))
    for turn, (name, (at, rule)) in enumerate(PLACES.items()):
        for step, state in enumerate(world.states.values()):
            for role in _two(world, rule, state, turn + step):
                look(name, role, at(state), state.secret, rule(world.people[role], state))
    assert wrong == []


def pages(browser: Client, path: str) -> str:
    """What stands there for this browser, asked once; the marks of found words taken out."""
    kept = browser.__dict__.setdefault("kept", {})
    if path not in kept:
        answer = browser.get(path, follow=True)
        assert answer.status_code in (200, 403, 404), (path, answer.status_code)
        text = answer.content.decode() if answer.status_code == 200 else ""
        kept[path] = text.replace("<mark>", "").replace("</mark>", "").replace(path, "")
    return str(kept[path])


def _two(world: World, rule: Rule, state: State, turn: int) -> list[str]:
    sides: dict[bool, list[str]] = {True: [], False: []}
    for role, viewer in world.people.items():
        sides[rule(viewer, state)].append(role)
    return [side[turn % len(side)] for side in sides.values() if side]


# ── The bell and letters ────────────────────────────────────────────────────────────────────────────────────────
# What an item of each kind is about; "post" and "topic" are held against the forum's rights.
KINDS = {
    "reply": "post", "topic": "post", "reminder": "post", "reaction": "post", "answer_chosen": "post",
    "answer_gone": "topic", "mention": "post", "posts_moved": "post",
}  # fmt: skip
NO_KINDS = {
    "direct": "of the chat: test_parity_of_rooms.py", "chat_mention": "of the chat", "chat_reply": "of the chat",
    "to_moderate": "a number of cases, for moderators", "held_settled": "what became of her own words",
    "sanction": "said to her", "appeal_settled": "said to her", "report_settled": "without the words reported",
    "words_hidden": "her own words", "tier": "her own", "tier_down": "her own", "tier_warning": "her own",
    "badge": "her own", "challenge": "her own", "points_taken": "her own book",
    "points_looked_at": "her own book",
    "page_waits": "pages she may edit",
}  # fmt: skip


def kinds_undecided(known: set[str]) -> list[str]:
    """Kinds of the bell about which nobody has said what they may show."""
    return sorted(name for name in known if name not in KINDS and name not in NO_KINDS)


def test_every_kind_of_the_bell_says_what_it_is_about() -> None:
    ours = {kind.name for kind in registry.kinds() if not (kind.staff and kind.name != "to_moderate")}
    assert kinds_undecided(ours) == []
    assert kinds_undecided({*ours, "leak"}) == ["leak"]


def _item(viewer: Member, kind: str, state: State) -> Notification:
    args = {"post": state.post.pk, "topic": state.topic.pk, "place": state.post.public_id, "title": state.secret}
    at = now()
    return Notification(
        member=viewer, kind=kind, subject=f"{kind}:{state.name}", args=args, created_at=at, updated_at=at
    )


@pytest.mark.django_db
def test_behaviour_05_the_bell_and_its_letters_name_only_what_she_may_read(world: World, signed_in: Any) -> None:
    for role, viewer in world.people.items():
        if viewer is None:
            continue
        for kind, about in KINDS.items():
            rows = Notification.objects.bulk_create(_item(viewer, kind, state) for state in world.states.values())
            may = {s.name for s in world.states.values() if (
                may_read(viewer, s) if about == "post" else permissions.can_read_topic(viewer, s.topic))}  # fmt: skip
            shown = selectors.visible(viewer, rows)
            assert {row.subject.split(":")[1] for row in shown} == may, (role, kind)
            alone = {row.subject.split(":")[1] for row in rows
                     if registry.kind_of(kind).visible(viewer, row.subject, row.args)}  # fmt: skip
            assert alone == may, (role, kind)
            if kind != "reply":
                Notification.objects.filter(pk__in=[row.pk for row in rows]).delete()
        readable = {s.secret for s in world.states.values() if may_read(viewer, s)}
        page = pages(signed_in(viewer), "/vi/notifications/")
        assert {s.secret for s in world.states.values() if s.secret in page} == readable, role


@pytest.mark.django_db
def test_behaviour_05_a_letter_about_items_names_only_what_she_may_read(world: World, mailoutbox: list[Any]) -> None:
    for role in ("member", "silver", "author", "moderator"):
        viewer = world.people[role]
        assert viewer is not None
        rows = Notification.objects.bulk_create(_item(viewer, "reply", state) for state in world.states.values())
        mailoutbox.clear()
        assert letters.send_notice.call(member_id=viewer.pk, ids=[row.pk for row in rows], key=f"k-{role}")
        (letter,) = mailoutbox
        text = f"{letter.subject}{letter.body}{letter.alternatives}"
        for state in world.states.values():
            assert (state.secret in text) == may_read(viewer, state), (role, state.name)


@pytest.mark.django_db
def test_behaviour_05_the_weekly_letter_tells_only_what_she_may_read(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(digest, "TOPICS", len(world.states))
    for role, viewer in world.people.items():
        if viewer is None:
            continue
        with translation.override("vi"):
            content = digest.content_for(viewer, at=now())
            letter = weekly._letter(viewer, Digest(member=viewer, week=now().date()), content)
        text = f"{letter.subject}{letter.body}{letter.alternatives}"
        for state in world.states.values():
            assert (state.secret in text) == new_to(viewer, state), (role, state.name)


# ── Quotes ──────────────────────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.django_db
def test_behaviour_05_a_quote_gives_away_no_words_that_its_reader_may_not_read(world: World) -> None:
    """Written in an open space by somebody who could read them all; told to everybody, it holds what visitors read."""
    member = world.people["member"]
    open_topic = world.states[PUBLIC].topic
    post = reply(member, open_topic, "Có trích", at=now())  # type: ignore[arg-type]
    html = "".join(
        f'<blockquote data-quote="{s.post.public_id}"><p>{s.secret}</p></blockquote>' for s in world.states.values()
    )
    Post.objects.filter(pk=post.pk).update(html=html)
    post = Post.objects.select_related("topic__space", "author__standing").get(pk=post.pk)
    for role, viewer in world.people.items():
        text = quotes.for_reader(post, viewer)
        for state in world.states.values():
            assert (state.secret in text) == may_read(viewer, state), (role, state.name)
    told = str(broadcasts.render_entries(open_topic.pk, [("reply_posted", {"post": post.pk})]))
    assert {s.name for s in world.states.values() if s.secret in told} == {
        s.name for s in world.states.values() if may_read(None, s)
    }
    assert not may_read(None, world.states[STAFF])

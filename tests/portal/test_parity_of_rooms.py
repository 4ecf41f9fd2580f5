"""Behaviour 5 for the chat: a room's words reach exactly those who may read them, on pages, streams and by sockets."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from community.chat import actions, broadcasts, permissions, selectors, subscribers
from community.chat.actions.pictures import folder
from community.chat.models import ChatPicture, Message, MessageReaction, Room, ThreadSeat
from community.forum.models import Space
from portal.accounts.models import Member
from portal.core.clock import now
from portal.core.errors import DomainError
from portal.notifications.models import Notification
from portal.realtime import streams
from tests.community.chat.conftest import make_room, say
from tests.community.forum.conftest import calm, make_space  # noqa: F401
from tests.community.parity import World, cast

HOUSE = {"moderator", "manager", "staff"}
ALL = {"visitor", "member", "silver", "holder", "muted", "author", *HOUSE}
# Who reads what was said there, in plain words of the design; the predicate and every surface are held against it.
READERS: dict[str, set[str]] = {
    "open": ALL,
    "ranked": {"silver", *HOUSE},
    "back": HOUSE,
    "shut": set(),
    "gatedspace": {"silver", *HOUSE},
    "badgespace": {"holder", *HOUSE},
    "staffspace": HOUSE,
    "deadspace": set(),
    "direct": {"author", "member"},
    "since": {"author", "holder", "moderator"},
    "removed": set(),
}
# Rooms of one kind answer alike on pages: these stand for all, the predicates are asked about each.
ON_PAGES = ("open", "back", "gatedspace", "direct", "since", "removed")


@dataclass
class Said:
    """What was planted in one room: a word, a word under it, the room's name."""

    name: str
    room: Room
    message: Message
    reply: Message
    picture: ChatPicture

    @property
    def word(self) -> str:
        """Stands in the message."""
        return f"bimat{self.name}"

    @property
    def answer(self) -> str:
        """Stands in the reply under it."""
        return f"traloi{self.name}"


@dataclass(frozen=True)
class Way:
    """One address, what to look for there, who finds it, and how it is asked."""

    path: Callable[[Said], str]
    seeks: Callable[[Said], str] = lambda said: said.word
    shows: Callable[[Member | None, Said], bool] = lambda viewer, said: may_read(viewer, said)
    headers: dict[str, str] | None = None


def may_read(viewer: Member | None, said: Said) -> bool:
    """The one predicate that everything is held against."""
    return said.message.removed_at is None and permissions.can_read(viewer, said.message)


def _may_enter(viewer: Member | None, said: Said) -> bool:
    return viewer is not None and permissions.can_enter(viewer, said.room)


def _source(viewer: Member | None, said: Said) -> bool:
    try:
        permissions.check_source(viewer, said.message)
    except DomainError:
        return False
    return True


def _members(viewer: Member | None, said: Said) -> bool:
    return viewer is not None and may_read(viewer, said)


def _at(rest: str) -> Callable[[Said], str]:
    return lambda said: f"/vi/chat/{said.room.code}/{rest}".replace("ID", said.message.public_id)


def _answer(said: Said) -> str:
    return said.answer


def _code(said: Said) -> str:
    return f"/vi/chat/{said.room.code}/"


JSON, FETCH = {"accept": "application/json"}, {"x-requested-with": "fetch"}
CHAT: dict[str, Way] = {
    "chat:room": Way(_at("")),
    "chat:room drawer": Way(_at("?pane=drawer")),
    "chat:history": Way(_at("history/")),
    "chat:pins": Way(_at("pins/")),
    # The page echoes what was asked; every message holds the asked word, and one of them the secret beside it.
    "chat:search": Way(_at("search/?q=chuyen")),
    "chat:search answers": Way(_at("search/?q=chuyen"), _answer, lambda m, s: permissions.can_read(m, s.message)),
    "chat:message": Way(_at("messages/ID/")),
    "chat:message json": Way(_at("messages/ID/"), headers=JSON),
    "chat:source": Way(_at("messages/ID/source/"), shows=_source),
    "chat:thread": Way(_at("threads/ID/"), _answer, lambda m, s: permissions.can_read(m, s.message)),
    "chat:thread fetch": Way(_at("threads/ID/"), headers=FETCH),
    "chat:threads": Way(lambda _said: "/vi/chat/threads/", shows=_members),
    "chat:rail": Way(lambda _said: "/vi/chat/rail/", _code, _may_enter),
    "chat:conversations": Way(
        lambda _said: "/vi/chat/conversations/", _code,
        lambda m, s: s.room.is_direct and _may_enter(m, s),
    ),
    # The file of each picture holds its room's secret.
    "chat:picture": Way(lambda said: f"/vi/chat/pictures/{said.picture.public_id}/"),
    "moderation:report message": Way(
        lambda said: f"/vi/moderation/report/message/{said.message.public_id}/",
        shows=lambda m, s: _members(m, s) and m != s.message.author,
    ),
}  # fmt: skip


@pytest.fixture
def people(alice: Member, bob: Member, charlie: Member, mod: Member, manager: Member, staff: Member) -> World:
    return cast(alice, bob, charlie, mod, manager, staff)


def _rooms(people: dict[str, Any], at: Any) -> dict[str, Room]:
    made = {name: make_room(f"phong-{name}") for name in ("open", "ranked", "back", "shut", "removed")}
    made["since"] = make_room("phong-since", history=Room.History.SINCE_JOINING)
    for who in ("author", "holder", "moderator"):
        actions.sit_down(actor=people[who], room_id=made["since"].pk, at=at)
    for name in ("gatedspace", "badgespace", "staffspace", "deadspace"):
        made[name] = Room.objects.get(space=make_space(name))
    made["direct"] = actions.start_conversation(actor=people["author"], people=[people["member"].pk], at=at)
    return made


@pytest.fixture
def house(people: World, settings: Any, tmp_path: Any) -> dict[str, Said]:
    """A secret in every kind of room, an answer under it that everybody follows; then the doors are closed."""
    author, at, planted = people.people["author"], now() - timedelta(minutes=5), {}
    assert author is not None
    settings.PRIVATE_ROOT = tmp_path
    folder().mkdir()
    for name, room in _rooms(people.people, at).items():
        message = say(author, room, f"Chuyện bimat{name}", at=at)
        reply = say(author, room, f"Chuyện traloi{name}", at=at, parent=message.public_id)
        file = f"parity-{name}.webp"
        (folder() / file).write_text(f"bimat{name}")
        ChatPicture.objects.create(
            room=room, owner=author, message=message, file=file, width=9, height=9, words="Một tách trà", at=at
        )
        Message.objects.filter(pk=message.pk).update(pinned_at=at, pinned_by=author)
        for member in filter(None, people.people.values()):
            ThreadSeat.objects.update_or_create(message=message, member=member)
        planted[name] = (message.pk, reply.pk)
    actions.sit_down(actor=people.people["silver"], room_id=Room.objects.get(code="phong-since").pk, at=at)
    actions.remove_message(actor=author, message_id=planted["removed"][0], at=at)
    for code, closed in (("ranked", {"from_rank": 1}), ("back", {"staff_only": True}), ("shut", {"live": False})):
        Room.objects.filter(code=f"phong-{code}").update(**closed)
    gates: dict[str, dict[str, Any]] = {
        "gatedspace": {"read_from_rank": 1}, "badgespace": {"read_badge": "first-page"},
        "staffspace": {"staff_only": True}, "deadspace": {"live": False},
    }  # fmt: skip
    for code, closed in gates.items():
        Space.objects.filter(code=code).update(**closed)
    rows = Message.objects.select_related("room__space", "parent", "author")
    found = {name: (rows.get(pk=first), rows.get(pk=second)) for name, (first, second) in planted.items()}
    pictures = {picture.message_id: picture for picture in ChatPicture.objects.all()}
    return {name: Said(name, first.room, first, second, pictures[first.pk]) for name, (first, second) in found.items()}


def test_every_way_into_a_room_follows_the_same_list_of_readers(people: World, house: dict[str, Said]) -> None:
    wrong = []
    for name, said in house.items():
        for role, viewer in people.people.items():
            reads, enters = may_read(viewer, said), permissions.can_enter(viewer, said.room)
            asked = {
                "predicate": reads,
                "history": _found(lambda v=viewer, s=said: selectors.history(s.room, v).messages, said.message),
                "search": _found(
                    lambda v=viewer, s=said: [one.message for one in selectors.found_in_room(s.room, v, "chuyen")],
                    said.message,
                ),
            }  # fmt: skip
            for way, seen in asked.items():
                if way == "history":
                    seen = seen and enters and said.message.removed_at is None
                if seen != (role in READERS[name]):
                    wrong.append(f"{way}: {role} {'reads' if seen else 'misses'} {name}")
            listed = Room.objects.filter(permissions.visible_to(viewer), pk=said.room.pk).exists()
            heard = streams.may_hear(viewer, said.room.stream)
            if not (listed == heard == enters):
                wrong.append(f"room {name}: {role} enters {enters}, lists {listed}, hears {heard}")
    assert wrong == []


def _found(ask: Callable[[], Any], message: Message) -> bool:
    try:
        return message.pk in {one.pk for one in ask()}
    except DomainError:
        return False


def test_behaviour_05_pages_of_the_chat_show_a_word_exactly_to_who_may_read_it(
    people: World, house: dict[str, Said], signed_in: Any
) -> None:
    """Every address, in every kind of room, asked by one who may read there and by one who may not, in turn."""
    browsers = {r: signed_in(v) if v is not None else Client() for r, v in people.people.items()}
    wrong, pages = [], {}
    for turn, (name, way) in enumerate(CHAT.items()):
        for step, room in enumerate(ON_PAGES):
            said = house[room]
            for role in _two(READERS[room], turn + step):
                path = way.path(said)
                key = (role, path, way.headers is None)
                if key not in pages:
                    answer = browsers[role].get(path, follow=True, headers=way.headers)
                    assert answer.status_code in (200, 403, 404), (name, path, answer.status_code)
                    pages[key] = answer.getvalue().decode() if answer.status_code == 200 else ""
                words = pages[key].replace("<mark>", "").replace("</mark>", "")
                seen = way.seeks(said) in words
                if seen != way.shows(people.people[role], said):
                    wrong.append(f"{name}: {role} {'sees' if seen else 'misses'} {room}")
    assert wrong == []


def _two(readers: set[str], turn: int) -> list[str]:
    """One who may and one who may not, another pair at each turn."""
    sides = (sorted(readers), sorted(ALL - readers))
    return [side[turn % len(side)] for side in sides if side]


def test_every_role_is_asked_on_pages_and_every_room_by_both_sides() -> None:
    asked = {(room, role) for turn in range(len(CHAT)) for step, room in enumerate(ON_PAGES)
             for role in _two(READERS[room], turn + step)}  # fmt: skip
    assert asked == {(room, role) for room in ON_PAGES for role in ALL}


def test_a_stream_that_all_in_a_room_hear_says_no_word_that_one_of_them_may_not_read(house: dict[str, Said]) -> None:
    for name, said in house.items():
        entries = [(kind, {"message": said.message.pk}) for kind in sorted(broadcasts.KINDS)]
        told = str(broadcasts.render_entries(said.room.pk, entries))
        assert (said.word in told) == (name not in ("since", "removed")), name


def test_a_bell_tells_of_a_message_only_while_she_may_read_it(people: World, house: dict[str, Said]) -> None:
    for viewer in filter(None, people.people.values()):
        rows = Notification.objects.bulk_create(
            Notification(member=viewer, kind=kind, subject=f"{kind}:{name}", args={"message": said.message.pk},
                         created_at=now(), updated_at=now())
            for kind in (subscribers.DIRECT, subscribers.NAMED, subscribers.THREAD) for name, said in house.items()
        )  # fmt: skip
        shown = subscribers._visible_many(viewer, rows)
        for row in rows:
            expected = may_read(viewer, house[row.subject.split(":")[1]])
            assert (row.pk in shown) == expected, (viewer, row.subject)
            assert subscribers._visible(viewer, row.subject, row.args) == expected, (viewer, row.subject)


# ── By the socket ───────────────────────────────────────────────────────────────────────────────────────────────
Frame = Callable[[Said], dict[str, Any]]
ACTS: dict[tuple[str, str], Frame] = {
    ("room", "send"): lambda said: {"text": "Xin chào", "key": f"ngoai-{said.name}"},
    ("room", "read"): lambda said: {"n": said.message.number},
    ("room", "react"): lambda said: {"message": said.message.public_id, "kind": "tea", "on": True},
    ("room", "thread_read"): lambda said: {"message": said.message.public_id, "n": said.reply.number},
}


def unproved(known: set[tuple[str, str]]) -> set[tuple[str, str]]:
    """Acts of sockets that no frame here tries at a foreign door, and frames for acts that are gone."""
    return known ^ set(ACTS)


def test_every_act_of_the_sockets_is_tried_at_a_foreign_door() -> None:
    assert unproved(set(streams._acts)) == set()


def test_an_act_without_a_frame_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(streams._acts, ("topic", "leak"), lambda *given: None)
    assert unproved(set(streams._acts)) == {("topic", "leak")}


def test_behaviour_05_no_act_of_a_socket_reaches_a_room_that_she_may_not_enter(
    people: World, house: dict[str, Said]
) -> None:
    before, wrong, tried = _facts(), [], 0
    for (kind, name), frame in ACTS.items():
        act = streams.act_for(kind, name)
        assert act is not None
        for said in house.values():
            for role, viewer in people.people.items():
                if viewer is None or _may_act(name, viewer, said):
                    continue
                tried += 1
                try:
                    answer = act(viewer, said.room.pk, frame(said), now())
                except DomainError:
                    continue
                wrong.append(f"{name}: {role} reaches {said.name}: {answer}")
    assert wrong == []
    assert tried > 100
    assert _facts() == before


def _may_act(name: str, viewer: Member, said: Said) -> bool:
    """In a room that is read from one's seat on, speaking takes the seat and reading on needs it."""
    if name in ("send", "read"):
        seated = name == "send" or permissions.reads_from(viewer, said.room) is not None
        return seated and permissions.can_enter(viewer, said.room)
    return permissions.can_read(viewer, said.message)


def _facts() -> list[Any]:
    seats = list(ThreadSeat.objects.order_by("pk").values_list("pk", "last_read", "following"))
    rooms = list(Room.objects.order_by("pk", "seats__pk").values_list("pk", "last_number", "seats__last_read"))
    return [seats, rooms, Message.objects.count(), MessageReaction.objects.count()]

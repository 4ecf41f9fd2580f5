"""The registry of streams: what kinds there are, who may hear them, how an entry becomes what a page gets.

Addresses such as `room:12` are built and taken apart here and nowhere else. The slice that owns the objects registers
its kind in `broadcasts.py`; several slices may share one kind (all of them speak on `member:<id>`, by `register_kind`)
as long as each names its own kinds of entries.
"""

import logging
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from portal.core.errors import NotFound

if TYPE_CHECKING:
    from portal.accounts.models import Member

logger = logging.getLogger(__name__)

Ref = dict[str, Any]
Audience = Callable[["Member | None", int], bool]
Render = Callable[[int, list[tuple[str, Ref]]], list[dict[str, Any]]]
Act = Callable[["Member", int, dict[str, Any], datetime], dict[str, Any] | None]

RECHECK = "recheck"
# The stream that every page hears; what is said on it is about the whole house.
EVERYBODY = "site:1"
_NAME = re.compile(r"([a-z]{1,20}):([1-9][0-9]{0,17})")


@dataclass(frozen=True)
class StreamKind:
    """One kind of stream as one slice speaks on it.

    `audience(viewer, object_id)` says whether this viewer (None = visitor) may listen; it is asked on every
    subscription, every minute and after `recheck`. `render(object_id, entries)` turns `(kind, ref)` pairs into one
    neutral dict each, read from the present state with a constant number of queries, in the active language.
    """

    name: str
    audience: Audience
    render: Render
    kinds: frozenset[str] = field(default_factory=frozenset)


_kinds: dict[str, list[StreamKind]] = {}
_acts: dict[tuple[str, str], Act] = {}


def register(kind: StreamKind) -> None:
    """Adds what a slice says on a kind of stream; raises TypeError when another slice already says one of its kinds."""
    for other in _kinds.setdefault(kind.name, []):
        if twice := other.kinds & kind.kinds:
            raise TypeError(f"{kind.name} streams already carry {', '.join(sorted(twice))}")
    _kinds[kind.name].append(kind)


def register_kind(name: str, kind: str, render: Render) -> None:
    """Adds a kind of entry to streams that another slice owns (points on `member:<id>`); the audience stays theirs."""
    register(StreamKind(name=name, audience=_agreed, render=render, kinds=frozenset({kind})))


def _agreed(viewer: "Member | None", object_id: int) -> bool:
    return True


def register_act(stream_kind: str, frame_type: str, act: Act) -> None:
    """Lets frames of `frame_type` reach `act(member, object_id, frame, at)` for streams of this kind.

    The act runs in a thread, may raise DomainError (sent back as an error frame), and returns the `d` of the "sent"
    frame or None. It checks permissions itself, exactly as the page that calls the same action does.
    """
    if (stream_kind, frame_type) in _acts:
        raise TypeError(f"{stream_kind} streams already have an act {frame_type}")
    _acts[stream_kind, frame_type] = act


def act_for(stream_kind: str, frame_type: str) -> Act | None:
    """The act for a frame, if a slice registered one."""
    return _acts.get((stream_kind, frame_type))


def frame_types() -> set[str]:
    """All frame types that some slice understands."""
    return {frame_type for _, frame_type in _acts}


def stream_name(kind: str, object_id: int) -> str:
    """The address of one object's stream: `stream_name("room", 12) == "room:12"`."""
    return f"{kind}:{object_id}"


def parse(stream: object) -> tuple[str, int]:
    """Kind and object of an address; raises NotFound for anything that is not one."""
    match = _NAME.fullmatch(stream) if isinstance(stream, str) else None
    if match is None:
        raise NotFound(code="unknown_stream")
    return match[1], int(match[2])


def may_hear(viewer: "Member | None", stream: str) -> bool:
    """Whether this viewer may listen now. Unknown kinds and foreign objects answer alike: no."""
    kind, object_id = parse(stream)
    owners = _kinds.get(kind)
    if not owners or all(owner.audience is _agreed for owner in owners):
        return False
    return all(owner.audience(viewer, object_id) for owner in owners)


def render(stream: str, entries: list[tuple[str, Ref]]) -> list[dict[str, Any]]:
    """One dict per entry, rendered in one batch per owner from the present state, in the active language.

    An entry that no slice knows any more becomes an empty dict, so that numbers stay gapless for the reader.
    """
    kind, object_id = parse(stream)
    rendered: list[dict[str, Any]] = [{} for _ in entries]
    for owner in _kinds.get(kind, ()):
        places = [place for place, (name, _) in enumerate(entries) if name in owner.kinds]
        if not places:
            continue
        answers = owner.render(object_id, [entries[place] for place in places])
        if len(answers) != len(places):
            raise ValueError(f"{stream}: {len(answers)} answers for {len(places)} entries")
        for place, answer in zip(places, answers, strict=True):
            rendered[place] = answer
    return rendered


def _own_stream(viewer: "Member | None", member_id: int) -> bool:
    return viewer is not None and viewer.pk == member_id


# Everybody's own stream carries the control entry that makes open sockets prove their rights again.
register(
    StreamKind(
        name="member",
        audience=_own_stream,
        render=lambda member_id, entries: [{} for _ in entries],
        kinds=frozenset({RECHECK}),
    )
)

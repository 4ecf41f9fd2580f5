"""The frames that cross the socket, as text encoded once for all who get it."""

import json
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder

Frames = dict[str, str]
ANY = "*"  # the language of frames that carry no text of ours


def encode(frame: dict[str, Any]) -> str:
    """A frame as compact JSON that every server can send: dates and lazy translations become text, half letters `?`."""
    text = json.dumps(frame, cls=DjangoJSONEncoder, ensure_ascii=False, separators=(",", ":"))
    return text.encode("utf-8", "replace").decode()


def event(stream: str, number: int, kind: str, data: dict[str, Any]) -> str:
    """A numbered entry."""
    return encode({"t": "ev", "s": stream, "n": number, "k": kind, "d": data})


def ephemeral(stream: str, kind: str, data: dict[str, Any]) -> str:
    """Something that nobody keeps."""
    return encode({"t": "eph", "s": stream, "k": kind, "d": data})


def resync(stream: str, number: int) -> str:
    """Too much was missed: fetch the page's part anew and go on from `number`."""
    return encode({"t": "resync", "s": stream, "n": number})


def without(text: str, apart: frozenset[int]) -> str | None:
    """A frame of typing or presence for somebody who stays apart from these members; None when nothing is left."""
    if not apart:
        return text
    frame = json.loads(text)
    data = frame.get("d", {})
    if frame.get("k") == "typing" and data.get("member") in apart:
        return None
    if frame.get("k") != "presence" or apart.isdisjoint(data.get("members", ())):
        return text
    members = [member for member in data["members"] if member not in apart]
    return encode({**frame, "d": {"members": members, "count": len(members)}})

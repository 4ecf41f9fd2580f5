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

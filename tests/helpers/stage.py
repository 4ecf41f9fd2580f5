"""The house with one more kind of stream, `stage:<id>`, for tests that start real processes.

`stage:1` is public, `stage:2` is for members, every other number is nobody's. A `said` entry becomes its text; `long`
becomes 100,000 characters, so that a page that does not read fills the pipes soon.
"""

from __future__ import annotations

import os
from datetime import datetime
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings.test")
django.setup()

from django.utils import translation  # noqa: E402

from portal.core.errors import Invalid  # noqa: E402
from portal.realtime import StreamKind, record, register, register_act  # noqa: E402

BIG = "x" * 100_000


def audience(viewer: Any, object_id: int) -> bool:
    return object_id == 1 or (object_id == 2 and viewer is not None)


def render(object_id: int, entries: list[tuple[str, dict]]) -> list[dict]:
    return [
        {"text": BIG if kind == "long" else ref.get("text", ""), "language": translation.get_language()}
        for kind, ref in entries
    ]


def say(member: Any, object_id: int, frame: dict, at: datetime) -> dict | None:
    from django.db import transaction

    if frame.get("text") == "bad":
        raise Invalid("That is bad.", code="bad_text")
    if frame.get("text") == "crash":
        raise ZeroDivisionError
    with transaction.atomic():
        number = record(f"stage:{object_id}", "said", {"text": frame.get("text", "")})
    return {"number": number}


def set_up() -> None:
    """Registers the stage once."""
    from portal.realtime import streams

    if "stage" not in streams._kinds:
        register(StreamKind("stage", audience, render, frozenset({"said", "long"})))
        register_act("stage", "send", say)


def take_down() -> None:
    """Takes the stage away again: tests that walk the registries must find the house's own kinds alone."""
    from portal.realtime import streams

    streams._kinds.pop("stage", None)
    streams._acts.pop(("stage", "send"), None)


def __getattr__(name: str) -> Any:
    if name == "application":  # only a server opens the house: it takes the lock and starts the relay
        from portal.asgi import application

        set_up()
        return application
    raise AttributeError(name)

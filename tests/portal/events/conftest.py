"""Subscribers that exist for the length of a test."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from portal.events import bus
from portal.events.types.accounts import StandingChanged


@pytest.fixture
def subscriber(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Any]:
    """`subscriber("name", handler)` hears StandingChanged; nobody else hears anything meanwhile."""
    monkeypatch.setattr(bus, "_handlers", {})
    monkeypatch.setattr(bus, "_ears", type(bus._ears)(list))

    def add(name: str, handler: Callable[[bus.Heard], None], *types: type) -> None:
        bus.durable(name, *(types or (StandingChanged,)))(handler)

    return add

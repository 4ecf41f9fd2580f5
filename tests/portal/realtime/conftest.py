"""Tabs and a hub for the tests of the live side."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import pytest
import pytest_asyncio

from portal.accounts.models import Member
from portal.realtime import hub as hub_module
from portal.realtime import roster
from tests.helpers.realtime import InProcessTab


@pytest.fixture(autouse=True)
def stage() -> Iterator[None]:
    """The kind of stream that exists for tests, and in these tests alone."""
    from tests.helpers import stage

    stage.set_up()
    yield
    stage.take_down()


@pytest_asyncio.fixture
async def tab(db: None) -> AsyncIterator[Callable[..., Any]]:
    """`await tab(alice)` is an open tab; all are closed and the hub is ended after the test."""
    roster.roster.cache_clear()
    hub_module._hub = None
    opened: list[InProcessTab] = []

    async def open_tab(member: Member | None = None, **options: Any) -> InProcessTab:
        one = InProcessTab(member, **options)
        opened.append(one)
        await one.open()
        return one

    yield open_tab
    for one in opened:
        await one.close()
    if hub_module._hub is not None:
        await hub_module._hub.stop()
        hub_module._hub = None

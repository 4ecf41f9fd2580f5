"""Each test begins with a silent telephone."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.helpers.texts import texts


@pytest.fixture(autouse=True)
def silent_telephone() -> Iterator[None]:
    """No text of an earlier test lies about."""
    texts.clear()
    yield
    texts.clear()

"""The brand's pages and the forum's spaces, for finding them in one box."""

from __future__ import annotations

from typing import Any

import pytest

from tests.brand.conftest import shelf
from tests.brand.help.conftest import centre, nothing_kept
from tests.community.forum.conftest import make_space

__all__ = ["centre", "nothing_kept", "shelf"]


@pytest.fixture
def space(db: None) -> Any:
    """An open space."""
    return make_space("phin")

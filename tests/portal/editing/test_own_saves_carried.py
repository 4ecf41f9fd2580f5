"""Every room of the workshop brings the script that knows the editor's own automatic saves."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client


@pytest.mark.django_db
def test_the_workshop_carries_it(manager: Any, signed_in: Any) -> None:
    browser: Client = signed_in(manager)
    assert b"build/own-saves.js" in browser.get("/admin/").content

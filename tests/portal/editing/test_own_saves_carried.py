"""Every room of the workshop brings the house's own scripts: automatic saves, names of fields."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client


@pytest.mark.django_db
def test_the_workshop_carries_them(manager: Any, signed_in: Any) -> None:
    browser: Client = signed_in(manager)
    desk = browser.get("/admin/").content
    assert b"build/own-saves.js" in desk
    assert b"build/field-names.js" in desk

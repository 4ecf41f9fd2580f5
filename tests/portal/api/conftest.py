"""Keys, and clients that show them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from portal.accounts.models import Member
from portal.api import actions
from portal.api.models import ApiKey, Scope
from portal.core.clock import now
from portal.core.ids import new_key


@pytest.fixture
def make_key(manager: Member) -> Callable[..., tuple[ApiKey, str]]:
    """`make_key("members:read")` is a key with its secret; every scope when none is named."""

    def make(*scopes: str, **fields: Any) -> tuple[ApiKey, str]:
        given: dict[str, Any] = {"actor": manager, "name": "Kho hàng", "mode": "live", "at": now(), "key": new_key()}
        return actions.make_key(scopes=scopes or Scope.values, **given | fields)

    return make


@pytest.fixture
def caller(make_key: Callable[..., tuple[ApiKey, str]]) -> Callable[..., Client]:
    """`caller("members:read")` is a program with such a key that reads English."""

    def ask(*scopes: str, **fields: Any) -> Client:
        _row, secret = make_key(*scopes, **fields)
        return Client(headers={"X-API-Key": secret, "Accept-Language": "en"})

    return ask

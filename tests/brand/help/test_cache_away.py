"""While the shared cache is away writing goes on: which terms hold is what this process saw last."""

from unittest.mock import patch

import pytest
from django.core.cache.backends.locmem import LocMemCache
from redis.exceptions import ConnectionError as RedisAway

from brand.help.selectors import standing

pytestmark = pytest.mark.django_db


def test_what_was_seen_last_does_while_the_cache_is_away() -> None:
    seen = standing("vi")
    away = RedisAway("gone")
    # Wagtail asks the cache for a page's address, too: reading anew would fail.
    with (
        patch.object(LocMemCache, "get", side_effect=away),
        patch("brand.help.selectors._read_standing", side_effect=away),
    ):
        assert standing("vi") == seen

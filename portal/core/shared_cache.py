"""The shared cache while it is away: which errors say so, and a counter of this process that stands in for it."""

from django.core.cache.backends.base import BaseCache
from django.core.cache.backends.locmem import LocMemCache
from redis.exceptions import RedisError

# What a cache raises when its server is gone; the in-memory cache raises none of them.
AWAY = (RedisError, OSError)

own: BaseCache = LocMemCache("limits-while-away", {})

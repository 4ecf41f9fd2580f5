"""The house as it is measured: as the tools look at it, with limits that one loud client cannot reach.

A limit is still counted, so that its cost stays in the figures.
"""

from portal.core import limits
from tests.tooling.settings import *  # noqa: F403  (settings are one name space by Django's design)
from tests.tooling.settings import INSTALLED_APPS, LOGGING

PLENTY = 1_000_000
_hit = limits.hit


def _hit_far_from_full(limit: limits.Limit, who: str | int) -> None:
    _hit(limits.Limit(limit.name, PLENTY, limit.seconds), who)


# Before any room imports it: settings are read first.
limits.hit = _hit_far_from_full
INSTALLED_APPS = [*INSTALLED_APPS, "tests.bench.apps.BenchConfig"]
LOGGING["root"]["level"] = "ERROR"

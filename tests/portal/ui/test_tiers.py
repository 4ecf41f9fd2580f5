"""Tiers as the ground floor knows them: names for forms, marks for chips."""

from __future__ import annotations

from typing import Any

import pytest
from django.conf import settings
from django.utils import translation

from badges.tiers.marks import MARKS
from badges.tiers.models import Tier
from portal.ui import tiers

pytestmark = pytest.mark.django_db


def test_every_mark_is_drawn_coloured_and_named() -> None:
    css = (settings.BASE_DIR / "static/css/components/tier-mark.css").read_text()
    assert set(MARKS) == set(tiers.LOOKS)
    for look in tiers.LOOKS.values():
        assert (settings.BASE_DIR / f"static/marks/solid-tier-{look}.svg").exists()
        assert f".is-{look} {{ --tier-color: var(--tier-{look}); }}" in css


def test_forms_offer_the_tiers_of_today_by_name_and_keep_what_is_none_any_more() -> None:
    with translation.override("en"):
        assert tiers.doors() == [(1, "Silver and above"), (2, "Gold and above"), (3, "Diamond")]
        assert tiers.doors(None, 0, 6, 2)[-1] == (6, "Rank 6, which is no tier any more")
        assert len(tiers.doors(None, 0, 6, 2)) == 4


def test_the_mark_of_a_later_tier_is_read_once(django_assert_num_queries: Any) -> None:
    Tier.objects.create(code="grove", rank=4, mark="tree")
    with django_assert_num_queries(1):
        assert [tiers.look_of(code) for code in ("grove", "grove", "gold", "", "unknown")] == [
            "tree", "tree", "gold", "member", "member",
        ]  # fmt: skip
    with django_assert_num_queries(0):
        assert tiers.look_of("not-yet", "moon") == "moon"

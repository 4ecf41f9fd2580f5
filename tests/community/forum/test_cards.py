"""What can be done with a post, drawn once for many, says of each post what the part by itself says of it."""

from datetime import UTC, datetime
from itertools import cycle, product

import pytest
from django.template import Context
from django.template.loader import get_template
from django.utils.translation import override

from community.forum.cards import NOBODY, PostCard
from tests.portal.ui.test_keeping import template

FLAGS = ("question", "hidden", "restorable", "own", "accepted", "asked", "moderated", "keepable", "is_saved")


def card(**more: object) -> PostCard:
    base = {
        "public_id": "p0st", "number": 3, "page": 1, "topic_id": "t0pic", "topic_slug": "xay-sao-cho-vua",
        "topic_author_id": 71, "question": False, "author_id": 72, "author": NOBODY, "answers": ("other", "Bob"),
        "html": "<p>Words</p>", "language": "vi", "created_at": datetime(2026, 11, 1, tzinfo=UTC), "edited": True,
        "counts": (2, 0), "pressed": (True, False), "gone": False, "hidden": False,
        "hidden_by_author": False, "reason": "why", "restorable": False, "own": False, "accepted": False,
        "asked": False, "moderated": False, "keepable": True, "is_saved": False,
    }  # fmt: skip
    return PostCard(**{**base, **more})  # type: ignore[arg-type]


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_stencil_of_what_can_be_done_equals_the_part_by_itself_for_every_kind_of_card(language: str) -> None:
    page = template('{% stencil card=card %}{% include "community/forum/_acts.html" %}{% endstencil %}')
    alone = get_template("community/forum/_acts.html").template  # type: ignore[attr-defined]
    others = (
        {"public_id": "zq1hole", "topic_slug": "zq3hole", "number": 1, "page": 1},
        {"public_id": "later", "author_id": 5, "topic_author_id": 6, "number": 64, "page": 4, "counts": (0, 40)},
        {"topic_slug": "-", "pressed": (False, True), "html": "<p>Quite other</p>", "answers": None},
    )
    with override(language):
        for flags, other in zip(product((False, True), repeat=len(FLAGS)), cycle(others), strict=False):
            first, one = (card(**dict(zip(FLAGS, flags, strict=True)), **more) for more in ({}, other))
            page.render(Context({"card": first}))
            drawn = page.render(Context({"card": one}))
            assert drawn == alone.render(Context({"card": one})), one
            assert "hole" not in drawn.replace("zq1hole", "").replace("zq3hole", "")

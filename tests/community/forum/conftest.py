"""An open space, ways to lay further ones, and how to talk in them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import count
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.cache import cache
from django.utils import translation

from community import api
from community.forum import actions
from community.forum.models import Post, Space, Topic
from portal.accounts.models import Member, Standing
from portal.scopes.models import Scope

AT = datetime(2026, 11, 20, 13, 0, tzinfo=UTC)
TITLE = "Phin chảy quá nhanh, cà phê nhạt"
BODY = "Nước vừa sôi, hai phút là **hết**."
SILVER = 1
_keys = count(1)


def new_key() -> str:
    return f"test-{next(_keys)}"


def make_space(code: str, **fields: Any) -> Space:
    scope, _created = Scope.objects.get_or_create(code="may", defaults={"kind": "brand", "name": "Mây"})
    texts = {
        "vi": (f"Góc {code}", f"Nơi nói chuyện {code}"),
        "en": (f"The {code} corner", f"Where {code} is talked of"),
    }
    return api.open_space(code=code, scope=scope, position=Space.objects.count(), texts=texts, **fields)


def start(actor: Member, space: str = "phin", *, title: str = TITLE, body: str = BODY, **more: Any) -> Topic:
    given = {"key": new_key(), "at": AT, "limited": False} | more
    return actions.start_topic(actor=actor, space=space, title=title, body=body, **given)


def reply(actor: Member, topic: Topic, body: str = "Thử ủ bột 45 giây xem sao.", **more: Any) -> Post:
    given = {"key": new_key(), "at": AT, "limited": False} | more
    return actions.post_reply(actor=actor, topic=topic.public_id, body=body, **given)


def react(actor: Member, post: Post, kind: str = "tea", **more: Any) -> Any:
    return actions.react(actor=actor, post=post.public_id, kind=kind, **({"at": AT, "limited": False} | more))


def first(topic: Topic) -> Post:
    return Post.objects.get(topic=topic, number=1)


def set_rank(member: Member, rank: int) -> Member:
    Standing.objects.filter(member=member).update(tier_rank=rank, tier_code="silver" if rank else "member")
    return Member.objects.select_related("standing").get(pk=member.pk)


@pytest.fixture(autouse=True)
def calm() -> Iterator[None]:
    """No limits left over from the test before, and the language of the house."""
    cache.clear()
    with translation.override("vi"):
        yield
    cache.clear()


@pytest.fixture
def one_window(monkeypatch: pytest.MonkeyPatch) -> None:
    """The clock of the limits stands still, so that no window ends in the middle of a test."""
    monkeypatch.setattr("portal.core.limits.time", SimpleNamespace(time=lambda: 1_700_000_000.0))


@pytest.fixture
def space(db: None) -> Space:
    return make_space("phin")


@pytest.fixture
def topic(space: Space, alice: Member) -> Topic:
    return start(alice)

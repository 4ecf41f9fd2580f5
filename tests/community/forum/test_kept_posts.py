"""Posts and rows are drawn once for many readers: nobody sees another's part of them, and nobody what was before."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

from community.forum import actions
from community.forum.models import Post, Space, Topic
from portal.accounts.blocks.models import Block
from portal.accounts.models import Member, Standing
from portal.ui import keeping
from tests.community.forum.conftest import AT, react, reply, start

pytestmark = pytest.mark.django_db
SECRET = "lời chỉ người giữ nhà đọc"
ARTICLE = re.compile(r'<article class="post.*?</article>|<li class="topic-row.*?</li>', re.DOTALL)


def parts(browser: Client, address: str) -> list[str]:
    return ARTICLE.findall(browser.get(address).content.decode())


@pytest.fixture
def readers(
    client: Client, signed_in: Any, alice: Member, bob: Member, charlie: Member, staff: Member, mod: Member
) -> dict[str, Client]:
    """The moderator first: what she alone may see would be kept for those after her."""
    Block.objects.create(member=charlie, blocked=alice, at=AT)
    names = {"mod": mod, "author": alice, "replier": bob, "blocked": charlie, "staff": staff}
    return {name: signed_in(member) for name, member in names.items()} | {"visitor": client}


def test_each_reader_sees_after_each_change_what_is_drawn_for_her_alone(
    readers: dict[str, Client], space: Space, alice: Member, bob: Member, charlie: Member, mod: Member
) -> None:
    topic = start(alice, space=space.code, kind="question")
    post = reply(bob, topic, body=f"Đây là {SECRET}, xin đừng kể.")
    pid = post.public_id

    def change_chip(**fields: Any) -> None:
        Standing.objects.filter(member=bob).update(**fields)

    steps = {
        "as written": lambda: None,
        "reaction": lambda: react(charlie, post),
        "saved": lambda: actions.save_post(actor=charlie, post=pid, at=AT),
        "accepted": lambda: actions.accept_answer(actor=alice, post=pid, at=AT, limited=False),
        "edited": lambda: actions.edit_post(
            actor=bob, post=pid, body=f"Lần hai: {SECRET}.", revision=1, at=AT, limited=False
        ),
        "renamed": lambda: change_chip(name="Vũ Tên Khác", handle="ten-khac"),
        "tier": lambda: change_chip(tier_code="gold", tier_names={"vi": "Vàng", "en": "Gold"}),
        "badge": lambda: change_chip(badges=[{"src": "/badge.svg", "vi": "Huy hiệu", "en": "Badge"}]),
        "face": lambda: change_chip(avatar_url="/media/face.webp"),
        "hidden": lambda: actions.hide_post(actor=mod, post=pid, reason="không hợp", at=AT),
        "restored": lambda: actions.restore_post(actor=mod, post=pid, reason="nhầm", at=AT),
        "erased": lambda: Post.objects.filter(pk=post.pk).update(html="", source=""),
    }
    here, rows = topic.get_absolute_url(), space.get_absolute_url()
    before = ""
    for step, change in steps.items():
        change()
        for name, browser in readers.items():
            for address in (here, rows, here.replace("/vi/", "/en/")):
                warm = parts(browser, address)
                keeping.forget_all()
                assert warm == parts(browser, address), (step, name, address)
        shown = {name: "".join(parts(browser, here)) for name, browser in readers.items()}
        seen_by = {name for name, page in shown.items() if SECRET in page}
        everybody = set(readers)
        assert seen_by == {"hidden": {"mod", "replier"}, "erased": set()}.get(step, everybody), step
        assert shown["visitor"] != before or step == "saved", step
        before = shown["visitor"]
    assert len(parts(readers["visitor"], rows)) == 1


def test_one_members_marks_do_not_reach_another(readers: dict[str, Client], topic: Topic, charlie: Member) -> None:
    post = Post.objects.get(topic=topic, number=1)
    react(charlie, post)
    actions.save_post(actor=charlie, post=post.public_id, at=AT)
    pages = {name: "".join(parts(browser, topic.get_absolute_url())) for name, browser in readers.items()}
    assert {name for name, page in pages.items() if 'aria-pressed="true"' in page} == {"blocked"}
    assert {name for name, page in pages.items() if "data-saved" in page} == {"blocked"}
    own = f'data-owner="{topic.author_id}"><a class="act" href="/vi/community/posts/{post.public_id}/edit/'
    assert {name for name, page in pages.items() if own in page} == {"author"}


def test_each_reader_sees_her_own_news_in_a_list(readers: dict[str, Client], topic: Topic, bob: Member) -> None:
    readers["replier"].get(topic.get_absolute_url())
    actions.mark_read(actor=bob, topic=topic.public_id, number=1, at=AT)
    rows = {name: "".join(parts(browser, "/vi/community/spaces/phin/")) for name, browser in readers.items()}
    assert "is-unread" not in rows["replier"]
    assert "is-unread" not in rows["visitor"]

"""Blocks: each one can be seen before it is chosen, living ones tell the truth to each reader, and cost the same."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.template.loader import get_template
from django.test import Client, RequestFactory
from django.utils import translation
from wagtail.admin.compare import get_comparison_class_for_block
from wagtail.blocks import StreamBlockValidationError

from brand.pages.blocks import BrandBody, HomeBody
from brand.stories.blocks import StoryBody
from brand.writing.blocks import SharedBlocks
from community import api as community
from portal.accounts.models import Member
from portal.core.clock import now
from portal.scopes.actions import mirror
from portal.scopes.models import Scope
from tests.brand.conftest import Shelf
from tests.helpers.queries import assert_num_queries_constant
from tests.helpers.sessions import enter

pytestmark = pytest.mark.django_db
EMPTY_WHILE_THERE_IS_NONE = {"houses", "newest_stories", "member_quote", "wide_picture", "picture_pair", "quest"}
ALL = {**StoryBody().child_blocks, **HomeBody().child_blocks, **BrandBody().child_blocks}


@pytest.fixture
def house(db: None) -> Scope:
    """A brand with two spaces, one of them for the staff."""
    root = Scope.objects.filter(kind="brand").first() or mirror(code="may", kind="brand", name="Mây")
    for code, closed in (("goc-phin", False), ("bep", True)):
        community.open_space(
            code=code, scope=root, position=1, texts={"vi": (code, ""), "en": (code, "")}, staff_only=closed
        )
    return root


def say(member: Member, title: str, space: str = "goc-phin") -> Any:
    """A topic by a member."""
    return community.start_topic(
        actor=member, space_code=space, title=title, source=f"Lời mở của {title}.", key=title.replace(" ", "-"),
        at=now(), live=False,
    )  # fmt: skip


def show(shelf: Shelf, *blocks: dict[str, Any], reader: Client | None = None) -> str:
    """The front room made of these blocks, as somebody sees it."""
    home = shelf.shelves["vi"].get_parent().specific
    home.body = list(blocks)
    home.save_revision().publish()
    response = (reader or Client()).get(home.url)
    assert response.status_code == 200
    return response.content.decode()


def test_there_are_at_least_twelve_blocks_for_every_page() -> None:
    assert len(SharedBlocks().child_blocks) >= 12


@pytest.mark.parametrize("name", sorted(ALL))
def test_a_block_can_be_seen_before_it_is_chosen(name: str) -> None:
    block = ALL[name]
    assert block.meta.icon != "placeholder"
    assert block.get_description()
    assert block.is_previewable
    assert get_template(block.meta.template).template.name.startswith("brand/blocks/")
    request = RequestFactory().get("/")
    request.user = AnonymousUser()
    value = block.get_preview_value()
    context = block.get_preview_context(value, {"request": request})
    html = block.render(value, context={**context, "request": request})
    assert "style=" not in html
    # What shows something of the house shows nothing, kindly, while there is none of it.
    assert html.strip() or name in EMPTY_WHILE_THERE_IS_NONE


def test_the_editor_sees_a_block_in_the_looks_of_the_house(manager: Member) -> None:
    manager.is_superuser = True
    manager.save()
    block = SharedBlocks().child_blocks["pull_quote"]
    browser = enter(Client(), manager, second_factor=True)
    response = browser.get(f"/admin/block-preview/?id={block.definition_prefix}")
    assert response.status_code == 200
    page = response.content.decode()
    assert "build/app.css" in page
    assert "Cây có trước" in page


# ── The ring ────────────────────────────────────────────────────────────────────────────────────────────────────
RING = {"type": "tier_meter", "value": {"heading": "Bạn ở đâu?", "words": ""}}


def test_a_member_sees_her_ring_and_a_visitor_an_invitation(shelf: Shelf, alice: Member, signed_in) -> None:
    visitor, member = show(shelf, RING), show(shelf, RING, reader=signed_in(alice))
    assert "tier-meter-cup" not in visitor
    assert "/vi/accounts/signup/" in visitor
    assert "tier-meter-cup" in member


# ── Talk ────────────────────────────────────────────────────────────────────────────────────────────────────────
def talk(space: str = "", count: int = 4) -> dict[str, Any]:
    return {"type": "latest_topics", "value": {"heading": "Tối nay", "space": space, "count": count}}


def test_talk_shows_only_what_this_reader_may_see(house: Scope, shelf: Shelf, alice: Member, mod: Member) -> None:
    say(alice, "Phin chay nhanh")
    say(mod, "Chuyen trong bep", "bep")
    page = show(shelf, talk())
    assert "Phin chay nhanh" in page
    assert "Chuyen trong bep" not in page
    assert "Chuyen trong bep" not in show(shelf, talk("bep"))


def test_many_blocks_of_talk_and_stories_cost_what_one_costs(house: Scope, shelf: Shelf, alice: Member) -> None:
    for n in range(4):
        say(alice, f"Chuyen {n}")
        shelf.tell(f"suong-{n}")
    stories = {"type": "newest_stories", "value": {"heading": "", "count": 2}}
    home = shelf.shelves["vi"].get_parent().specific
    show(shelf, talk(), stories)

    def grow() -> None:
        home.refresh_from_db()
        home.body = [talk(), stories, talk("goc-phin", 3), stories, talk("bep"), stories]
        home.save_revision().publish()
        Client().get(home.url)  # publishing forgets the addresses of the site, which live longer than a page

    assert_num_queries_constant(lambda: Client().get(home.url), grow)


# ── A member's words ────────────────────────────────────────────────────────────────────────────────────────────
def quote(address: str) -> dict[str, Any]:
    return {"type": "member_quote", "value": {"address": address, "agreed": True}}


def test_a_members_words_stand_while_they_are_public_and_go_with_them(
    house: Scope, shelf: Shelf, alice: Member, mod: Member
) -> None:
    from community.forum.actions import hide_post, restore_post

    post = community.first_post(say(alice, "Phin chay nhanh"))
    for address in (
        post.get_absolute_url(),
        f"/en/community/posts/{post.public_id}/",
        f"https://may.example/vi/community/topics/x/y/#post-{post.public_id}",
    ):
        assert "Lời mở của Phin chay nhanh." in show(shelf, quote(address))
    assert alice.name in show(shelf, quote(post.get_absolute_url()))
    hide_post(actor=mod, post=post.public_id, reason="Trùng với lời trước đó.", at=now())
    page = show(shelf, quote(post.get_absolute_url()))
    assert "block-quote" not in page
    assert "Lời mở" not in page
    restore_post(actor=mod, post=post.public_id, reason="Xem lại thì không trùng.", at=now())
    assert "Lời mở của Phin chay nhanh." in show(shelf, quote(post.get_absolute_url()))


def test_only_a_public_post_and_only_with_consent_can_be_chosen(house: Scope, alice: Member, mod: Member) -> None:
    body = SharedBlocks()
    public = community.first_post(say(alice, "Phin chay nhanh")).get_absolute_url()
    hidden = community.first_post(say(mod, "Chuyen trong bep", "bep")).get_absolute_url()
    body.clean(body.to_python([quote(public)]))
    silent = {"type": "member_quote", "value": {"address": public, "agreed": False}}
    for raw in (quote(hidden), quote("/vi/"), quote("https://x.example/"), silent):
        with pytest.raises(StreamBlockValidationError):
            body.clean(body.to_python([raw]))


# ── Things ──────────────────────────────────────────────────────────────────────────────────────────────────────
def test_a_price_is_written_as_the_reader_writes_it(shelf: Shelf) -> None:
    thing = {"type": "things", "value": {"heading": "", "things": [{"name": "Mộc", "price": 145000, "link": {}}]}}
    assert "145.000\u00a0đ" in show(shelf, thing)
    english = shelf.shelves["en"].get_parent().specific
    english.body = [thing]
    english.save_revision().publish()
    assert "145,000\u00a0VND" in Client().get(english.url).content.decode()


def test_two_versions_are_compared_where_a_part_without_a_picture_came() -> None:
    beat = ALL["beat"]
    told = beat.to_python({"kind": "opening", "heading": "Người dậy trước mây", "text": "<p>Sương.</p>"})
    assert told["picture"] is None
    with translation.override("vi"):
        shown = get_comparison_class_for_block(beat)(beat, False, True, None, told).htmlvalue(told)
    assert "Người dậy trước mây" in shown
    # By its words, not by the code under which it is kept.
    assert "<dd>Mở đầu</dd>" in shown

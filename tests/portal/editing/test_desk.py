"""The first page of the workshop: what needs whom, in few queries; the house's name on it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from wagtail.models import Workflow

from brand.stories.models import StoryPage
from portal.accounts.models import Member
from portal.core.clock import now
from portal.editing.attention import heaps
from portal.events.models import Delivery, DomainEvent
from tests.brand.conftest import Shelf
from tests.helpers.queries import assert_num_queries_constant

pytestmark = pytest.mark.django_db


def found(member: Member) -> dict[str, list[str]]:
    """Heap by heap, the titles that stand there."""
    fresh = Member.objects.get(pk=member.pk)
    return {heap.key: [item.title for item in heap.items] for heap in heaps(fresh, at=now())}


@pytest.mark.parametrize("role", ["admin", "brand", "section", "approver", "moderator", "analyst"])
def test_the_desk_opens_for_every_role_under_the_houses_name(role: str, at_the_desk: Callable[[str], Client]) -> None:
    page = at_the_desk(role).get("/admin/")
    assert page.status_code == 200
    assert "<title>" in page.text
    assert "Wagtail" not in page.text.split("<title>")[1].split("</title>")[0]
    assert "img/favicon.svg" in page.text


def test_what_was_handed_in_waits_for_others_and_not_for_who_wrote_it(shelf: Shelf, desk: dict[str, Member]) -> None:
    story = shelf.tell("suong")
    story.title = "Sương mới"
    story.save_revision(user=desk["brand"])
    Workflow.objects.get(active=True).start(story, desk["brand"])
    assert found(desk["approver"]) == {"waiting": ["Sương mới"]}
    assert "waiting" not in found(desk["brand"])
    assert found(desk["brand"])["drafts"] == ["Sương mới"]
    assert found(desk["moderator"]) == {}


def test_stories_without_english_and_without_a_described_cover_are_named(shelf: Shelf, desk: dict[str, Member]) -> None:
    from tests.portal.editing.walk import picture

    # A form refuses it; stories from before that rule may still lack it.
    StoryPage.objects.filter(pk=shelf.tell("mot", cover=picture()).pk).update(cover_alt="")
    shelf.tell_in_both("hai")
    assert found(desk["brand"]) == {"no-english": ["Chuyện mot"], "no-alt": ["Chuyện mot"]}
    assert found(desk["section"]) == {}


def test_what_goes_out_today_is_named_with_its_hour(shelf: Shelf, desk: dict[str, Member]) -> None:
    story, _english = shelf.tell_in_both("hen-gio")
    story.go_live_at = now() + timedelta(seconds=30)
    story.save_revision().publish()
    heap = next(heap for heap in heaps(desk["brand"], at=story.go_live_at) if heap.key == "going-out")
    assert [item.title for item in heap.items] == [story.title]


def test_only_administrators_see_what_was_not_heard(
    desk: dict[str, Member], at_the_desk: Callable[[str], Client]
) -> None:
    event = DomainEvent.objects.create(name="StoryRead", occurred_at=now())
    Delivery.objects.create(event=event, subscriber="earning", due_at=now(), attempts=3, error="ValueError: no")
    assert found(desk["admin"])["failed"] == ["StoryRead"]
    assert "failed" not in found(desk["brand"])
    assert "ValueError: no" in at_the_desk("admin").get("/admin/reports/deliveries/").text


def test_the_desk_needs_the_same_queries_for_one_story_and_for_many(shelf: Shelf, desk: dict[str, Member]) -> None:
    workflow = Workflow.objects.get(active=True)

    def grow(amount: int = 6, start: int = 1) -> None:
        for number in range(start, start + amount):
            workflow.start(shelf.tell(f"them-{number}"), desk["admin"])

    grow(1, 0)
    assert_num_queries_constant(lambda: found(desk["brand"]), grow)

"""The first page of the workshop: what needs whom, in few queries; the house's name on it."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.contrib.contenttypes.models import ContentType
from django.test import Client
from wagtail.models import Workflow, WorkflowContentType

from brand.help.models import HelpAnswer, HelpPage
from brand.identity.models import Identity
from brand.pages.models import PromisePage
from brand.stories.models import StoryPage
from portal.accounts.models import Member
from portal.core.clock import now
from portal.editing.attention import heaps
from portal.events.models import Delivery, DomainEvent
from portal.scopes.models import Scope
from tests.brand.conftest import Shelf, publish
from tests.brand.help.conftest import Centre
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


def test_the_workshop_wears_the_colours_of_the_house(at_the_desk: Callable[[str], Client]) -> None:
    page = at_the_desk("brand").get("/admin/").text
    assert page.index("wagtailadmin/css/core.css") < page.index("build/desk.css") < page.index("/theme/")


def test_an_address_that_leads_nowhere_leads_back_to_the_desk(at_the_desk: Callable[[str], Client]) -> None:
    lost = at_the_desk("brand").get("/admin/nowhere/")
    assert lost.status_code == 404
    assert "Wagtail" not in lost.text.split("<main")[1]
    assert 'href="/admin/"' in lost.text


def test_name_and_picture_have_one_home_and_the_menu_calls_her_by_name(
    at_the_desk: Callable[[str], Client], desk: dict[str, Member]
) -> None:
    browser = at_the_desk("brand")
    account = browser.get("/admin/account/").text
    assert 'name="theme-theme"' in account
    for foreign in ("first_name", "last_name", "avatar-avatar"):
        assert foreign not in account
    menu = browser.get("/admin/").text.split('id="wagtail-sidebar-props"')[1].split("</script>")[0]
    assert f'"name": {json.dumps(desk["brand"].name)}' in menu
    assert desk["brand"].email not in menu


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


def test_answers_that_helped_nobody_are_named_and_lead_to_where_they_are_written(
    shelf: Shelf, desk: dict[str, Member]
) -> None:
    centre, today = Centre(shelf), now()

    def say(page: HelpPage, no: int, yes: int) -> None:
        for n in range(no + yes):
            HelpAnswer.objects.create(
                question=page.translation_key, locale="vi", voter=f"v{n}", day=today.date(), helped=n >= no, at=today
            )

    bad, worst, few, good = (centre.ask(title) for title in ("Hạt hết hạn?", "Mã không tới?", "Thẻ tên?", "Lên hạng?"))
    for page, no, yes in ((bad, 3, 1), (worst, 5, 5), (few, 2, 0), (good, 4, 9)):
        say(page, no, yes)
    heap = next(heap for heap in heaps(desk["brand"], at=today) if heap.key == "unhelpful")
    assert [(item.title, item.note) for item in heap.items] == [
        ("Mã không tới?", "5 trên 10 người nói chưa"), ("Hạt hết hạn?", "3 trên 4 người nói chưa"),
    ]  # fmt: skip
    assert heap.items[0].url == f"/admin/pages/{worst.pk}/edit/"
    assert "unhelpful" not in found(desk["section"])
    worst.unpublish()
    assert found(desk["brand"])["unhelpful"] == ["Hạt hết hạn?"]


def test_a_cover_without_words_is_named_on_whatever_page_it_stands(shelf: Shelf, desk: dict[str, Member]) -> None:
    from tests.portal.editing.walk import picture

    home = shelf.shelves["vi"].get_parent().specific
    page = publish(home, PromisePage(title="Năm lời hứa", slug="hua", lead="Ít thôi", locale=home.locale))
    PromisePage.objects.filter(pk=page.pk).update(cover=picture(), cover_alt="")
    assert found(desk["brand"])["no-alt"] == ["Năm lời hứa"]


def test_a_look_that_was_handed_in_leads_to_the_look(desk: dict[str, Member]) -> None:
    scope, _made = Scope.objects.get_or_create(code="may", defaults={"kind": "brand", "name": "Mây"})
    look, _made = Identity.objects.get_or_create(scope=scope, defaults={"name": "Mây"})
    look.save_revision(user=desk["brand"])
    workflow = Workflow.objects.get(active=True)
    WorkflowContentType.objects.create(content_type=ContentType.objects.get_for_model(Identity), workflow=workflow)
    workflow.start(look, desk["brand"])
    heap = next(heap for heap in heaps(desk["admin"], at=now()) if heap.key == "waiting")
    assert [item.url for item in heap.items] == [f"/admin/snippets/brand/identity/edit/{look.pk}/"]


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

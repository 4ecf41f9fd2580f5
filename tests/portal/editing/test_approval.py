"""Submit, have it read by another, publish; also later, compared, taken back, locked and talked about."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core import mail
from django.core.exceptions import PermissionDenied
from django.test import Client, RequestFactory
from wagtail.models import Comment, PageSubscription, TaskState, Workflow, WorkflowState
from wagtail_factories import ImageFactory

from brand.stories.models import StoryPage
from portal.accounts.models import Member
from portal.core.clock import now
from portal.editing.hooks import back_to_what_waits
from portal.notifications.models import Notification
from portal.notifications.selectors import inbox, shown
from tests.brand.conftest import Shelf
from tests.portal.editing.conftest import story_form

pytestmark = pytest.mark.django_db


@pytest.fixture
def handed_in(shelf: Shelf, desk: dict[str, Member]) -> StoryPage:
    """A story that the brand's manager wrote anew and handed in."""
    story = shelf.tell("suong")
    story.title = "Sương mới"
    story.save_revision(user=desk["brand"])
    Workflow.objects.get(active=True).start(story, desk["brand"])
    return story


def decide(browser: Client, story: StoryPage, action: str = "approve") -> int:
    """Posts a decision by its address, as the button does."""
    state = TaskState.objects.filter(status=TaskState.STATUS_IN_PROGRESS).get()
    address = f"/admin/pages/workflow/action/{story.pk}/{action}/{state.pk}/"
    return browser.post(address, {"comment": ""}).status_code


def told(kind: str) -> set[str]:
    """Who has an open item of a kind, by the local part of the address."""
    rows = Notification.objects.filter(kind=kind, rescinded_at=None, read_at=None)
    return {email.split("@")[0] for email in rows.values_list("member__email", flat=True)}


# ── Four eyes ───────────────────────────────────────────────────────────────────────────────────────────────────
def test_another_person_approves_and_the_story_is_public(
    handed_in: StoryPage, at_the_desk: Callable[[str], Client]
) -> None:
    assert decide(at_the_desk("approver"), handed_in) == 302
    assert StoryPage.objects.get(pk=handed_in.pk).title == "Sương mới"
    assert WorkflowState.objects.get().status == WorkflowState.STATUS_APPROVED


def test_the_editors_own_saving_takes_no_decision(handed_in: StoryPage, at_the_desk: Callable[[str], Client]) -> None:
    approve = {"action-workflow-action": "true", "workflow-action-name": "approve"}
    form = story_form(title="Sương mới", slug="suong", **approve)
    approver, address = at_the_desk("approver"), f"/admin/pages/{handed_in.pk}/edit/"
    assert approver.post(address, form, headers={"accept": "application/json"}).status_code == 400
    assert StoryPage.objects.get(pk=handed_in.pk).title != "Sương mới"
    assert handed_in.current_workflow_state.status == WorkflowState.STATUS_IN_PROGRESS


def test_whoever_reads_for_others_is_shown_the_pictures_of_what_waits(
    shelf: Shelf, at_the_desk: Callable[[str], Client], request: pytest.FixtureRequest
) -> None:
    picture = f"/admin/api/main/images/{ImageFactory().pk}/"
    assert at_the_desk("approver").get(picture).status_code == 403
    request.getfixturevalue("handed_in")
    assert at_the_desk("approver").get(picture).status_code == 200
    assert at_the_desk("moderator").get(picture).status_code == 403


@pytest.mark.parametrize(("role", "whither"), [("approver", "/admin/"), ("brand", "/admin/pages/{parent}/")])
def test_after_a_decision_nobody_is_sent_where_she_may_not_be(
    handed_in: StoryPage, desk: dict[str, Member], rf: RequestFactory, role: str, whither: str
) -> None:
    request = rf.post(f"/admin/pages/{handed_in.pk}/edit/")
    request.user = desk[role]
    sent = back_to_what_waits(request, handed_in)
    parent = handed_in.get_parent().pk
    assert (sent.headers["Location"] if sent else f"/admin/pages/{parent}/") == whither.format(parent=parent)


def test_who_handed_it_in_cannot_approve_it(handed_in: StoryPage, at_the_desk: Callable[[str], Client]) -> None:
    assert decide(at_the_desk("brand"), handed_in) == 403
    assert StoryPage.objects.get(pk=handed_in.pk).title != "Sương mới"


def test_not_even_an_administrator_approves_her_own(
    shelf: Shelf, desk: dict[str, Member], at_the_desk: Callable[[str], Client]
) -> None:
    story = shelf.tell("suong")
    story.save_revision(user=desk["admin"])
    Workflow.objects.get(active=True).start(story, desk["admin"])
    assert decide(at_the_desk("admin"), story) == 403
    task = TaskState.objects.get()
    with pytest.raises(PermissionDenied):
        task.task.specific.on_action(task, desk["admin"], "approve")


def test_who_rewrote_it_meanwhile_cannot_approve_her_own_words(
    handed_in: StoryPage, desk: dict[str, Member], at_the_desk: Callable[[str], Client]
) -> None:
    handed_in.save_revision(user=desk["approver"])
    assert decide(at_the_desk("approver"), handed_in) == 403
    assert decide(at_the_desk("admin"), handed_in) == 302


def test_who_handed_it_in_leaves_it_alone_meanwhile(
    handed_in: StoryPage, desk: dict[str, Member], at_the_desk: Callable[[str], Client]
) -> None:
    page = StoryPage.objects.get(pk=handed_in.pk)
    assert page.get_lock().for_user(desk["brand"])
    assert not page.get_lock().for_user(desk["approver"])
    form = story_form(title="Vòng qua", slug="suong", **{"action-publish": "1"})
    at_the_desk("brand").post(f"/admin/pages/{page.pk}/edit/", form)
    assert StoryPage.objects.get(pk=page.pk).title == "Chuyện suong"
    page.current_workflow_state.cancel(user=desk["brand"])
    at_the_desk("brand").post(f"/admin/pages/{page.pk}/edit/", form)
    assert StoryPage.objects.get(pk=page.pk).title == "Vòng qua"


def test_she_takes_it_back_and_works_on(handed_in: StoryPage, desk: dict[str, Member]) -> None:
    handed_in.current_workflow_state.cancel(user=desk["brand"])
    page = StoryPage.objects.get(pk=handed_in.pk)
    assert page.permissions_for_user(desk["brand"]).can_publish()
    assert told("page_waits") == set()


# ── What people are told ────────────────────────────────────────────────────────────────────────────────────────
def test_those_who_may_approve_are_told_and_wagtail_writes_no_letter(handed_in: StoryPage) -> None:
    assert told("page_waits") == {"approver"}
    assert mail.outbox == []


def test_the_sentence_is_in_the_readers_language(handed_in: StoryPage, desk: dict[str, Member]) -> None:
    from django.utils import translation

    (item,) = inbox(desk["approver"].pk)
    with translation.override("en"):
        line = shown(item)
    assert line["title"] == "Người brand hands in “Sương mới”: please read it before the public does"
    assert line["url"] == f"/admin/pages/{handed_in.pk}/edit/"
    assert shown(item)["title"] != line["title"]


@pytest.mark.parametrize(("action", "kind"), [("approve", "page_approved"), ("reject", "page_sent_back")])
def test_the_decision_is_told_to_who_handed_it_in_and_waits_for_nobody(
    action: str, kind: str, handed_in: StoryPage, at_the_desk: Callable[[str], Client]
) -> None:
    decide(at_the_desk("approver"), handed_in, action)
    assert told(kind) == {"brand"}
    assert told("page_waits") == set()


def test_a_right_that_is_gone_hides_the_item(handed_in: StoryPage, desk: dict[str, Member]) -> None:
    from portal.notifications.selectors import visible

    items = list(inbox(desk["approver"].pk))
    assert visible(desk["approver"], items) == items
    desk["approver"].groups.clear()
    assert visible(Member.objects.get(pk=desk["approver"].pk), items) == []


# ── Later, before, beside ───────────────────────────────────────────────────────────────────────────────────────
def test_a_scheduled_story_comes_out_by_the_job(shelf: Shelf) -> None:
    from portal.jobs.table import jobs

    story = shelf.tell("hen-gio")
    story.unpublish()
    story.go_live_at = now() + timedelta(seconds=1)
    story.save_revision().publish()
    publish = next(job for job in jobs() if job.name == "publish_scheduled")
    publish.work(now())
    assert not StoryPage.objects.get(pk=story.pk).live
    time.sleep(1.1)
    publish.work(now())
    assert StoryPage.objects.get(pk=story.pk).live


def test_versions_are_compared_and_an_older_one_comes_back(shelf: Shelf, at_the_desk: Callable[[str], Client]) -> None:
    story = shelf.tell("hai-ban")
    first = story.latest_revision
    story.teaser = "Lời mời khác hẳn"
    story.save_revision().publish()
    browser = at_the_desk("brand")
    compared = browser.get(f"/admin/pages/{story.pk}/revisions/compare/{first.pk}...latest/")
    assert "Lời mời khác hẳn" in compared.text
    assert browser.get(f"/admin/pages/{story.pk}/revisions/{first.pk}/revert/").status_code == 200
    first.publish()
    assert StoryPage.objects.get(pk=story.pk).teaser == "Mời đọc"


def test_a_locked_story_is_left_alone_by_others(
    shelf: Shelf, desk: dict[str, Member], at_the_desk: Callable[[str], Client]
) -> None:
    story = shelf.tell("khoa")
    assert at_the_desk("brand").post(f"/admin/pages/{story.pk}/lock/").status_code == 302
    page = StoryPage.objects.get(pk=story.pk)
    assert page.locked_by == desk["brand"]
    assert page.get_lock().for_user(desk["admin"])
    at_the_desk("admin").post(f"/admin/pages/{story.pk}/unlock/")
    assert not StoryPage.objects.get(pk=story.pk).locked


def test_a_remark_is_told_through_the_bell_and_not_by_wagtails_letter(shelf: Shelf, desk: dict[str, Member]) -> None:
    from wagtail.admin.views.pages import edit

    story = shelf.tell("nhan-xet")
    PageSubscription.objects.create(page=story, user=desk["brand"], comment_notifications=True)
    remark = Comment.objects.create(page=story, user=desk["admin"], text="Chỗ này", contentpath="title")
    view = edit.EditView()
    view.page, view.request = story, type("Request", (), {"user": desk["admin"]})
    changes = {"new_comments": [remark], "deleted_comments": [], "resolved_comments": [], "new_replies": []}
    view.send_commenting_notifications(changes)
    assert told("page_remark") == {"brand"}
    assert mail.outbox == []

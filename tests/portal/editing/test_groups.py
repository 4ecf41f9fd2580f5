"""Groups by migration: who may do what, also on a house that is still empty and on pages that come later."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.contrib.auth.models import Group
from django.core.files.base import ContentFile
from django.test import Client
from django.utils import translation
from wagtail.documents import get_document_model
from wagtail.models import Collection, Locale, Page, PageViewRestriction, Task, Workflow

from brand.stories.models import StoryIndexPage
from portal.accounts.models import Member
from portal.accounts.roles import STAFF_GROUPS
from portal.editing.actions import open_section
from tests.brand.conftest import Shelf
from tests.portal.editing.conftest import group, rights_on

pytestmark = pytest.mark.django_db
WHOLE = {("Brand managers", act) for act in ("add", "change", "publish", "lock", "unlock")}
SECTION = {("Section: Mây Rang", act) for act in ("add", "change", "lock", "unlock")}


def model_rights(name: str) -> set[str]:
    return set(group(name).permissions.values_list("codename", flat=True))


def test_the_groups_are_there_with_their_rights_and_wagtails_own_are_gone() -> None:
    assert set(Group.objects.values_list("name", flat=True)) == set(STAFF_GROUPS)
    looks = {f"{act}_identity" for act in ("add", "change", "publish", "lock", "unlock")}
    assert model_rights("Brand managers") >= {"access_admin", "submit_translation"} | looks
    # Rooms add rights on their own things; on people, groups, sites and workflows nobody has any.
    apps = set(Group.objects.exclude(permissions=None).values_list("permissions__content_type__app_label", flat=True))
    assert apps <= {"wagtailadmin", "wagtail_localize", "brand", "badges", "community"}
    assert {name: model_rights(name) for name in STAFF_GROUPS[1:]} == {
        "Programme approvers": {"access_admin"},
        "Moderators": {"access_admin"},
        "Analysts": {"access_admin"},
        "Store staff": set(),
        "Care": set(),
    }


def test_on_an_empty_house_brand_managers_keep_the_page_that_stands_there() -> None:
    (welcome,) = Page.objects.filter(depth=2)
    assert rights_on(welcome) == WHOLE
    assert rights_on(Page.objects.get(depth=1)) == set()


def test_homes_that_are_made_later_get_their_keepers(shelf: Shelf) -> None:
    homes = Page.objects.filter(depth=2)
    assert [rights_on(home) for home in homes] == [WHOLE, WHOLE]
    assert rights_on(shelf.shelves["vi"]) == set()


def test_a_sections_rights_follow_into_its_translation(section: StoryIndexPage) -> None:
    open_section(page=section, name="Mây Rang")
    open_section(page=section, name="Mây Rang")
    assert rights_on(section) == SECTION
    english = section.copy_for_translation(Locale.objects.get(language_code="en"))
    assert rights_on(english) == SECTION


def test_a_sections_editor_edits_below_it_and_nothing_else(
    shelf: Shelf, section: StoryIndexPage, desk: dict[str, Member]
) -> None:
    foreign = shelf.tell("cua-nguoi-khac")
    hers = section.permissions_for_user(desk["section"])
    assert hers.can_edit()
    assert hers.can_add_subpage()
    assert not hers.can_publish()
    others = foreign.permissions_for_user(desk["section"])
    assert not others.can_edit()
    assert not others.can_delete()
    assert not section.get_parent().permissions_for_user(desk["section"]).can_edit()


def test_brand_managers_cannot_take_a_home_away(shelf: Shelf, desk: dict[str, Member]) -> None:
    home = shelf.shelves["vi"].get_parent()
    assert not home.permissions_for_user(desk["brand"]).can_delete()
    assert home.permissions_for_user(desk["brand"]).can_publish()


def test_every_page_is_read_by_another_person_and_wagtails_own_step_rests(shelf: Shelf) -> None:
    workflow = shelf.tell("mot").get_workflow()
    assert workflow.name == "Người khác đọc lại"
    (task,) = workflow.tasks
    assert set(task.specific.groups.values_list("name", flat=True)) == {"Brand managers", "Programme approvers"}
    assert [str(name) for name in Workflow.objects.filter(active=True).values_list("name", flat=True)] == [
        "Người khác đọc lại"
    ]
    assert Task.objects.filter(active=True).count() == 1


def test_the_reading_is_named_in_the_language_of_whoever_reads_and_another_name_stays(shelf: Shelf) -> None:
    page = shelf.tell("mot")
    for language, name in (("en", "Read by another person"), ("vi", "Người khác đọc lại")):
        with translation.override(language):
            workflow = page.get_workflow()
            (task,) = workflow.tasks
            assert [workflow.name, task.name, task.specific.name] == [name] * 3
            assert "name" not in Task.objects.only("pk").get(pk=task.pk).__dict__
    with translation.override("vi"):
        assert Workflow.objects.get(active=False).name == "Người điều phối duyệt"
    Task.objects.filter(pk=task.pk).update(name="Chị Lan đọc")
    with translation.override("en"):
        assert Task.objects.get(pk=task.pk).name == Task.objects.get(pk=task.pk).specific.name == "Chị Lan đọc"


@pytest.mark.parametrize(
    ("role", "status"),
    [("admin", 200), ("brand", 200), ("store", 200), ("care", 200), ("member", 404), ("", 302)],
)
def test_files_within_the_house_open_to_those_who_work_there(
    role: str, status: int, at_the_desk: Callable[[str], Client]
) -> None:
    inner = Collection.objects.get(name="Within the house")
    file = get_document_model().objects.create(
        title="Sổ tay", file=ContentFile(b"rieng", name="so-tay.txt"), collection=inner
    )
    browser = at_the_desk(role) if role else Client()
    answer = browser.get(file.url)
    assert answer.status_code == status
    if status == 302:
        assert answer.url.startswith("/vi/accounts/login/?next=")


def test_a_page_for_some_groups_looks_absent_to_a_member_and_asks_a_visitor_in(
    shelf: Shelf, at_the_desk: Callable[[str], Client]
) -> None:
    story = shelf.tell("rieng")
    rule = PageViewRestriction.objects.create(page=story, restriction_type="groups")
    rule.groups.add(group("Analysts"))
    assert at_the_desk("member").get(story.url).status_code == 404
    assert at_the_desk("analyst").get(story.url).status_code == 200
    assert Client().get(story.url).url.startswith("/vi/accounts/login/?next=")

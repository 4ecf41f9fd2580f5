"""Every write in the workshop leaves a line that says who, what and when; a new room cannot forget it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.urls import ResolverMatch
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import Collection, ModelLogEntry, PageLogEntry

from portal.accounts.models import Member
from portal.editing import audit
from portal.editing.middleware import WorkshopMiddleware
from tests.brand.conftest import Shelf
from tests.helpers.forms import form_of
from tests.portal.editing.conftest import story_form
from tests.portal.editing.expectations import APART
from tests.portal.editing.test_walk import doors
from tests.portal.editing.walk import House

pytestmark = pytest.mark.django_db


def _each(prefix: str, names: str) -> set[str]:
    return {f"{prefix}{name}" for name in names.split()}


# What a person types over the form as it stands, where that alone writes nothing; "@name" is a thing of the house.
TYPED: dict[str, dict[str, Any]] = {
    "wagtailadmin_pages:add": story_form(),
    "wagtailadmin_pages:edit": story_form(title="Tên khác"),
    "wagtailadmin_pages:revisions_revert": story_form(title="Tên cũ"),
    "wagtailadmin_pages:copy": {"new_title": "Bản sao", "new_slug": "ban-sao"},
    "wagtailadmin_pages:set_privacy": {"restriction_type": "login"},
    "wagtailadmin_collections:add": {"name": "Ảnh mùa sương", "parent": "@collection_id"},
    "wagtailadmin_collections:set_privacy": {"restriction_type": "login"},
    "wagtailredirects:add": {"old_path": "/duong-cu", "redirect_link": "https://may.example/"},
    "wagtailimages:edit": {"description": "Núi lúc mây xuống"},
    "forum_space_new": {"code": "goc-moi", "name_vi": "Góc mới", "scope": "@scope_id"},
    "chat_room_new": {"name_vi": "Phòng mới", "icon": "leaf", "from_rank": "0", "history": "full"},
    "wagtailusers_groups:add": {"name": "Người giữ kho"},
    "programme_begin": {"note": "Thử"},
    "programme_segment_write": {"name": "Khách quen"},
    "programme_backtests": {"span": "", "first": "2026-03-01", "last": "2026-03-01"},
    "programme_step": {"step": "approve", "version": "2"},
    "programme_correction": {"step": "approve"},
    "programme_override": {"step": "approve"},
    "wagtailsites:add": {"hostname": "khac.example", "port": "80", "site_name": "Khác", "root_page": "@page_id"},
}
# These write when they are asked as a person would ask them; each leaves its line.
TOLD = (
    _each("wagtailadmin_pages:", "delete unpublish move_confirm set_page_position workflow_action lock")
    | _each("wagtailadmin_pages:", "revisions_unschedule")
    | _each("wagtailadmin_collections:", "edit delete")
    | _each("wagtailadmin_workflows:", "disable edit edit_task disable_task")
    | _each("wagtail_localize:", "update_translations stop_translation")
    | _each("wagtailredirects:", "edit delete")
    | _each("wagtaildocs:", "edit delete delete_multiple")
    | _each("wagtailimages:", "edit delete delete_multiple")
    | _each("wagtailsnippets_brand_identity:", "edit delete revisions_revert revisions_unschedule unpublish lock")
    | _each("wagtaillocales:", "edit copy")
    | _each("wagtailsites:", "edit delete copy")
    | _each("wagtailusers_groups:", "edit delete")
    | _each("wagtailusers_users:", "edit")
    | {"wagtail_bulk_action", "forum_space", "chat_room", "api_key_revoke", "programme_backtest_stop", *TYPED}
)


class Desk:
    """An administrator who tries every door, and takes back what it did."""

    def __init__(self, browser: Client, house: House) -> None:
        self.browser, self.house = browser, house

    def lines(self) -> int:
        """How many lines the log holds."""
        return PageLogEntry.objects.count() + ModelLogEntry.objects.count()

    def _thing(self, value: Any) -> Any:
        known = isinstance(value, str) and value.startswith("@")
        return self.house.arguments[value[1:]] if known else value

    def send(self, name: str, pattern: str) -> tuple[set[str], int]:
        """Asks as a person would; the tables that were written into, and the lines that were left."""
        address = self.house.address(name.lstrip("?"), pattern)
        with transaction.atomic():
            data: dict[str, Any] = {}
            if name in TOLD:
                page = self.browser.get(address)
                html = page.content.decode() if page.status_code == 200 and not page.streaming else ""
                data = form_of(html) | {key: self._thing(value) for key, value in TYPED.get(name, {}).items()}
            before = self.lines()
            with audit.watching() as watch:
                answer = self.browser.post(address, data)
            found = (watch.written if answer.status_code < 400 else set(), self.lines() - before)
            transaction.set_rollback(True)
        return found


@pytest.mark.timeout(900)
@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::django.core.paginator.UnorderedObjectListWarning")
def test_every_route_that_writes_leaves_a_line(
    shelf: Shelf, desk: dict[str, Member], at_the_desk: Callable[[str], Client]
) -> None:
    browser = at_the_desk("admin")
    browser.raise_request_exception = False
    tried = Desk(browser, House(shelf, desk))
    wrote, silent = set(), {}
    for name, pattern in doors():
        if name not in APART:
            tables, lines = tried.send(name, pattern)
            wrote |= {name} if tables else set()
            silent |= {name: tables} if tables and not lines else {}
    assert silent == {}
    # Not one of them was asked in vain, and no other wrote: a new one is named above.
    assert (TOLD - wrote, wrote - TOLD) == (set(), set())


# ── The porter's own line ───────────────────────────────────────────────────────────────────────────────────────
def through_the_porter(member: Member, room: Callable[[], object], *, status: int = 200, method: str = "POST") -> None:
    """A request to a room that says nothing of what it does."""
    request = RequestFactory().generic(method, "/admin/phong-moi/7/")
    request.user = member
    request.resolver_match = ResolverMatch(lambda: None, (), {"thing_id": 7}, "new_room")

    def answer(_request: HttpRequest) -> HttpResponse:
        room()
        return HttpResponse(status=status)

    WorkshopMiddleware(answer)(request)


def told() -> list[tuple[str, str, list[str]]]:
    """Route, who, and the tables of each line of the porter."""
    rows = [*ModelLogEntry.objects.filter(action=audit.WROTE), *PageLogEntry.objects.filter(action=audit.WROTE)]
    return [(row.data["route"], row.user.name, row.data["tables"]) for row in rows]


def keep_a_redirect() -> None:
    Redirect.objects.create(old_path="/cu", redirect_link="https://may.example/")


def test_a_room_that_tells_nothing_is_told_of(desk: dict[str, Member], at_the_desk: Callable[[str], Client]) -> None:
    through_the_porter(desk["admin"], keep_a_redirect)
    assert told() == [("new_room", "Người quản", ["wagtailredirects_redirect"])]
    page = at_the_desk("admin").get("/admin/reports/site-history/").content.decode()
    assert "Đã ghi vào: Chuyển hướng (new_room)" in page
    assert "Người quản" in page
    assert at_the_desk("brand").get("/admin/reports/site-history/").status_code == 403


def test_looking_refused_and_quiet_requests_leave_nothing(desk: dict[str, Member]) -> None:
    from django.contrib.sessions.models import Session
    from django.utils import timezone

    admin = desk["admin"]
    through_the_porter(admin, lambda: None)
    through_the_porter(admin, keep_a_redirect, method="GET")
    through_the_porter(admin, lambda: Redirect.objects.update(is_permanent=True), status=403)
    through_the_porter(admin, lambda: Session.objects.create(session_key="x", expire_date=timezone.now()))
    assert told() == []


def test_a_room_that_told_itself_is_not_told_of_twice(at_the_desk: Callable[[str], Client]) -> None:
    at_the_desk("admin").post("/admin/redirects/add/", {"old_path": "/cu", "redirect_link": "https://may.example/"})
    row = ModelLogEntry.objects.get()
    assert (row.action, row.user.name, row.object_id) == (
        "wagtail.create",
        "Người quản",
        str(Redirect.objects.get().pk),
    )
    assert told() == []


def test_what_wagtail_forgets_is_told_with_who_and_where(at_the_desk: Callable[[str], Client]) -> None:
    root = Collection.objects.get(depth=1)
    at_the_desk("admin").post("/admin/collections/add/", {"name": "Ảnh mùa sương", "parent": root.pk})
    assert [(route, who) for route, who, _tables in told()] == [("wagtailadmin_collections:add", "Người quản")]


def test_who_left_words_behind_is_not_deleted_and_the_answer_says_what_to_do(
    desk: dict[str, Member], at_the_desk: Callable[[str], Client]
) -> None:
    answer = at_the_desk("admin").post(f"/admin/users/delete/{desk['member'].pk}/")
    assert answer.status_code == 409
    assert "không xóa" in answer.content.decode()
    assert Member.objects.filter(pk=desk["member"].pk).exists()
    assert told() == []

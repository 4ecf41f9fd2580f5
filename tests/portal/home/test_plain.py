"""The way in, what machines ask for, and what people see when something cannot be shown."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.test import Client, RequestFactory, override_settings
from django.urls import path
from django.utils import translation
from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult, get_date_max

from portal.accounts.models import Member
from portal.core import clock
from portal.core.errors import Conflict, Forbidden, KeyReused, NotFound, SignInRequired, TooMany
from portal.events.models import Delivery, DomainEvent
from portal.home.errors import server_error
from portal.jobs.models import CronRun
from portal.urls import handler400, handler403, handler404, handler500
from portal.urls import urlpatterns as real

REFUSALS = {
    "conflict": Conflict(),
    "foreign": NotFound(),
    "key": KeyReused(),
    "may-not": Forbidden("Lý do ở đây."),
    "slow": TooMany(retry_after=7),
    "who": SignInRequired(),
}


def refuse(request, name: str):
    raise REFUSALS[name]


def closed(request):
    raise PermissionDenied


urlpatterns = [path("refuse/<slug:name>/", refuse), path("closed/", closed), *real]
__all__ = ["handler400", "handler403", "handler404", "handler500"]
pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("asked", "given"), [("vi", "/vi/"), ("en-GB,en;q=0.9", "/en/"), ("fr", "/vi/"), ("", "/vi/")])
def test_the_front_door_speaks_what_the_browser_asks_for(client: Client, asked: str, given: str) -> None:
    response = client.get("/", headers={"Accept-Language": asked})
    assert (response.status_code, response.url) == (302, given)
    assert "Accept-Language" in response["Vary"]


def test_the_front_door_knows_a_members_own_language(client: Client, charlie: Member) -> None:
    client.force_login(charlie)
    assert client.get("/", headers={"Accept-Language": "vi"}).url == "/en/"


def test_alive_without_touching_anything(client: Client, django_assert_num_queries) -> None:
    with django_assert_num_queries(0):
        response = client.get("/healthz")
    assert (response.status_code, response.content) == (200, b"ok\n")
    assert client.post("/healthz").status_code == 405


@pytest.fixture(autouse=True)
def nothing_beat_yet(settings: Any, tmp_path: Path) -> None:
    """Signs of life of other tests, and of a house that was started here, count for nothing."""
    settings.VAR_DIR = tmp_path


def test_ready_names_every_part(client: Client) -> None:
    response = client.get("/readyz")
    assert response.status_code == 200
    assert response.json() == {
        "ready": True, "database": "ok", "cache": "ok", "relay": "ok", "worker": "ok", "scheduler": "ok"
    }  # fmt: skip


def test_not_ready_names_what_fails_and_nothing_secret(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*args, **kwargs):
        raise ConnectionError("redis://user:password@host")

    monkeypatch.setattr(cache, "set", broken)
    event = DomainEvent.objects.create(name="member_joined", occurred_at=clock.now())
    Delivery.objects.create(event=event, subscriber="welcome", due_at=clock.now() - timedelta(hours=1))
    CronRun.objects.create(job="x", due=clock.now() - timedelta(days=1))
    response = client.get("/readyz")
    assert response.status_code == 503
    assert response.json() == {
        "ready": False,
        "database": "ok",
        "cache": "failed: ConnectionError",
        "relay": "deliveries wait",
        "worker": "ok",
        "scheduler": "calendar stands still",
    }


def test_tasks_that_wait_mean_no_worker_unless_one_is_busy_with_the_heap(client: Client) -> None:
    def task(**fields: Any) -> DBTaskResult:
        return DBTaskResult.objects.create(
            args_kwargs={"args": [], "kwargs": {}}, task_path="x.y", backend_name="default", run_after=get_date_max(),
            exception_class_path="", traceback="", **fields,
        )  # fmt: skip

    waiting = task(status=TaskResultStatus.READY)
    assert client.get("/readyz").status_code == 200
    DBTaskResult.objects.filter(pk=waiting.pk).update(enqueued_at=clock.now() - timedelta(minutes=3))
    response = client.get("/readyz")
    assert (response.status_code, response.json()["worker"]) == (503, "tasks wait")
    begun = task(status=TaskResultStatus.SUCCESSFUL, started_at=clock.now() - timedelta(minutes=1))
    assert client.get("/readyz").status_code == 200
    DBTaskResult.objects.filter(pk=begun.pk).update(started_at=clock.now() - timedelta(minutes=3))
    assert client.get("/readyz").status_code == 503


def test_robots_are_kept_off_private_pages(client: Client) -> None:
    assert "Disallow: /*/my/" in client.get("/robots.txt").content.decode()


def test_who_finds_a_hole_is_told_whom_to_write_to(client: Client, settings, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.SECURITY_CONTACT, settings.SITE_URL = "mailto:bao-mat@thu.example", "https://thu.example"
    monkeypatch.setattr(clock, "now", lambda: datetime(2026, 11, 22, 23, 30, tzinfo=UTC))
    response = client.get("/.well-known/security.txt")
    assert response["Content-Type"] == "text/plain; charset=utf-8"
    assert response.content.decode().splitlines() == [
        "Contact: mailto:bao-mat@thu.example",
        "Expires: 2027-05-21T00:00:00Z",
        "Preferred-Languages: vi, en",
        "Canonical: https://thu.example/.well-known/security.txt",
    ]


def test_uploaded_pictures_are_never_sniffed_nor_run(client: Client, settings, tmp_path) -> None:
    settings.MEDIA_ROOT = tmp_path
    (tmp_path / "x.svg").write_text("<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>")
    response = client.get("/media/x.svg")
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "default-src 'none'" in response["Content-Security-Policy"]
    assert "sandbox" in response["Content-Security-Policy"]
    assert client.get("/media/../../manage.py").status_code in (400, 404)


@override_settings(ROOT_URLCONF=__name__)
@pytest.mark.parametrize(
    ("name", "status"), [("conflict", 409), ("foreign", 404), ("key", 409), ("may-not", 403), ("slow", 429)]
)
def test_a_refusal_is_a_kind_page_a_fragment_or_json(client: Client, name: str, status: int) -> None:
    page = client.get(f"/refuse/{name}/", headers={"Accept-Language": "vi"})
    assert page.status_code == status
    assert "<h1>" in page.content.decode()
    with translation.override("vi"):
        said = str(REFUSALS[name])
    assert name == "foreign" or said in page.content.decode()
    fragment = client.get(f"/refuse/{name}/", headers={"HX-Request": "true"})
    assert (fragment.status_code, fragment["HX-Reswap"]) == (status, "none")
    assert "<html" not in fragment.content.decode()
    data = client.get(f"/refuse/{name}/", headers={"Accept": "application/json"})
    assert (data.status_code, data.json()["error"]["code"]) == (status, REFUSALS[name].code)
    if name == "slow":
        assert page["Retry-After"] == "7"


@override_settings(ROOT_URLCONF=__name__)
def test_who_must_sign_in_is_led_to_the_door_and_back(client: Client) -> None:
    assert client.get("/refuse/who/").url == "/vi/accounts/login/?next=/refuse/who/"


def test_an_unknown_page_looks_like_a_foreign_object(client: Client) -> None:
    unknown = client.get("/vi/khong-co/")
    assert unknown.status_code == 404
    assert "<h1>" in unknown.content.decode()


def test_a_stale_form_gets_a_kind_answer(alice: Member) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(alice)
    response = browser.post("/vi/notifications/read/")
    assert response.status_code == 403
    assert "tải lại trang" in response.content.decode()
    assert "<h1>Trà nguội mất rồi." in response.content.decode()


def test_a_closed_door_shows_a_visitor_the_way_in_and_a_member_the_way_home(client: Client, alice: Member) -> None:
    browser = Client()
    browser.force_login(alice)
    with override_settings(ROOT_URLCONF=__name__):
        stranger, member = (one.get("/closed/").content.decode() for one in (client, browser))
    door = 'class="button" href="/vi/accounts/login/?next=%2Fclosed%2F"'
    assert door in stranger
    assert door not in member


def test_a_fault_is_drawn_without_anything_that_could_be_broken() -> None:
    response = server_error(RequestFactory().get("/"))
    assert response.status_code == 500
    assert "<h1>" in response.content.decode()

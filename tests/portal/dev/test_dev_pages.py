"""/dev/ serves whoever sits at this machine and is absent for everybody else."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.mail import EmailMultiAlternatives
from django.test import Client

from portal.accounts.models import Member
from portal.dev import cast
from portal.dev.mail import FolderMailBackend, letters
from tests.factories.portal import make_member, make_staff

pytestmark = pytest.mark.django_db
PAGES = ["/dev/", "/dev/mail/", "/dev/gallery/", "/dev/gallery/blocks/"]


@pytest.fixture(autouse=True)
def mail_folder(settings, tmp_path: Path) -> Path:
    settings.EMAIL_FILE_PATH = tmp_path / "mail"
    return settings.EMAIL_FILE_PATH


@pytest.fixture
def han() -> Member:
    return make_member("Phạm Ngọc Hân", email="han@may.example")


@pytest.fixture
def admin() -> Member:
    return make_staff("Lê Hoàng Nam", email="admin@may.example", is_superuser=True)


@pytest.mark.parametrize("page", PAGES)
def test_on_this_machine_the_pages_open(client: Client, han: Member, page: str) -> None:
    assert client.get(page).status_code == 200


@pytest.mark.parametrize("page", PAGES)
def test_from_elsewhere_the_pages_are_absent(client: Client, han: Member, page: str) -> None:
    assert client.get(page, REMOTE_ADDR="10.0.0.7").status_code == 404
    assert client.get(page, headers={"X-Forwarded-For": "10.0.0.7"}).status_code == 404


@pytest.mark.parametrize("host", ["0.0.0.0", "10.1.2.3", "example.org", "::"])
def test_a_server_that_can_be_reached_from_outside_has_none_of_it(
    client: Client, han: Member, settings, host: str
) -> None:
    settings.BIND_HOST = host
    for page in PAGES:
        assert client.get(page).status_code == 404
    assert client.post("/dev/enter/", {"who": han.public_id}).status_code == 404
    assert "_auth_user_id" not in client.session


def test_one_click_signs_in_as_a_member_and_out_as_a_visitor(client: Client, han: Member) -> None:
    assert client.get("/dev/enter/").status_code == 405
    response = client.post("/dev/enter/", {"who": han.public_id})
    assert (response.status_code, response.url) == (302, "/vi/my/")
    assert client.session["_auth_user_id"] == str(han.pk)
    assert han.usersession_set.count() == 1
    assert client.post("/dev/enter/", {"who": "visitor"}).url == "/"
    assert "_auth_user_id" not in client.session


def test_staff_still_pass_the_second_key_that_the_page_prints(client: Client, admin: Member) -> None:
    response = client.post("/dev/enter/", {"who": admin.public_id})
    assert response.url == "/vi/accounts/2fa/authenticate/"
    assert "_auth_user_id" not in client.session
    page = client.get("/dev/").content.decode()
    assert cast.secret_of(admin) in page
    assert cast.code_of(admin) in page
    response = client.post("/vi/accounts/2fa/authenticate/", {"code": cast.code_of(admin)})
    assert (response.status_code, response.url) == (302, "/admin/")
    assert client.get("/admin/").status_code == 200


def test_nobody_outside_the_cast_can_be_entered_as(client: Client, alice: Member) -> None:
    assert client.post("/dev/enter/", {"who": alice.public_id}).status_code == 404
    assert client.post("/dev/enter/", {"who": ""}).status_code == 404
    assert "_auth_user_id" not in client.session


def test_entering_asks_for_the_token_of_the_page(han: Member) -> None:
    browser = Client(enforce_csrf_checks=True)
    assert browser.post("/dev/enter/", {"who": han.public_id}).status_code == 403


def test_letters_can_be_read_newest_first(client: Client) -> None:
    for number in (1, 2):
        letter = EmailMultiAlternatives(f"Thư số {number}", f"Chữ {number}", "x@thu.example", ["han@may.example"])
        letter.attach_alternative(f"<p>Hình {number}</p><script>alert(1)</script>", "text/html")
        assert FolderMailBackend().send_messages([letter]) == 1
    found = letters()
    assert [one["subject"] for one in found] == ["Thư số 2", "Thư số 1"]
    page = client.get(f"/dev/mail/{found[0]['name']}/").content.decode()
    assert "Chữ 2" in page
    drawn = client.get(f"/dev/mail/{found[0]['name']}/html/")
    assert "Hình 2" in drawn.content.decode()
    assert "script-src" not in drawn["Content-Security-Policy"]
    assert "sandbox" in drawn["Content-Security-Policy"]
    assert client.get("/dev/mail/nothing/").status_code == 404


def test_production_has_no_such_addresses(repository: Path) -> None:
    program = (
        "import django; django.setup()\n"
        "from django.urls import Resolver404, resolve, reverse, NoReverseMatch\n"
        "from django.conf import settings\n"
        "assert settings.DEV_PAGES is False and settings.DEBUG is False\n"
        "for address in ('/dev/', '/dev/enter/', '/dev/mail/', '/media/x'):\n"
        "    try:\n"
        "        found = resolve(address)\n"
        "    except Resolver404:\n"
        "        continue\n"
        "    raise SystemExit(f'{address} leads to {found}')\n"
        "try:\n"
        "    reverse('dev:index')\n"
        "except NoReverseMatch:\n"
        "    print('absent')\n"
    )
    environment = {
        **{key: value for key, value in os.environ.items() if key != "DATABASE_URL"},
        "DJANGO_SETTINGS_MODULE": "portal.settings.production",
        "SECRET_KEY": "x" * 60,
        "TRIAN_ALLOWED_HOSTS": "thu.example",
        "TRIAN_SITE_URL": "https://thu.example",
        "TRIAN_SMTP_HOST": "localhost",
        "TRIAN_FROM_EMAIL": "nha@thu.example",
        "TRIAN_SECURITY_CONTACT": "nha@thu.example",
    }
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=repository, env=environment, capture_output=True, text=True, timeout=120
    )
    assert done.stdout.strip().endswith("absent"), done.stderr[-1500:]

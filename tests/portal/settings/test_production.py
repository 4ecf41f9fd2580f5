"""Production is clean under Django's own deploy checks (promise 38), and sets what the walk of pages reads."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.helpers.databases import ROOT

ASK = """
import json
from django.conf import settings
print(json.dumps({name: getattr(settings, name) for name in __import__("sys").argv[1].split(",")}))
"""
SHARED = [
    "SECURE_HSTS_SECONDS", "SECURE_HSTS_INCLUDE_SUBDOMAINS", "SECURE_HSTS_PRELOAD",
    "SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE", "LANGUAGE_COOKIE_SECURE",
]  # fmt: skip


@pytest.fixture
def in_service(tmp_path: Path) -> dict[str, str]:
    """The environment of a house in service, as `.env.example` asks for it."""
    return {
        "PATH": os.environ["PATH"],
        "DJANGO_SETTINGS_MODULE": "portal.settings.production",
        "SECRET_KEY": "k7" * 30 + "Zq!8xW",
        "TRIAN_VAR_DIR": str(tmp_path),
        "TRIAN_ALLOWED_HOSTS": "may.example",
        "TRIAN_SITE_URL": "https://may.example",
        "TRIAN_SMTP_HOST": "mail.may.example",
        "TRIAN_FROM_EMAIL": "xin-chao@may.example",
        "TRIAN_SECURITY_CONTACT": "bao-mat@may.example",
        "TRIAN_SMS_BACKEND": "outbox",
        "TRIAN_SIGNING_KEY": "A" * 43,
    }


def run(env: dict[str, str], *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, *words], cwd=ROOT, env=env, capture_output=True, text=True, timeout=120)


def test_promise_38_the_deploy_checks_find_nothing(in_service: dict[str, str]) -> None:
    checked = run(in_service, "manage.py", "check", "--deploy", "--fail-level", "INFO")
    assert checked.returncode == 0, checked.stderr[-3000:]
    silenced = run(in_service, "-c", ASK, "SILENCED_SYSTEM_CHECKS")
    assert json.loads(silenced.stdout) == {"SILENCED_SYSTEM_CHECKS": []}


def test_promise_38_the_checks_would_find_a_cookie_in_the_open(in_service: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "careless.py").write_text("from portal.settings.production import *\nSESSION_COOKIE_SECURE = False\n")
    careless = in_service | {"DJANGO_SETTINGS_MODULE": "careless", "PYTHONPATH": str(tmp_path)}
    checked = run(careless, "manage.py", "check", "--deploy", "--fail-level", "INFO")
    assert checked.returncode == 1
    assert "security.W012" in checked.stderr


def test_the_checks_name_a_house_that_signs_with_no_key_of_its_own(in_service: dict[str, str]) -> None:
    del in_service["TRIAN_SIGNING_KEY"]
    checked = run(in_service, "manage.py", "check", "--deploy", "--fail-level", "INFO")
    assert checked.returncode == 1
    assert "portal.W004" in checked.stderr
    assert "signing_key --new" in checked.stderr


def test_the_walk_of_pages_reads_headers_as_production_sends_them(in_service: dict[str, str]) -> None:
    served, read = (
        json.loads(run(in_service | {"DJANGO_SETTINGS_MODULE": module}, "-c", ASK, ",".join(SHARED)).stdout)
        for module in ("portal.settings.production", "tests.tooling.reading_settings")
    )
    assert read == served

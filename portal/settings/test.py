"""Tests: quick hashing, mail in memory, tasks at once, the same database guarantees as in service."""

import os

os.environ.setdefault("TRIAN_LOG_LEVEL", "ERROR")
os.environ.setdefault("TRIAN_SMS_BACKEND", "memory")

from portal.settings.base import *  # noqa: F403  (these must be set before base is read)
from portal.settings.base import DATABASES, SQLITE_ENGINE, STATIC_ROOT, VAR_DIR

DEBUG = False
SECRET_KEY = "test-only-key-that-protects-nothing-and-is-known-to-everybody-too"  # noqa: S105
ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]
DEV_PAGES = True
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}
MEDIA_ROOT = VAR_DIR / "test-media"
PRIVATE_ROOT = VAR_DIR / "test-private"
RELAY = "off"
VISITOR_PAGES_SECONDS = 0  # tests look at what is drawn; tests/portal/home/test_visitors.py at what is kept
ACCOUNT_RATE_LIMITS = False
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = True
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
STATIC_ROOT.mkdir(parents=True, exist_ok=True)  # WhiteNoise warns about a missing folder, and warnings are errors here
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False
if DATABASES["default"]["ENGINE"] == SQLITE_ENGINE:
    # Tests copy files over each other: no connection may outlive its closing (tests/portal/core/test_sqlite_shelf.py).
    DATABASES["default"]["ENGINE"] = "django.db.backends.sqlite3"
    # Tests with threads and live servers need a file; conftest copies a migrated template over it.
    DATABASES["default"]["TEST"] = {"NAME": str(VAR_DIR / "test.sqlite3")}
else:
    # The ledger refuses TRUNCATE; only a test database may be flushed (see badges/ledger).
    DATABASES["default"]["OPTIONS"]["options"] += " -c ledger.allow_flush=on"
    DATABASES["default"]["OPTIONS"].pop("pool", None)

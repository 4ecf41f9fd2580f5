"""Nothing but what Django needs to answer; SQLite and PostgreSQL as the house has them."""

import os
from pathlib import Path

from portal.settings.base import database

BASE = Path(os.environ["TRIAN_VAR_DIR"])
SECRET_KEY = "measures-nothing-but-speed"
ALLOWED_HOSTS = ["127.0.0.1"]
ROOT_URLCONF = "tests.bench.floor.views"
INSTALLED_APPS = ["tests.bench.floor.apps.FloorConfig"]
MIDDLEWARE: list[str] = []
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True
DATABASES = {"default": {**database(os.environ.get("DATABASE_URL", "")), "CONN_MAX_AGE": 600}}
if "sqlite3" in DATABASES["default"]["ENGINE"]:
    DATABASES["default"]["NAME"] = BASE / "floor.sqlite3"
else:
    del DATABASES["default"]["CONN_MAX_AGE"]  # its pool keeps them
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [Path(__file__).parent / "templates"],
        "OPTIONS": {"context_processors": []},
    }
]
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "OPTIONS": {"MAX_ENTRIES": 20_000}},
}

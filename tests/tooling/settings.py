"""The house as the tools look at it: like production where it shows (no debug pages, hashed and compressed files), like
development where it must be (plain http on loopback, /dev/, pictures served from the folder)."""

from portal.settings.dev import *  # noqa: F403  (settings are one name space by Django's design)
from portal.settings.dev import LOGGING

DEBUG = False
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "portal.ui.storage.HashedStaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = False
LOGGING["root"]["level"] = "WARNING"

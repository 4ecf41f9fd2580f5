"""Development and the demo: readable mail in a folder, /dev/ pages on loopback, a fixed key that protects nothing."""

from portal.settings.base import *  # noqa: F403  (settings are one name space by Django's design)
from portal.settings.base import BIND_HOST, LOGGING, TEMPLATES, VAR_DIR, env

DEBUG = env.boolean("TRIAN_DEBUG", default=True)
SECRET_KEY = "development-only-key-that-protects-nothing-and-is-known-to-everybody"  # noqa: S105  (by purpose)
# Listed, never "*": a star would switch off the origin check of the sockets.
ALLOWED_HOSTS = sorted(
    {"localhost", "127.0.0.1", "[::1]", BIND_HOST} | set(env.listing("TRIAN_ALLOWED_HOSTS", default=[]))
)
DEV_PAGES = True
# Passkeys without https only where nobody else can listen.
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = BIND_HOST in ("127.0.0.1", "localhost", "::1")
EMAIL_BACKEND = "portal.dev.mail.FolderMailBackend"
EMAIL_FILE_PATH = VAR_DIR / "mail"
SMS_BACKEND = env.text("TRIAN_SMS_BACKEND", "outbox", choices=["off", "console", "outbox", "http"])
SMS_ENABLED = SMS_BACKEND != "off"
ACCOUNT_LOGIN_METHODS = {"email", "phone"} if SMS_ENABLED else {"email"}
WAGTAILADMIN_BASE_URL = env.text("TRIAN_SITE_URL", "http://127.0.0.1:8000")
LOGGING["handlers"]["console"]["formatter"] = "plain"  # type: ignore[index]
for _template in TEMPLATES:
    _template["OPTIONS"]["string_if_invalid"] = ""  # type: ignore[index]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False

"""Production: nothing is guessed, everything that matters comes from the environment."""

from portal.settings.base import *  # noqa: F403  (settings are one name space by Django's design)
from portal.settings.base import env

DEBUG = False
SECRET_KEY = env.secret("SECRET_KEY")
ALLOWED_HOSTS = env.listing("TRIAN_ALLOWED_HOSTS")
SITE_URL = env.url("TRIAN_SITE_URL", schemes=["https"]) or env.text("TRIAN_SITE_URL")
WAGTAILADMIN_BASE_URL = SITE_URL
CSRF_TRUSTED_ORIGINS = [SITE_URL]
EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
EMAIL_HOST = env.text("TRIAN_SMTP_HOST")
EMAIL_PORT = env.integer("TRIAN_SMTP_PORT", 587, minimum=1)
EMAIL_HOST_USER = env.text("TRIAN_SMTP_USER", "")
EMAIL_HOST_PASSWORD = env.text("TRIAN_SMTP_PASSWORD", "")
EMAIL_USE_TLS = env.boolean("TRIAN_SMTP_TLS", default=True)
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = env.text("TRIAN_FROM_EMAIL")
# As generous as one household or one busy member needs; a whole office behind one address wants more.
REQUESTS_A_MINUTE_OF_ADDRESS = env.integer("TRIAN_ADDRESS_A_MINUTE", 600, minimum=0)
REQUESTS_A_MINUTE_OF_MEMBER = env.integer("TRIAN_MEMBER_A_MINUTE", 300, minimum=0)
SECURITY_CONTACT = env.contact("TRIAN_SECURITY_CONTACT")

SECURE_SSL_REDIRECT = env.boolean("TRIAN_SSL_REDIRECT", default=True)
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_HSTS_SECONDS = 60 * 60 * 24 * 365 * 2
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$", r"^metrics$"]
SESSION_COOKIE_SECURE = True
SESSION_COOKIE_NAME = "__Host-session"
CSRF_COOKIE_SECURE = True
CSRF_COOKIE_NAME = "__Host-csrf"
LANGUAGE_COOKIE_SECURE = True
KNOWN_DEVICE_COOKIE = "__Host-known"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "portal.ui.storage.HashedStaticFilesStorage"},
}

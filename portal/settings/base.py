"""Settings shared by every environment. Development, test and production change only what they must."""

from pathlib import Path
from typing import Any

import dj_database_url
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from portal.settings import env
from portal.settings.entrance import *  # noqa: F403  (a part of these settings, kept apart for its length)
from portal.settings.programme import *  # noqa: F403  (a part of these settings, kept apart for its length)
from portal.settings.programs import *  # noqa: F403  (a part of these settings, kept apart for its length)
from portal.settings.services import *  # noqa: F403  (a part of these settings, kept apart for its length)

BASE_DIR = Path(__file__).resolve().parent.parent.parent
SITE_URL = env.url("TRIAN_SITE_URL", "http://127.0.0.1:8000", schemes=["http", "https"])
VAR_DIR = Path(env.text("TRIAN_VAR_DIR", str(BASE_DIR / "var")))

INSTALLED_APPS = [
    "portal.apps.PortalConfig",
    "community.apps.CommunityConfig",
    "badges.apps.BadgesConfig",
    "brand.apps.BrandConfig",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.google",
    "allauth.socialaccount.providers.facebook",
    "allauth.usersessions",
    "wagtail_localize",
    "wagtail_localize.locales",
    "wagtail.contrib.forms",
    "wagtail.contrib.redirects",
    "wagtail.contrib.settings",
    "wagtail.embeds",
    "wagtail.sites",
    "wagtail.users",
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "wagtail.admin",
    "wagtail",
    "modelcluster",
    "taggit",
    "channels",
    "csp",
    "django_tasks",
    "django_tasks_db",
    "whitenoise.runserver_nostatic",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.sessions",
    "django.contrib.sitemaps",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    "portal.core.middleware.ProbeHostMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "portal.core.middleware.RequestLogMiddleware",
    "portal.home.visitors.VisitorPagesMiddleware",
    "portal.core.middleware.SameForAllMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "portal.core.middleware.LanguageMiddleware",
    "portal.api.middleware.ApiMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "portal.core.middleware.MemberZoneMiddleware",
    "portal.core.overload.MemberPaceMiddleware",
    "portal.core.middleware.DomainErrorMiddleware",
    "portal.core.middleware.AdminContentSecurityMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "portal.accounts.middleware.SessionLifeMiddleware",
    "portal.accounts.middleware.SecondFactorMiddleware",
    "portal.accounts.middleware.FreshProofMiddleware",
    "portal.accounts.middleware.TermsMiddleware",
    "portal.accounts.middleware.LimiterMiddleware",
    "portal.editing.middleware.WorkshopMiddleware",
    "wagtail.contrib.redirects.middleware.RedirectMiddleware",
]

ROOT_URLCONF = "portal.urls"
WSGI_APPLICATION = "portal.wsgi.application"
ASGI_APPLICATION = "portal.asgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
APPEND_SLASH = True

TEMPLATE_LOADERS = ["django.template.loaders.filesystem.Loader", "portal.ui.loading.MendedTemplates"]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {
            "loaders": [("django.template.loaders.cached.Loader", TEMPLATE_LOADERS)],
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "wagtail.contrib.settings.context_processors.settings",
                "portal.ui.context.site",
                "portal.realtime.context.streams",
                "portal.notifications.context.bell",
                "brand.identity.views.identity",
                "brand.writing.seo.sharing",
                "brand.help.views.house_links",
                "brand.pages.views.house_pages",
                "portal.accounts.context.terms_to_agree",
                "portal.home.context.purse",
            ],
            "libraries": {"seo": "portal.ui.templatetags.seo", "ui": "portal.ui.templatetags.ui"},
            "builtins": ["portal.ui.templatetags.addresses"],
        },
    },
]

# ── Database: SQLite embedded, PostgreSQL by DATABASE_URL alone ─────────────────────────────────────────────────
SQLITE_INIT = (
    "PRAGMA journal_mode=WAL;PRAGMA synchronous=FULL;PRAGMA mmap_size=134217728;"
    "PRAGMA journal_size_limit=27103364;PRAGMA cache_size=-20000;PRAGMA temp_store=MEMORY;"
    # Without it INSERT OR REPLACE would slip past the ledger's delete triggers.
    "PRAGMA recursive_triggers=ON;"
)
# IMMEDIATE: a transaction that reads first and writes later would else fail with "database is locked" under load.
SQLITE_OPTIONS: dict[str, Any] = {"transaction_mode": "IMMEDIATE", "timeout": 20, "init_command": SQLITE_INIT}
# Django's own, with a shelf of open connections: reading the schema anew for each request is what pages cost most.
SQLITE_ENGINE = "portal.core.sqlite3"
# Without just-in-time compilation: it takes longer than any question of a page that it would speed up. What an
# operator's own address says in `options` counts after it.
POSTGRES_OPTIONS: dict[str, Any] = {"pool": {"min_size": 1, "max_size": 8, "timeout": 5}}
POSTGRES_START = "-c jit=off"


def database(url: str) -> dict[str, Any]:
    """Django's DATABASES entry for a `postgres://` address, or for SQLite under VAR_DIR when `url` is empty."""
    if not url:
        return {"ENGINE": SQLITE_ENGINE, "NAME": VAR_DIR / "db.sqlite3", "OPTIONS": SQLITE_OPTIONS}
    config: dict[str, Any] = dict(dj_database_url.parse(url))
    if config["ENGINE"] == "django.db.backends.sqlite3":
        config |= {"ENGINE": SQLITE_ENGINE, "OPTIONS": SQLITE_OPTIONS}
    else:
        said = config.get("OPTIONS", {})
        config["OPTIONS"] = said | POSTGRES_OPTIONS | {"options": f"{POSTGRES_START} {said.get('options', '')}".strip()}
        # A connection is asked whether it lives when it is taken: after a restart of the server none fails twice.
        config["CONN_HEALTH_CHECKS"] = True
    return config


DATABASES = {
    "default": database(env.url("DATABASE_URL", schemes=["postgres", "postgresql", "sqlite"])),
}

# ── Cache, sockets: this process alone, or Redis by REDIS_URL alone ──────────────────────────────────────────────
REDIS_URL = env.url("REDIS_URL", schemes=["redis", "rediss"])
if REDIS_URL:
    CACHES: dict[str, Any] = {
        "default": {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": REDIS_URL,
            "KEY_PREFIX": "trian",
        }
    }
    CHANNEL_LAYERS: dict[str, Any] = {
        "default": {
            "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
            "CONFIG": {"hosts": [REDIS_URL], "prefix": "trian"},
        }
    }
else:
    CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
            "LOCATION": "trian",
            "OPTIONS": {"MAX_ENTRIES": 20_000},
        }
    }
    CHANNEL_LAYERS = {"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}}

# Seconds a page for visitors may be kept before it is asked whether anything happened; 0: never (portal.home.visitors).
VISITOR_PAGES_SECONDS = env.integer("TRIAN_VISITOR_PAGES_SECONDS", 3, minimum=0)

# Sessions live in the database, so that losing Redis signs nobody out.
SESSION_ENGINE = "portal.accounts.sessions"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 60 * 60 * 24 * 30
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "portal.home.errors.csrf_failure"

TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": []}}

# ── Language and time ───────────────────────────────────────────────────────────────────────────────────────────
LANGUAGE_CODE = "vi"
LANGUAGES = [("vi", "Tiếng Việt"), ("en", "English")]
WAGTAIL_CONTENT_LANGUAGES = LANGUAGES
WAGTAIL_I18N_ENABLED = True
# Ours first: it wins over the libraries' words, and both win over the catalogues that packages bring.
LOCALE_PATHS = [BASE_DIR / "locale", BASE_DIR / "locale" / "libraries"]
LANGUAGE_COOKIE_NAME = "language"
FORMAT_MODULE_PATH = ["portal.formats"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Ho_Chi_Minh"
# Amounts are grouped where they are shown (`|amount`); ids and attributes must never become "1.234".
USE_THOUSAND_SEPARATOR = False
NUMBER_GROUPING = 3

# ── Members and the one door ────────────────────────────────────────────────────────────────────────────────────
AUTH_USER_MODEL = "portal.Member"
AUTHENTICATION_BACKENDS = ["portal.accounts.backends.HouseBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("name", "handle", "email")},
    },
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "portal.accounts.passwords.HouseholdPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "my:home"
LOGOUT_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "portal.accounts.adapters.AccountAdapter"
# Texts: how they leave, for whom, and how many. "off" takes the telephone out of the house altogether.
SMS_BACKEND = env.text("TRIAN_SMS_BACKEND", "off", choices=["off", "console", "outbox", "memory", "http"])
SMS_ENABLED = SMS_BACKEND != "off"
SMS_URL = env.url("TRIAN_SMS_URL", schemes=["https"])
SMS_SECRET_HEADER = env.text("TRIAN_SMS_SECRET_HEADER", "Authorization")
SMS_SECRET = env.text("TRIAN_SMS_SECRET", "")
SMS_COUNTRIES = env.listing("TRIAN_SMS_COUNTRIES", ["VN"])
SMS_DAILY_CAP = env.integer("TRIAN_SMS_DAILY_CAP", 2000, minimum=1)
if SMS_BACKEND == "http" and not (SMS_URL and SMS_SECRET):
    raise ImproperlyConfigured("TRIAN_SMS_BACKEND=http needs TRIAN_SMS_URL and TRIAN_SMS_SECRET.")
ACCOUNT_LOGIN_METHODS = {"email", "phone"} if SMS_ENABLED else {"email"}
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
# Without a password field allauth's sign-in form sends a code: one address, one letter, one door.
ACCOUNT_SIGNUP_FIELDS = ["email*"]
# One verified address a member; a new one takes the place of the old when its code was typed.
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_PASSWORD_RESET_BY_CODE_ENABLED = True
ACCOUNT_PASSWORD_RESET_BY_CODE_MAX_ATTEMPTS = 5
ACCOUNT_PASSWORD_RESET_BY_CODE_TIMEOUT = 600
# Whoever replaced a forgotten password is let in through the same steps as anybody: a second key is still asked for.
ACCOUNT_LOGIN_ON_PASSWORD_RESET = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_MAX_ATTEMPTS = 5
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_TIMEOUT = 900
ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_RESEND = True
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_MAX_ATTEMPTS = 5
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 600
ACCOUNT_LOGIN_BY_CODE_SUPPORTS_RESEND = True
ALLAUTH_USER_CODE_FORMAT = {"numeric": True, "dashed": False, "length": 6}
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_UNIQUE_EMAIL = True
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
# How many proxies stand before us; X-Forwarded-For counts for limits only as far as they wrote it.
ALLAUTH_TRUSTED_PROXY_COUNT = env.integer("TRIAN_TRUSTED_PROXIES", 0, minimum=0)
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
# A passkey proves both what she holds and who holds it: it opens the door by itself.
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_USER_VERIFICATION = "required"
MFA_RECOVERY_CODES_SHOW_ONCE = True
# Marks the browsers a member has come in with, for the letter about a new one.
KNOWN_DEVICE_COOKIE = "known"
MFA_ADAPTER = "portal.accounts.adapters.SecondKeyAdapter"
MFA_TOTP_ISSUER = "Tri Ân"
MFA_TOTP_TOLERANCE = 1
# Reading a page writes nothing: portal.accounts.session_life notes the use of a session once an hour.
USERSESSIONS_TRACK_ACTIVITY = False

# ── Wagtail ─────────────────────────────────────────────────────────────────────────────────────────────────────
WAGTAIL_SITE_NAME = "Tri Ân"
WAGTAILADMIN_BASE_URL = SITE_URL
WAGTAILADMIN_LOGIN_URL = "account_login"
WAGTAIL_FRONTEND_LOGIN_URL = "account_login"
WAGTAIL_GRAVATAR_PROVIDER_URL = None
# One door: the admin neither changes addresses nor passwords nor lets anybody in by itself.
WAGTAIL_PASSWORD_MANAGEMENT_ENABLED = False
WAGTAIL_PASSWORD_RESET_ENABLED = False
WAGTAIL_EMAIL_MANAGEMENT_ENABLED = False
WAGTAIL_ENABLE_UPDATE_CHECK = False
# The house speaks both; Wagtail's own list leaves Vietnamese out.
WAGTAILADMIN_PERMITTED_LANGUAGES = LANGUAGES
# An old address leads to where the page moved, and so do those below it, in every language.
WAGTAILREDIRECTS_AUTO_CREATE = True
# A translation begins as a draft: else who may not publish would publish by asking for it, in the wrong language too.
WAGTAILLOCALIZE_SYNC_LIVE_STATUS_ON_TRANSLATE = False
# Who approves brings a page out, also without a right to publish by herself.
WAGTAIL_FINISH_WORKFLOW_ACTION = "brand.writing.publishing.publish_approved"
# A shared password is nobody's: pages and files are closed by role or by being signed in.
WAGTAIL_PRIVATE_PAGE_OPTIONS = {"SHARED_PASSWORD": False}
WAGTAILDOCS_PRIVATE_COLLECTION_OPTIONS = {"SHARED_PASSWORD": False}
WAGTAIL_ALLOW_UNICODE_SLUGS = False
WAGTAIL_ENABLE_WHATS_NEW_BANNER = False
WAGTAILIMAGES_MAX_IMAGE_PIXELS = 40_000_000
# What portal.core.pictures draws anew; a moving picture or a drawing that is a program (SVG) is refused.
WAGTAILIMAGES_EXTENSIONS = ["avif", "jpg", "jpeg", "png", "webp"]
WAGTAILIMAGES_IMAGE_FORM_BASE = "brand.writing.forms.PictureForm"
WAGTAILIMAGES_AVIF_QUALITY = 60
WAGTAILIMAGES_WEBP_QUALITY = 78
WAGTAILDOCS_SERVE_METHOD = "serve_view"
WAGTAILSEARCH_BACKENDS = {"default": {"BACKEND": "wagtail.search.backends.database"}}
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000  # Wagtail's page editor sends many

# ── Static files, media ─────────────────────────────────────────────────────────────────────────────────────────
STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
# Sources (css, js, marks) are not served: only what the build writes, and drawings.
STATICFILES_DIRS = [("build", BASE_DIR / "static/build"), ("img", BASE_DIR / "static/img")]
MEDIA_URL = "/media/"
MEDIA_ROOT = VAR_DIR / "media"
# What only its owner may fetch (exports of personal data); never below MEDIA_ROOT, which everybody may read.
PRIVATE_ROOT = VAR_DIR / "private"

# ── Security ────────────────────────────────────────────────────────────────────────────────────────────────────
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
# No nonce: a stored page or a 304 would carry a stale one and block its own scripts.
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        **{f"{kind}-src": [SELF] for kind in ("script", "style", "font", "connect", "manifest", "media")},
        "img-src": [SELF, "data:"],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "object-src": [NONE],
    },
}

# ── Overload, and those who watch ───────────────────────────────────────────────────────────────────────────────
# Never kept waiting, never counted: who asks here decides whether the process is alive.
PROBES = ("/healthz", "/readyz", "/metrics")
# One process draws so many pages at once, keeps so many more waiting, and sends the rest away for some seconds.
REQUESTS_AT_ONCE = env.integer("TRIAN_REQUESTS_AT_ONCE", 8, minimum=1)
REQUESTS_WAITING = env.integer("TRIAN_REQUESTS_WAITING", 64, minimum=0)
# 0: no limit. An address is counted in each process, a member over all of them, a key of the API too.
REQUESTS_A_MINUTE_OF_ADDRESS = env.integer("TRIAN_ADDRESS_A_MINUTE", 0, minimum=0)
REQUESTS_A_MINUTE_OF_MEMBER = env.integer("TRIAN_MEMBER_A_MINUTE", 0, minimum=0)
METRICS_TOKEN = env.text("TRIAN_METRICS_TOKEN", "")
METRICS_NETWORKS = env.networks("TRIAN_METRICS_NETWORKS", ["127.0.0.0/8", "::1/128"])

# ── Ours ────────────────────────────────────────────────────────────────────────────────────────────────────────
# Read by /dev/ (refuses unless loopback) and by the check against two in-memory web processes.
BIND_HOST = env.text("TRIAN_BIND_HOST", "127.0.0.1")
DEV_PAGES = False
# "thread": the relay runs inside the web process (embedded). "process": `manage.py relay` runs it (scaled).
RELAY = env.text("TRIAN_RELAY", "process" if REDIS_URL else "thread", choices=["thread", "process", "off"])
DEFAULT_FROM_EMAIL = env.text("TRIAN_FROM_EMAIL", "Tri Ân <xin-chao@trian.example>")
MINIMUM_AGE = 16

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "json": {"()": "portal.core.logs.json_formatter"},
        "plain": {"()": "portal.core.logs.plain_formatter"},
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {
        "handlers": ["console"],
        "level": env.text("TRIAN_LOG_LEVEL", "INFO", choices=["DEBUG", "INFO", "WARNING", "ERROR"]),
    },
    "loggers": {
        "django.server": {"level": "WARNING"},
        "django.db.backends": {"level": "INFO"},
        "uvicorn.access": {"level": "WARNING"},
    },
}

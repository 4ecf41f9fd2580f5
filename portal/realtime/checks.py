"""Start-up checks of the live side: settings that would lose messages or open doors without anybody noticing."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register


@register()
def live_side(app_configs: Any, **options: Any) -> list[CheckMessage]:
    """Asked by every command and every server start."""
    found: list[CheckMessage] = []
    if "*" in settings.ALLOWED_HOSTS:
        found.append(
            Error(
                'ALLOWED_HOSTS holds "*", which switches off the origin check of the sockets.',
                hint="List the hosts.",
                id="portal.E001",
            )
        )
    if settings.REDIS_URL and settings.RELAY == "off":
        found.append(Warning("No relay runs: TRIAN_RELAY is off.", hint="Only tests want that.", id="portal.W002"))
    if settings.REDIS_URL and settings.DATABASES["default"]["ENGINE"].endswith("sqlite3"):
        found.append(
            Warning(
                "REDIS_URL is set, but the database is SQLite: several processes will wait for its one writer.",
                hint="Set DATABASE_URL to PostgreSQL.",
                id="portal.W003",
            )
        )
    if not settings.REDIS_URL and settings.DATABASES["default"]["ENGINE"].endswith("postgresql"):
        found.append(
            Warning(
                "PostgreSQL without Redis: rate limits, cache and sockets allow one web process only.",
                hint="Set REDIS_URL before you start a second one.",
                id="portal.W001",
            )
        )
    return found

"""What every page's layout needs, without a query. A processor after this one may override `site_name`."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from portal.ui.navigation import nav_items


def site(request: HttpRequest) -> dict[str, Any]:
    """Context processor: `nav` (built only when a template asks for it) and `site_name`."""
    return {
        "nav": SimpleLazyObject(lambda: nav_items(request)),
        "site_name": settings.WAGTAIL_SITE_NAME,
    }

"""The style sheet that carries the brand's colours, and what every layout needs of the identity."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language

from brand.identity.selectors import identity_for, theme_css


def theme(request: HttpRequest) -> HttpResponse:
    """`/theme.css?v=N`: for ever under its version, checked again without one."""
    response = HttpResponse(theme_css(identity_for(request)), content_type="text/css; charset=utf-8")
    versioned = bool(request.GET.get("v"))
    response["Cache-Control"] = "public, max-age=31536000, immutable" if versioned else "public, no-cache"
    return response


def identity(request: HttpRequest) -> dict[str, Any]:
    """Context processor: `site_name`, `slogan` and `theme_version`, read only when a template asks."""
    found = SimpleLazyObject(lambda: identity_for(request))
    return {
        "site_name": SimpleLazyObject(lambda: found.name),
        "slogan": SimpleLazyObject(lambda: found.slogan(get_language() or "vi")),
        "theme_version": SimpleLazyObject(lambda: found.version),
    }

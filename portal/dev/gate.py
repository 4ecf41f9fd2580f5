"""The /dev/ pages exist for whoever sits at this machine, and for nobody else."""

import ipaddress
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse


def is_loopback(address: str) -> bool:
    """Whether an address or name means this very machine."""
    if address == "localhost":
        return True
    try:
        return ipaddress.ip_address(address.strip("[]")).is_loopback
    except ValueError:
        return False


def is_open(request: HttpRequest) -> bool:
    """The server listens on loopback only, the caller sits on it, and no proxy stands between."""
    return (
        settings.DEV_PAGES
        and is_loopback(settings.BIND_HOST)
        and is_loopback(request.META.get("REMOTE_ADDR", ""))
        and "HTTP_X_FORWARDED_FOR" not in request.META
    )


def dev_only(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Makes a view look absent unless `is_open`."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not is_open(request):
            raise Http404
        return view(request, *args, **kwargs)

    return guarded

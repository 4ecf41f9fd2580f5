"""The front doors over WebSocket: a table, no logic."""

from typing import Any

from channels.auth import AuthMiddlewareStack
from channels.routing import URLRouter
from channels.security.websocket import AllowedHostsOriginValidator
from django.urls import path

from portal.realtime.consumers import PageConsumer

websocket_urlpatterns = [path("ws/", PageConsumer.as_asgi())]


async def nowhere(scope: dict[str, Any], receive: Any, send: Any) -> None:
    """Any other address: refused like a missing page, without an exception in the log."""
    await send({"type": "websocket.close", "code": 4404})


_nowhere: Any = nowhere  # an ASGI application, where Django's types expect a view
_routes = URLRouter([*websocket_urlpatterns, path("<path:anything>", _nowhere), path("", _nowhere)])
_checked = AllowedHostsOriginValidator(AuthMiddlewareStack(_routes))


async def websocket(scope: dict[str, Any], receive: Any, send: Any) -> None:
    """Keeps the server's own `send`: the session layer's wrapper would halve the speed of the hub."""
    scope["raw_send"] = send
    await _checked(scope, receive, send)

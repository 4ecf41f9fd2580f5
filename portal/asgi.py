"""Pages and sockets over ASGI: the door that uvicorn serves. Embedded, the relay runs here too."""

import os

from django.conf import settings
from django.core.asgi import get_asgi_application

from portal.core import webprocess

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings.production")
webprocess.claim()
pages = get_asgi_application()  # before anything that imports models

from channels.routing import ProtocolTypeRouter  # noqa: E402

from portal.core.overload import gated  # noqa: E402
from portal.events.relay import RelayThread  # noqa: E402
from portal.routing import websocket  # noqa: E402

if settings.RELAY == "thread":
    RelayThread().start()
application = ProtocolTypeRouter({"http": gated(pages), "websocket": websocket})

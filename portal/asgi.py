"""Pages and sockets over ASGI: the door that uvicorn serves. Embedded, the relay runs here too."""

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings.production")
pages = get_asgi_application()  # before anything that imports models

from channels.routing import ProtocolTypeRouter  # noqa: E402

from portal.realtime.startup import open_house  # noqa: E402
from portal.routing import websocket  # noqa: E402

open_house()
application = ProtocolTypeRouter({"http": pages, "websocket": websocket})

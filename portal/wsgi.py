"""Pages over WSGI: the door that granian serves at scale."""

import os

from django.core.wsgi import get_wsgi_application

from portal.core import webprocess

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings.production")
webprocess.claim()
application = get_wsgi_application()

"""Addresses of the API. Whatever stands below /api/ and is none of them is a problem with status 404."""

from django.urls import path, re_path

from portal.api.door import api
from portal.api.views import pages

urlpatterns = [
    path("v1/openapi.json", pages.openapi, name="api_schema"),
    path("v1/docs", pages.docs, name="api_docs"),
    # Before ninja's own root, which takes no method but GET without a token.
    path("v1/", pages.nothing, name="api_root"),
    path("v1/", api.urls),
    re_path(r"^.*$", pages.nothing, name="api_nothing"),
]

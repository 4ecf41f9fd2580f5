"""Addresses of the API. Whatever stands below /api/ and is none of them is a problem with status 404."""

from django.urls import path, re_path
from django.views.generic import RedirectView

from portal.api.door import api
from portal.api.views import pages

urlpatterns = [
    path("v1/openapi.json", pages.openapi, name="api_schema"),
    # Problems name it as their type; the page itself stands under each language, as every page does.
    path("v1/docs", RedirectView.as_view(pattern_name="api_docs"), name="api_docs_door"),
    # Before ninja's own root, which takes no method but GET without a token.
    path("v1/", pages.nothing, name="api_root"),
    path("v1/", api.urls),
    re_path(r"^.*$", pages.nothing, name="api_nothing"),
]

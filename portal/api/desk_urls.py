"""Addresses of the desk of keys, below the workshop's own. Wagtail lets in only who may enter there."""

from django.urls import path

from portal.api.views import desk

urlpatterns = [
    path("api-keys/", desk.listing, name="api_keys"),
    path("api-keys/make/", desk.make, name="api_key_make"),
    path("api-keys/<slug:key_id>/rotate/", desk.rotate, name="api_key_rotate"),
    path("api-keys/<slug:key_id>/revoke/", desk.revoke, name="api_key_revoke"),
]

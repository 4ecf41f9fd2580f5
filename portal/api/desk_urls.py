"""Addresses of the desks of keys and of late events, below the workshop's own: Wagtail lets in who may enter there."""

from django.urls import path

from portal.api.views import desk, late

urlpatterns = [
    path("api-keys/", desk.listing, name="api_keys"),
    path("api-keys/make/", desk.make, name="api_key_make"),
    path("api-keys/<slug:key_id>/rotate/", desk.rotate, name="api_key_rotate"),
    path("api-keys/<slug:key_id>/revoke/", desk.revoke, name="api_key_revoke"),
    path("late-events/", late.listing, name="api_late_events"),
    path("late-events/decide/", late.decide, name="api_late_decide"),
]

"""Where services send people back to: one address each, without a language, as their consoles want it."""

from django.urls import path

from portal.accounts.social import views

urlpatterns = [
    path(f"accounts/{service}/login/callback/", views.back, {"service": service}, name=f"{service}_callback")
    for service in ("google", "facebook", "zalo")
]

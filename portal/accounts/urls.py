"""Addresses of the entrance: the views of allauth that this house uses, and no others.

Sign-in is by code, so allauth's password pages and its second list of addresses stay out.
"""

from allauth.account import views
from django.urls import include, path
from django.views.generic import RedirectView

from portal.accounts.phones.views import SignInCodeView
from portal.accounts.views import JoinView

urlpatterns = [
    path("login/", views.login, name="account_login"),
    # allauth names a page of its own for asking for a code; here the door itself does that.
    path(
        "login/code/",
        RedirectView.as_view(pattern_name="account_login", query_string=True),
        name="account_request_login_code",
    ),
    path("login/code/confirm/", SignInCodeView.as_view(), name="account_confirm_login_code"),
    path("logout/", views.logout, name="account_logout"),
    path("inactive/", views.account_inactive, name="account_inactive"),
    path("signup/", JoinView.as_view(), name="account_signup"),
    path("confirm-email/", views.email_verification_sent, name="account_email_verification_sent"),
    path("reauthenticate/", views.reauthenticate, name="account_reauthenticate"),
    path("phone/", include("portal.accounts.phones.urls")),
    path("claim/", include("portal.accounts.claims.urls")),
    path("2fa/", include("allauth.mfa.urls")),
    path("sessions/", include("allauth.usersessions.urls")),
]

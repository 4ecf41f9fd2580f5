"""Addresses of the entrance and of an account's safety: the views of allauth that this house uses, and our own.

One page gathers what allauth spreads over several, so its lists of keys lead there.
"""

from allauth.account import views
from django.urls import include, path
from django.views.generic import RedirectView

from portal.accounts import safety_views as safety
from portal.accounts.codes.views import ForgottenPasswordCodeView, JoinCodeView
from portal.accounts.phones.views import SignInCodeView
from portal.accounts.views import JoinView, SignInView, agree_again

to_security = RedirectView.as_view(pattern_name="account_security")

urlpatterns = [
    path("login/", SignInView.as_view(), name="account_login"),
    # allauth names a page of its own for asking for a code; here the door itself does that.
    path(
        "login/code/",
        RedirectView.as_view(pattern_name="account_login", query_string=True),
        name="account_request_login_code",
    ),
    path("login/code/confirm/", SignInCodeView.as_view(), name="account_confirm_login_code"),
    path("logout/", views.logout, name="account_logout"),
    path("inactive/", views.account_inactive, name="account_inactive"),
    path("terms/", agree_again, name="account_terms"),
    path("signup/", JoinView.as_view(), name="account_signup"),
    path("confirm-email/", JoinCodeView.as_view(), name="account_email_verification_sent"),
    # safety
    path("security/", safety.security, name="account_security"),
    path("reauthenticate/", views.reauthenticate, name="account_reauthenticate"),
    path("phone/", include("portal.accounts.phones.urls")),
    path("services/", include("portal.accounts.social.urls")),
    path("claim/", include("portal.accounts.claims.urls")),
    path("prove/", safety.ProveView.as_view(), name="account_prove"),
    path("email/", views.email, name="account_email"),
    path("email/back/", safety.address_back, name="account_address_back"),
    path("password/set/", views.password_set, name="account_set_password"),
    path("password/change/", views.password_change, name="account_change_password"),
    path("password/remove/", safety.remove_password, name="account_remove_password"),
    path("password/reset/", views.password_reset, name="account_reset_password"),
    path("password/reset/confirm/", ForgottenPasswordCodeView.as_view(), name="account_confirm_password_reset_code"),
    path("password/reset/complete/", views.complete_password_reset, name="account_complete_password_reset"),
    path("password/reset/done/", to_security, name="account_password_reset_completed"),
    path("sessions/", safety.device_list, name="usersessions_list"),
    path("sessions/<int:session_id>/end/", safety.end_device, name="account_end_device"),
    path("sessions/end-others/", safety.end_other_devices, name="account_end_other_devices"),
    path("", include("portal.accounts.invitations.urls")),
    path("2fa/", to_security, name="mfa_index"),
    path("2fa/webauthn/", to_security, name="mfa_list_webauthn"),
    path("2fa/webauthn/keys/<int:pk>/remove/", safety.RemovePasskeyView.as_view(), name="mfa_remove_webauthn"),
    path("2fa/", include("allauth.mfa.urls")),
]

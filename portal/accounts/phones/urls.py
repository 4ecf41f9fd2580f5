"""Addresses of a member's own number."""

from django.urls import path

from portal.accounts.claims.views import JoinAccountsView
from portal.accounts.phones import views

urlpatterns = [
    path("", views.PhoneView.as_view(), name="account_phone"),
    path("code/", views.PhoneCodeView.as_view(), name="account_phone_code"),
    path("remove/", views.PhoneRemoveView.as_view(), name="account_phone_remove"),
    path("join/", JoinAccountsView.as_view(), name="account_join_accounts"),
]

"""Addresses of claiming an account that a shop opened."""

from django.urls import path

from portal.accounts.claims import views

urlpatterns = [
    path("", views.ClaimView.as_view(), name="account_claim"),
    path("code/", views.ClaimCodeView.as_view(), name="account_claim_code"),
    path("elsewhere/", views.ClaimElsewhereView.as_view(), name="account_claim_elsewhere"),
]

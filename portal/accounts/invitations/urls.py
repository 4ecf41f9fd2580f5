"""Addresses of invitations."""

from django.urls import path

from portal.accounts.invitations import views

urlpatterns = [
    path("invitations/", views.invitations, name="account_invitations"),
    path("invitations/<int:invitation_id>/end/", views.end, name="account_end_invitation"),
    path("come-in/", views.come_in, name="account_come_in"),
]

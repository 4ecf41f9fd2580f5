"""Addresses of coming in through a service."""

from django.urls import path

from portal.accounts.social import views

urlpatterns = [
    path("", views.connections, name="socialaccount_connections"),
    path("join/", views.SocialJoinView.as_view(), name="socialaccount_signup"),
    path("cancelled/", views.CancelledView.as_view(), name="socialaccount_login_cancelled"),
    path("<int:pk>/disconnect/", views.disconnect, name="account_social_disconnect"),
    path("<slug:service>/", views.leave, name="account_social_leave"),
]

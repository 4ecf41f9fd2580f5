"""Addresses of members' pages."""

from django.urls import path

from portal.people import views

app_name = "people"
urlpatterns = [
    path("<str:who>/", views.page, name="page"),
    path("<str:who>/former-names/", views.former_names, name="former_names"),
]

"""Addresses of this room."""

from django.urls import URLPattern

app_name = "dev"
urlpatterns: list[URLPattern] = []

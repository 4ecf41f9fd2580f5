"""Addresses of this room."""

from django.urls import URLPattern

app_name = "my"
urlpatterns: list[URLPattern] = []

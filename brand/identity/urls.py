"""Addresses of the identity."""

from django.urls import path

from brand.identity import views

urlpatterns = [path("theme.css", views.theme, name="theme")]

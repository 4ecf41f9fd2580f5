"""Addresses of stories that are not pages."""

from django.urls import path


app_name = "stories"
urlpatterns = []

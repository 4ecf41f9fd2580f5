"""The page for programmers, below each language."""

from django.urls import path

from portal.api.views import pages

urlpatterns = [
    path("v1/docs", pages.docs, name="api_docs"),
]

"""Addresses of stories that are not pages."""

from django.urls import path

from brand.stories import feeds, views

app_name = "stories"
urlpatterns = [
    path("feed.xml", feeds.stories, name="feed"),
    path("read/<uuid:story>/", views.read_to_the_end, name="read"),
]

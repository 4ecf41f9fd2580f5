"""Addresses of the badges: the hall, a badge, a member's shelf, and the drawings."""

from django.urls import path

from badges.awards import views

app_name = "badges"
urlpatterns = [
    path("badges/", views.hall, name="hall"),
    path("badges/<slug:code>/", views.badge, name="badge"),
    path("my/badges/", views.shelf, name="shelf"),
    path("my/badges/seen/", views.seen, name="seen"),
    path("my/settings/badges/", views.choose, name="choose"),
]

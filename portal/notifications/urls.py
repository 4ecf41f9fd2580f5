"""Addresses of the inbox."""

from django.urls import path

from portal.notifications import views

app_name = "notifications"
urlpatterns = [
    path("", views.index, name="index"),
    path("read/", views.read_all, name="read_all"),
    path("<int:notification_id>/open/", views.open_item, name="open"),
    path("<int:notification_id>/turn/", views.turn, name="turn"),
    path("wishes/", views.wishes, name="wishes"),
    path("unsubscribe/<str:token>/", views.unsubscribe, name="unsubscribe"),
]

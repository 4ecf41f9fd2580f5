"""Addresses of this room."""

from django.urls import path

from community.chat import views

app_name = "chat"
urlpatterns = [
    path("", views.index, name="index"),
    path("<slug:code>/", views.room, name="room"),
    path("<slug:code>/history/", views.history, name="history"),
    path("<slug:code>/present/", views.present, name="present"),
    path("<slug:code>/send/", views.send, name="send"),
    path("<slug:code>/read/", views.read, name="read"),
    path("<slug:code>/messages/<slug:public_id>/source/", views.source, name="source"),
    path("<slug:code>/messages/<slug:public_id>/edit/", views.edit, name="edit"),
    path("<slug:code>/messages/<slug:public_id>/remove/", views.remove, name="remove"),
]

"""Addresses of the forum."""

from django.urls import path

from community.forum import views

app_name = "community"
urlpatterns = [
    path("", views.index, name="index"),
    path("preview/", views.preview, name="preview"),
    path("spaces/<slug:code>/", views.space, name="space"),
    path("spaces/<slug:code>/new/", views.new_topic, name="new_topic"),
    path("topics/<slug:public_id>/do/replies/", views.reply, name="reply"),
    path("topics/<slug:public_id>/do/watch/", views.watch, name="watch"),
    path("topics/<slug:public_id>/do/read/", views.read, name="read"),
    path("topics/<slug:public_id>/do/steer/", views.steer, name="steer"),
    path("topics/<slug:public_id>/at/<int:number>/", views.at_number, name="at_number"),
    path("topics/<slug:public_id>/", views.topic, name="topic_short"),
    path("topics/<slug:public_id>/<slug:slug>/", views.topic, name="topic"),
    path("posts/<slug:public_id>/", views.post, name="post"),
    path("posts/<slug:public_id>/edit/", views.edit, name="edit"),
    path("posts/<slug:public_id>/reactions/", views.react, name="react"),
    path("posts/<slug:public_id>/hide/", views.hide, name="hide"),
    path("posts/<slug:public_id>/restore/", views.restore, name="restore"),
]

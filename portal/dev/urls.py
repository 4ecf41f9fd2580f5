"""Addresses for whoever builds or tries the house on her own machine."""

from django.urls import path

from portal.dev import blocks, views
from portal.dev.gate import dev_only
from portal.ui.gallery import gallery

app_name = "dev"
urlpatterns = [
    path("", views.index, name="index"),
    path("enter/", views.enter, name="enter"),
    path("mail/", views.mail_list, name="mail"),
    path("mail/<slug:name>/", views.letter, name="letter"),
    path("mail/<slug:name>/html/", views.letter_html, name="letter_html"),
    path("texts/", views.texts, name="texts"),
    path("gallery/", dev_only(gallery), name="gallery"),
    path("gallery/blocks/", dev_only(blocks.gallery), name="blocks"),
]

"""Addresses of the identity: all for machines, none below a language."""

from django.urls import path

from brand.identity import views

app_name = "identity"

urlpatterns = [
    path("theme/<slug:code>.css", views.theme, name="theme"),
    path("identity/<slug:code>/icon-<int:side>.png", views.icon, name="icon"),
    path("identity/<slug:code>/full-<int:side>.png", views.full_icon, name="full_icon"),
    path("identity/<slug:code>/favicon.ico", views.favicon, name="favicon"),
    path("identity/<slug:code>/manifest.webmanifest", views.manifest, name="manifest"),
    path("identity/<slug:code>/share.jpg", views.share_card, name="share_card"),
    path("identity/<slug:code>/share/<slug:kind>/<slug:ref>.jpg", views.page_card, name="page_card"),
    path("identity/<slug:code>/letter.png", views.letter_head, name="letter_head"),
]

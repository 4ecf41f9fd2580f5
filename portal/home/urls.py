"""Addresses of a member's own pages."""

from django.urls import path

from portal.home import views

app_name = "my"
urlpatterns = [
    path("", views.my_home, name="home"),
    path("book/", views.statement, name="statement"),
]

"""Addresses of the help centre that are not pages."""

from django.urls import path

from brand.help import views

app_name = "help"
urlpatterns = [path("answer/<uuid:question>/", views.answer, name="answer")]

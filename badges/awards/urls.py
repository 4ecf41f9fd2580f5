"""Addresses without a language before them: the drawings of medals."""

from django.urls import path

from badges.awards import views

app_name = "medals"
urlpatterns = [path("medals/<slug:name>.svg", views.drawing, name="medal")]

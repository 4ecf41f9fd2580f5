"""Addresses of stories that are not pages."""

from django.urls import path

from brand.stories import views

app_name = "stories"
urlpatterns = [path("read/<uuid:story>/", views.read_to_the_end, name="read")]

"""Addresses of the settings."""

from django.urls import path

from portal.people import company_views, settings_views

app_name = "settings"
urlpatterns = [
    path("", settings_views.index, name="index"),
    path("profile/", settings_views.profile, name="profile"),
    path("profile/<str:part>/", settings_views.part, name="part"),
    path("pictures/<str:kind>/", settings_views.picture, name="picture"),
    path("pictures/<str:kind>/focus/", settings_views.focus, name="focus"),
    path("pictures/<str:kind>/remove/", settings_views.remove_picture, name="remove_picture"),
    path("privacy/", settings_views.privacy, name="privacy"),
    path("blocks/", company_views.blocks, name="blocks"),
    path("blocks/add/", company_views.block, name="block"),
    path("blocks/<str:public_id>/remove/", company_views.unblock, name="unblock"),
    path("place/", settings_views.place, name="place"),
    path("consents/", settings_views.consents, name="consents"),
    path("consents/news/", settings_views.news, name="news"),
    path("data/", settings_views.export, name="export"),
    path("data/<str:public_id>/", settings_views.export_file, name="export_file"),
    path("leave/", settings_views.leave, name="leave"),
    path("leave/now/", settings_views.leave_now, name="leave_now"),
]

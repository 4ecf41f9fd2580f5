"""Registers the programme's desk with Wagtail's admin; nothing else stands here."""

from importlib import import_module

from wagtail import hooks

from badges.programme.urls import urlpatterns

import_module("badges.programme.viewsets")
hooks.register("register_admin_urls", lambda: urlpatterns)

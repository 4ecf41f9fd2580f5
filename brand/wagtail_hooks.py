"""Registers the brand's rooms with Wagtail's admin; nothing else stands here."""

from importlib import import_module

from wagtail.snippets.models import register_snippet

from brand.identity.viewsets import IdentityViewSet

register_snippet(IdentityViewSet)
import_module("brand.help.viewsets")

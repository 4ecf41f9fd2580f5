"""Wires brand: what registers itself is imported here."""

from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class BrandConfig(AppConfig):
    """See the package's README."""

    name = "brand"
    verbose_name = _("Brand")

    def ready(self) -> None:
        """Imports subscribers, stream kinds and registries of every room."""
        for module in (
            "brand.help.adapters",
            "brand.help.data",
            "brand.help.views",
            "brand.identity.adapters",
            "brand.identity.data",
            "brand.identity.subscribers",
            "brand.identity.views",
            "brand.writing.adapters",
            "brand.writing.views",
            "brand.pages.adapters",
            "brand.pages.data",
            "brand.pages.views",
            "brand.stories.adapters",
            "brand.stories.data",
            "brand.stories.forms",
            "brand.stories.views",
            "brand.writing.words",
        ):
            import_module(module)

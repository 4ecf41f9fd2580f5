"""Wires community: what registers itself is imported here."""

from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CommunityConfig(AppConfig):
    """See the package's README."""

    name = "community"
    verbose_name = _("Community")

    def ready(self) -> None:
        """Imports subscribers, stream kinds and registries of every room."""
        for module in (
            "community.chat.broadcasts",
            "community.chat.data",
            "community.forum.broadcasts",
            "community.forum.data",
            "community.forum.subscribers",
        ):
            import_module(module)

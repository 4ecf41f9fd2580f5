"""Wires community: what registers itself is imported here."""

from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CommunityConfig(AppConfig):
    """See the package's README."""

    name = "community"
    verbose_name = _("Community")

    def ready(self) -> None:
        """Tells the chat who answers for spaces; imports subscribers, stream kinds and registries of every room."""
        from community.chat.permissions import SpaceRights, ask_spaces
        from community.forum import permissions as spaces

        ask_spaces(
            SpaceRights(
                visible=spaces.visible_spaces, can_read=spaces.can_read_space, check_write=spaces.check_write_in
            )
        )
        for module in (
            "community.chat.adapters",
            "community.chat.broadcasts",
            "community.chat.data",
            "community.chat.subscribers",
            "community.chat.tasks",
            "community.forum.broadcasts",
            "community.forum.data",
            "community.forum.subscribers",
            "community.moderation.data",
            "community.forum.tasks",
            "community.forum.telling",
            "community.forum.writing_data",
            "community.forum.tasks",
            "community.moderation.keeper",
            "community.moderation.subscribers",
            "community.moderation.tasks",
        ):
            import_module(module)

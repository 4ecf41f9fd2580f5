"""Wires the ground floor: registries, foreign signals and checks."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PortalConfig(AppConfig):
    """The front doors and the ground floor of the house."""

    name = "portal"
    verbose_name = _("Portal")

    def ready(self) -> None:
        """Imports what registers itself."""
        from importlib import import_module

        for module in (
            "portal.accounts.adapters",
            "portal.accounts.session_life",
            "portal.accounts.second_factor",
            "portal.accounts.promotions",
            "portal.accounts.streams",
            "portal.accounts.sms.tasks",
            "portal.accounts.social.zalo.provider",
            "portal.accounts.blocks.selectors",
            "portal.accounts.data",
            "portal.accounts.workshop",
            "portal.notifications.streams",
            "portal.notifications.data",
            "portal.digest.data",
            "portal.digest.tasks",
            "portal.api.data",
            "portal.api.subscribers",
            "portal.api.tasks",
            "portal.privacy.tables",
            "portal.privacy.data",
            "portal.privacy.tasks",
            "portal.people.entries",
            "portal.home.perks",
            "portal.notifications.subscribers",
            "portal.core.proofs",
            "portal.realtime.checks",
            "portal.realtime.tasks",
            "portal.realtime.adapters",
            "portal.jobs.housekeeping",
            "portal.editing.adapters",
            "portal.editing.notices",
            "portal.editing.tasks",
        ):
            import_module(module)

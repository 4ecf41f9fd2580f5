"""Wires badges: what registers itself is imported here."""

from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class BadgesConfig(AppConfig):
    """See the package's README."""

    name = "badges"
    verbose_name = _("Badges")

    def ready(self) -> None:
        """Imports subscribers, stream kinds and registries of every room."""
        for module in (
            "badges.ledger.seal",
            "badges.earning.verify",
            "badges.tiers.verify",
            "badges.earning.subscribers",
            "badges.earning.broadcasts",
            "badges.earning.adapters",
            "badges.tiers.marks",
            "badges.tiers.broadcasts",
            "badges.awards.subscribers",
            "badges.awards.broadcasts",
            "badges.awards.tasks",
            "badges.ledger.tasks",
            "badges.earning.tasks",
            "badges.tiers.tasks",
            "badges.leaderboards.subscribers",
            "badges.leaderboards.tasks",
            "badges.challenges.subscribers",
            "badges.challenges.broadcasts",
            "badges.programme.subscribers",
            "badges.programme.broadcasts",
            "badges.programme.tasks",
            "badges.segments.tasks",
            "badges.backtest.tasks",
            "badges.ledger.data",
            "badges.earning.data",
            "badges.tiers.data",
            "badges.awards.data",
            "badges.programme.data",
            "badges.leaderboards.data",
            "badges.segments.data",
            "badges.challenges.data",
            "badges.campaigns.data",
        ):
            import_module(module)

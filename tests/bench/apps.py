"""Raises the limits of the sockets while the house is measured."""

from django.apps import AppConfig


class BenchConfig(AppConfig):
    """Holds no tables."""

    name = "tests.bench"
    label = "bench"

    def ready(self) -> None:
        from portal.realtime import rules  # needs the models, which are loaded by now

        plenty = 1_000_000
        rules.PER_MEMBER = rules.PER_ADDRESS = rules.PER_MINUTE = rules.BURST = plenty

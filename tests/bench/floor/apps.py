"""The floor as a Django app, so that its three tables can be made."""

from django.apps import AppConfig


class FloorConfig(AppConfig):
    """No migrations: `migrate --run-syncdb` makes the tables."""

    name = "tests.bench.floor"
    label = "floor"
    default_auto_field = "django.db.models.BigAutoField"

"""Calendar jobs of the desk."""

from datetime import datetime
from io import StringIO

from django.core.management import call_command

from portal.jobs.table import register


def publish_scheduled(at: datetime) -> None:
    """Every minute: pages come out and end as planned. Wagtail reads the clock itself. Idempotent."""
    call_command("publish_scheduled", stdout=StringIO())


register("publish_scheduled", "* * * * *", publish_scheduled)

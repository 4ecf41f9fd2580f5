"""Old stream entries are thrown away; a page that slept longer fetches itself anew."""

from datetime import datetime, timedelta

from portal.jobs.table import register
from portal.realtime.models import StreamEntry

KEEP = timedelta(days=30)
AT_ONCE = 2000


def prune_entries(at: datetime) -> int:
    """Deletes entries older than 30 days, in small transactions so that nobody waits for the writer."""
    gone = 0
    while ids := list(
        StreamEntry.objects.filter(at__lt=at - KEEP).order_by("id").values_list("id", flat=True)[:AT_ONCE]
    ):
        gone += StreamEntry.objects.filter(pk__in=ids)._raw_delete("default") or len(ids)
    return gone


register("prune_stream_entries", "30 3 * * *", prune_entries)

"""The history of segments by the calendar."""

from badges.segments.actions import rebuild
from portal.jobs.table import register

register("rebuild_segments", "*/10 * * * *", rebuild)

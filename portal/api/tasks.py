"""What the API does by the calendar: events that wait are matched, and erased when their days are over."""

from portal.api.matching import erase_parked, match_everybody, match_fresh
from portal.jobs.table import register

register("match_parked_events", "*/5 * * * *", match_fresh)
# Everybody is looked at before anything is erased.
register("match_parked_with_everybody", "20 3 * * *", match_everybody)
register("erase_parked_events", "50 3 * * *", erase_parked)

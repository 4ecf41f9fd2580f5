"""Other systems of the house that ask and tell over /api/v1."""

from portal.settings import env

# Requests of one key a minute, over all processes; 0: no limit.
API_RATE = env.integer("TRIAN_API_RATE", 600, minimum=0)
# An event that is older is refused: the programme of that time can no longer be asked about.
API_EVENTS_DAYS = env.integer("TRIAN_API_EVENTS_DAYS", 90, minimum=1)
# What comes later than so many days after it happened pays nothing by itself: a manager looks at it.
EVENTS_LATE_DAYS = env.integer("TRIAN_EVENTS_LATE_DAYS", 7, minimum=1)
# What waits for its member or its sale waits so many days, and is erased then.
EVENTS_PARKED_DAYS = env.integer("TRIAN_EVENTS_PARKED_DAYS", 30, minimum=1)

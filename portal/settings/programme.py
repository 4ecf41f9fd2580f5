"""What of the points programme is set from outside; the programme itself is data that brand managers write."""

from portal.settings import env

PROGRAMME_ZONE = "Asia/Ho_Chi_Minh"
# Corrections of points by hand: beyond the limit a second person decides, and no single one is larger than the most.
ADJUSTMENT_LIMIT = env.integer("TRIAN_ADJUSTMENT_LIMIT", 500, minimum=0)
ADJUSTMENT_MOST = env.integer("TRIAN_ADJUSTMENT_MOST", 100_000, minimum=1)
# Points that members pass on to each other: in one sending, in a programme month, and how long they rest before.
TRANSFER_MOST = env.integer("TRIAN_TRANSFER_MOST", 500, minimum=0)
TRANSFER_MONTH = env.integer("TRIAN_TRANSFER_MONTH", 1_000, minimum=0)
TRANSFER_REST_DAYS = env.integer("TRIAN_TRANSFER_REST_DAYS", 14, minimum=0)
# Members who give each other points: so many acts each way within so many days make a pair, so many one way the edge of
# a ring; it has so many members at most, and edges on so many hundredths of the ways between them. It is looked at.
RING_DAYS = env.integer("TRIAN_RING_DAYS", 30, minimum=1)
RING_PAIR_ACTS = env.integer("TRIAN_RING_PAIR_ACTS", 10, minimum=2)
RING_EDGE_ACTS = env.integer("TRIAN_RING_EDGE_ACTS", 8, minimum=2)
RING_MOST = env.integer("TRIAN_RING_MOST", 6, minimum=3)
RING_DENSITY = env.integer("TRIAN_RING_DENSITY", 60, minimum=1)
# What statements are signed with (portal/core/proofs.py): a seed of 32 bytes, and former public keys, base64url.
SIGNING_KEY = env.key("TRIAN_SIGNING_KEY")
SIGNING_KEYS_OLD = env.keys("TRIAN_SIGNING_KEYS_OLD")

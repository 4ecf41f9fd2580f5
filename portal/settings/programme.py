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
# What statements are signed with (portal/core/proofs.py): a seed of 32 bytes, and former public keys, base64url.
SIGNING_KEY = env.key("TRIAN_SIGNING_KEY")
SIGNING_KEYS_OLD = env.keys("TRIAN_SIGNING_KEYS_OLD")

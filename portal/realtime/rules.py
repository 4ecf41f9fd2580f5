"""The figures of the sockets in one place: limits, patience, close codes."""

# Limits (ASVS 4.4): a page that behaves never meets them.
MAX_FRAME = 64 * 1024
MAX_STREAMS = 50
PER_MEMBER = 10
PER_ADDRESS = 20
BURST = 50
PER_MINUTE = 100
# So many more refused frames than accepted ones are no mistake any more: the socket is closed.
FLOOD = 50

# Delivery
QUEUE = 64
REPLAY = 500

# Seconds
HEARTBEAT = 10.0
RECHECK_EVERY = 60.0
# A tab renews its place among the open sockets with each heartbeat.
CONNECTED_FOR = 45.0
TYPING_EVERY = 3.0
PRESENT_FOR = 60.0

# Close codes
SIGNED_OUT = 4401
FORBIDDEN = 4403
TOO_MANY_CONNECTIONS = 4408
FLOODING = 4429
TOO_BIG = 1009
NOT_TEXT = 1003

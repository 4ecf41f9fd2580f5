"""Live pages: numbered streams that survive a lost connection, and the sockets that carry them. See README.md."""

from portal.realtime.recording import (
    last_number,
    last_numbers,
    present_members,
    push,
    recheck,
    recheck_everybody,
    recheck_hearers,
    record,
)
from portal.realtime.rights import demand
from portal.realtime.streams import StreamKind, parse, register, register_act, register_kind, stream_name

__all__ = [
    "StreamKind",
    "demand",
    "last_number",
    "last_numbers",
    "parse",
    "present_members",
    "push",
    "recheck",
    "recheck_everybody",
    "recheck_hearers",
    "record",
    "register",
    "register_act",
    "register_kind",
    "stream_name",
]

"""Saying something on a stream: `record` for what must not be missed, `push` for what may be lost."""

import logging
from collections.abc import Iterable
from typing import Any

from django.db import connection, transaction
from django.db.models import QuerySet

from portal.core.prepared import prepared
from portal.core.writing import add
from portal.realtime import pusher
from portal.realtime.models import Stream, StreamEntry
from portal.realtime.roster import roster
from portal.realtime.streams import EVERYBODY, RECHECK, parse, stream_name

# Creates the stream or raises its number in one statement, so that two first writers cannot collide; the row stays
# locked until the transaction ends, which makes the numbers gapless and in commit order.
_NEXT = """
    INSERT INTO portal_stream (key, last) VALUES (%s, 1)
    ON CONFLICT (key) DO UPDATE SET last = portal_stream.last + 1
    RETURNING id, last
"""
logger = logging.getLogger(__name__)


def record(stream: str, kind: str, ref: dict[str, Any]) -> int:
    """Writes the stream's next entry and returns its number; open pages hear of it after commit, in any process.

    Must run inside the transaction of the change (raises TransactionManagementError otherwise). `ref` holds ids only:
    what pages get is rendered when it is sent. Locks the stream's row until commit, so call it last in an action.
    """
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("record() belongs inside the transaction of the change")
    parse(stream)
    with connection.cursor() as cursor:
        cursor.execute(_NEXT, [stream])
        stream_id, number = cursor.fetchone()
    entry = add(StreamEntry(stream_id=stream_id, number=number, kind=kind, ref=ref))
    pusher.entry_recorded(entry.pk)
    return number


def push(stream: str, kind: str, data: dict[str, Any]) -> None:
    """Sends something ephemeral (typing, presence) to open pages at once: no row, may be lost, never raises."""
    try:
        parse(stream)
        pusher.ephemeral(stream, kind, data)
    except Exception:
        pusher.lost.count()
        logger.warning("push lost", exc_info=True, extra={"stream": stream})


@prepared
def _last(stream: str) -> QuerySet[Stream, int]:
    return Stream.objects.filter(key=stream).values_list("last", flat=True)


@prepared
def _lasts(streams: list[str]) -> QuerySet[Stream, tuple[str, int]]:
    return Stream.objects.filter(key__in=streams).values_list("key", "last")


def last_number(stream: str) -> int:
    """The stream's newest number, for the page that is drawn now and then listens "after" it; 0 for a silent stream."""
    parse(stream)
    return _last.one(stream) or 0


def last_numbers(streams: Iterable[str]) -> dict[str, int]:
    """The newest number of each of these streams, 0 for a silent one; one query."""
    names = list(streams)
    return dict.fromkeys(names, 0) | dict(_lasts(names))


def present_members(stream: str) -> list[int]:
    """Ids of the members who have this stream's page before them, in the order they came."""
    parse(stream)
    return roster().members(stream)


def recheck(member_id: int) -> None:
    """After commit every open socket of this member proves its rights again, within 2 seconds.

    Call it whenever a right is lost: suspension, sign-out, leaving a room, closing of an account. Sockets without a
    valid session or of a suspended member are closed (4401, 4403); streams that may no longer be heard are dropped.
    """
    with transaction.atomic():
        record(stream_name("member", member_id), RECHECK, {})


def recheck_hearers(stream: str) -> None:
    """After commit every open socket that hears this stream proves its rights again, within 2 seconds.

    Call it when something closes for people nobody can list: a topic that goes to another space, a room whose door
    changes. Visitors and members who never left a mark there are asked too. Must run inside the transaction.
    """
    record(stream, RECHECK, {})


def recheck_everybody() -> None:
    """The same for all open sockets: when a door changes behind which nobody knows how many streams lie (a space)."""
    record(EVERYBODY, RECHECK, {})

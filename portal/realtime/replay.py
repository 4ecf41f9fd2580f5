"""What a page missed: the entries after a number, rendered from the present state."""

from dataclasses import dataclass, field

from portal.realtime import frames, rights, rules, streams
from portal.realtime.models import Stream, StreamEntry
from portal.realtime.pusher import rendered


@dataclass(frozen=True)
class Missed:
    """The answer to a subscription: where the stream stands, and the frames to write, in order."""

    last: int
    texts: list[str] = field(default_factory=list)


def read(member_id: int | None, stream: str, after: int | None, language: str) -> Missed | None:
    """None when she may not listen, or when there is no such thing: both look the same.

    Without `after` the answer is `ok` with the newest number. With it, `ok` and every entry after that number; when
    these are more than 500, or the old ones are gone, or the number was never given out, `resync`.
    """
    if not streams.may_hear(rights.find_member(member_id), stream):
        return None
    row = Stream.objects.filter(key=stream).first()
    last = row.last if row is not None else 0
    opening = frames.encode({"t": "ok", "s": stream, "n": last})
    if row is None or after is None or after == last:
        return Missed(last, [opening] if not after or after == last else [frames.resync(stream, last)])
    if not 0 < last - after <= rules.REPLAY:
        return Missed(last, [frames.resync(stream, last)])
    entries = list(
        StreamEntry.objects.filter(stream=row, number__gt=after, number__lte=last).order_by("number")[: rules.REPLAY]
    )
    if len(entries) != last - after:  # the oldest have been pruned
        return Missed(last, [frames.resync(stream, last)])
    return Missed(last, [opening, *(text[language] for _, text in rendered(stream, entries, [language]))])

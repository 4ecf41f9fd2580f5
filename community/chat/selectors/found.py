"""Looking for words in one room."""

from dataclasses import dataclass

from django.db.models import Q
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from community.chat.models import Message, Room
from community.chat.permissions import check_enter, reads_from
from community.chat.selectors.talk import whole_messages
from community.markup import excerpt
from portal.accounts.models import Member
from portal.core.text import clean_line, fold

LONGEST = 100
SHOWN = 50
# So many of the newest messages are looked through, so many hits put in order: enough for years of a lively room,
# and a bound on what one question may cost.
LOOKED_THROUGH = 50_000
RANKED = 300


@dataclass(frozen=True)
class Found:
    """A message that holds the words, and its beginning with the words marked."""

    message: Message
    words: SafeString


def found_in_room(room: Room, viewer: Member | None, typed: str) -> list[Found]:
    """Messages and replies of a room that hold every word, accents or not; those with the accents as typed come first.

    What was removed and what lies before her seat is not found. Raises NotFound. A constant number of queries.
    """
    check_enter(viewer, room)
    begins = reads_from(viewer, room)
    asked = clean_line(typed)[:LONGEST]
    words = fold(asked).split()
    if not words or begins is None:
        return []
    rows = Message.objects.filter(room=room, removed_at=None).filter(
        Q(parent=None, number__gt=begins) | Q(parent__number__gt=begins)
    )
    oldest = Message.objects.filter(room=room).order_by("-pk").values_list("pk", flat=True)[LOOKED_THROUGH:][:1]
    rows = rows.filter(pk__gt=next(iter(oldest), 0))
    for word in words:
        rows = rows.filter(folded__contains=word)
    hits = list(rows.order_by("-pk").values_list("pk", "source")[:RANKED])
    exact = asked.lower().split()
    ranked = sorted(hits, key=lambda hit: not all(word in hit[1].lower() for word in exact))
    ids = [pk for pk, _source in ranked[:SHOWN]]
    messages = whole_messages().select_related("parent").in_bulk(ids)
    return [Found(messages[pk], _marked(excerpt(messages[pk].html, 200), words)) for pk in ids]


def _marked(text: str, words: list[str]) -> SafeString:
    """The text with each word in <mark>; folding keeps one letter one letter, so places in both texts agree."""
    letters = [fold(letter)[:1] or letter for letter in text]
    plain = "".join(letters)
    spans = sorted((at, at + len(word)) for word in words for at in _places(plain, word))
    out, end = [], 0
    for start, stop in spans:
        if start < end:
            continue
        out += [escape(text[end:start]), "<mark>", escape(text[start:stop]), "</mark>"]
        end = stop
    return mark_safe("".join([*out, escape(text[end:])]))  # noqa: S308  (every piece is escaped)


def _places(text: str, word: str) -> list[int]:
    places, at = [], text.find(word)
    while at >= 0:
        places.append(at)
        at = text.find(word, at + len(word))
    return places

"""Rooms that ask for a tier."""

from django.utils.translation import get_language

from community.chat.models import Room, RoomText


def rooms_from(rank: int) -> list[tuple[Room, RoomText]]:
    """Every room that asks for this rank or a higher one, closed ones too, with its words in the reader's
    language. Two queries."""
    found, language = [], get_language() or "vi"
    for room in Room.objects.filter(from_rank__gte=rank).prefetch_related("texts"):
        texts = {text.locale: text for text in room.texts.all()}
        found.append((room, texts.get(language) or texts.get("vi") or RoomText(name=room.code)))
    return found

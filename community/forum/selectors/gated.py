"""Spaces that ask for a tier."""

from community.forum.models import Space


def spaces_from(rank: int) -> list[tuple[Space, int, str]]:
    """Every space that asks for this rank or a higher one, closed ones too, with the rank and with what it opens: the
    `space`, or only `writing` there. Two queries."""
    found = []
    for space in Space.objects.prefetch_related("texts"):
        reads, asked = space.read_from_rank or 0, max(space.read_from_rank or 0, space.write_from_rank)
        if asked >= rank:
            found.append((space, asked, "space" if reads >= rank else "writing"))
    return found

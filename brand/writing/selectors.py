"""Reads that living blocks share."""

import re
from typing import Any

from django.urls import Resolver404, resolve
from django.utils.translation import get_language

from community import api as community
from portal.accounts.models import Member

_LANGUAGE = re.compile(r"\A/[a-z]{2}/")


def post_id_of(address: str) -> str:
    """The public id of the post that an address leads to, or an empty text. Takes the address as people copy it."""
    path, _hash, fragment = address.strip().partition("#")
    if fragment.startswith("post-"):
        return fragment.removeprefix("post-")
    path = "/" + path.partition("://")[2].partition("/")[2] if "://" in path else path
    # Copied in one language and read in another: only the reader's own prefix can be resolved.
    path = _LANGUAGE.sub(f"/{get_language()}/", path.partition("?")[0])
    try:
        match = resolve(path)
    except Resolver404:
        return ""
    return str(match.kwargs["public_id"]) if match.view_name == "community:post" else ""


def quotes_for(addresses: list[str]) -> dict[str, "community.PublicPost"]:
    """What everybody may read at these addresses; one that is hidden, restricted or gone is left out. Two queries."""
    wanted = {address: post_id_of(address) for address in addresses}
    found = community.public_posts({key for key in wanted.values() if key})
    return {address: found[key] for address, key in wanted.items() if key in found}


def talk_for(viewer: Member | None, wanted: list[tuple[str, int | None, int]]) -> list[list[Any]]:
    """For each (space code, scope, count) the topics with the newest answers; one reading for all of them.

    Without a space the scope's own talk; a scope without any talk shows the whole house's.
    """
    topics = community.latest_by_space(viewer, max((count for _s, _c, count in wanted), default=0))
    found = []
    for space, scope, count in wanted:
        own = [t for t in topics if (t.space.code == space if space else scope in (None, t.space.scope_id))]
        found.append((own or ([] if space else topics))[:count])
    return found

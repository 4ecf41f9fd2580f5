"""What open pages hear about members: the name chip on `site:1`, drawn once for everybody."""

from typing import Any

from django.template.loader import render_to_string

from portal import realtime
from portal.accounts import selectors


def render_site(site_id: int, entries: list[tuple[str, dict[str, Any]]]) -> list[dict[str, Any]]:
    """The chips as they are now; an entry about somebody who has left carries no html."""
    standings = selectors.standings(int(ref["member"]) for _kind, ref in entries)
    answers = []
    for _kind, ref in entries:
        standing = standings.get(int(ref["member"]))
        html = render_to_string("portal/accounts/_chip.html", {"standing": standing}).strip() if standing else ""
        answers.append({"member": int(ref["member"]), "html": html})
    return answers


realtime.register(
    # Names and tiers are public: whoever reads a page may hear them.
    realtime.StreamKind(
        name="site",
        audience=lambda viewer, site_id: site_id == 1,
        render=render_site,
        kinds=frozenset({"chip"}),
    )
)

"""What open pages hear about members: the name chip on `site:1`, drawn once for everybody; and on her own stream
whose words lie folded for a member."""

from typing import Any

from django.template.loader import render_to_string

from portal import realtime
from portal.accounts import selectors
from portal.accounts.blocks.selectors import folded_for


def render_site(site_id: int, entries: list[tuple[str, dict[str, Any]]]) -> list[dict[str, Any]]:
    """The chips as they are now; an entry about somebody who has left carries no html."""
    standings = selectors.standings(int(ref["member"]) for _kind, ref in entries)
    answers = []
    for _kind, ref in entries:
        standing = standings.get(int(ref["member"]))
        html = render_to_string("portal/accounts/_chip.html", {"standing": standing}).strip() if standing else ""
        answers.append({"member": int(ref["member"]), "html": html})
    return answers


def render_folds(member_id: int, entries: list[tuple[str, dict[str, Any]]]) -> list[dict[str, Any]]:
    """Whose words lie folded for her now, and the line that lies on them. One query."""
    told = {"folded": sorted(folded_for(member_id)), "line": render_to_string("components/fold.html").strip()}
    return [told for _entry in entries]


realtime.register_kind("member", "folds", render_folds)
realtime.register(
    # Names and tiers are public: whoever reads a page may hear them.
    realtime.StreamKind(
        name="site",
        audience=lambda viewer, site_id: site_id == 1,
        render=render_site,
        kinds=frozenset({"chip"}),
    )
)

"""What members of the demo world chose for themselves: town, clock, cover, who sees what, the badges on the shelf."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from badges import api as badges
from portal.accounts.blocks.actions import set_company
from portal.accounts.models import Member, Picture
from portal.accounts.pictures import set_picture
from portal.accounts.profiles import set_place, set_privacy, tell_about
from portal.core.clock import now
from portal.demo import files

if TYPE_CHECKING:
    from portal.demo.loader import World

HOME = "Asia/Ho_Chi_Minh"


def plan(world: "World") -> None:
    """Plans what each tells about herself soon after joining; the staff tell nothing here."""
    given = files.choices()
    for person in files.people():
        if not person["role"]:
            at, chosen = person["joined"] + timedelta(minutes=12), given["chosen"].get(person["key"], {})
            world.at(at, lambda p=person, c=chosen, a=at: _tell(world, p, c, a))


def fill_shelves(world: "World") -> None:
    """Puts the badges that members chose on their pages, of those that they hold by now."""
    for key, chosen in files.choices()["chosen"].items():
        if "shows" in chosen:
            member = _fresh(world, key)
            shown = [code for code in chosen["shows"] if code in member.standing.held]
            badges.arrange(actor=member, codes=shown, at=now())


def _fresh(world: "World", key: str) -> Member:
    """Read anew: she had not joined when the world was planned."""
    return Member.objects.get(pk=world.members[key].pk)


def _tell(world: "World", person: dict[str, Any], chosen: dict[str, Any], at: datetime) -> None:
    key, given = person["key"], files.choices()
    member = _fresh(world, key)
    tell_about(actor=member, bio=person["bio"], city=person["city"], at=at, limited=False)
    if key in given["whole"]:
        set_place(actor=member, language=person["language"], zone=given["zones"].get(key, HOME), at=at)
    if "cover" in chosen:
        set_picture(actor=member, kind=Picture.Kind.COVER, data=files.scene(chosen["cover"]).read_bytes(), at=at)
    if "privacy" in chosen:
        set_privacy(actor=member, levels=chosen["privacy"], findable=False, at=at)
    if {"direct_from", "shows_presence"} & chosen.keys():
        set_company(
            actor=member, direct_from=chosen.get("direct_from", "everybody"),
            shows_presence=chosen.get("shows_presence", True),
        )  # fmt: skip

"""Who enters a space: tier, badge and role in one function, the same for the row at hand and for the query."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest

from community.forum import permissions
from community.forum.models import Space
from portal.accounts.models import Member, Standing
from portal.core.clock import now
from portal.core.errors import Forbidden
from tests.community.forum.conftest import make_space

pytestmark = pytest.mark.django_db
RANKS, BADGES, ROLES, STAFF = (None, 0, 1), ("", "first-page"), ("", ",moderator,", ",brand,moderator,"), (False, True)


def whole(member: Member) -> Member:
    return Member.objects.select_related("standing").get(pk=member.pk)


@pytest.fixture
def people(alice: Member, bob: Member, charlie: Member, mod: Member, manager: Member, staff: Member) -> dict[str, Any]:
    Standing.objects.filter(member=bob).update(tier_rank=1)
    Standing.objects.filter(member=charlie).update(held=["first-page"])
    Member.objects.filter(pk=staff.pk).update(is_superuser=True)
    found = {"member": alice, "silver": bob, "holder": charlie, "moderator": mod, "manager": manager, "admin": staff}
    return {"visitor": None, **{name: whole(member) for name, member in found.items()}}


def expected(name: str, rank: int | None, badge: str, roles: str, staff_only: bool) -> bool:
    """The rule in words of the house, written a second time."""
    if name == "admin":
        return True
    if name == "moderator" and (not roles or "moderator" in roles):
        return True
    if name == "manager" and (not roles or "brand" in roles):
        return True
    if staff_only:
        return False
    reached = {"visitor": -1, "silver": 1}.get(name, 0)
    return (rank is None or reached >= rank) and (not badge or name == "holder")


def test_every_combination_of_gates_for_everybody(people: dict[str, Any], settings: Any) -> None:
    make_space("cua")
    wrong = []
    for rank, badge, roles, staff_only in product(RANKS, BADGES, ROLES, STAFF):
        Space.objects.update(read_from_rank=rank, read_badge=badge, read_roles=roles, staff_only=staff_only)
        space = Space.objects.get()
        for name, viewer in people.items():
            at_hand = permissions.can_read_space(viewer, space)
            listed = Space.objects.filter(permissions.visible_spaces(viewer)).exists()
            if not at_hand == listed == expected(name, rank, badge, roles, staff_only):
                wrong.append((name, rank, badge, roles, staff_only, at_hand, listed))
    assert wrong == []
    Space.objects.update(live=False, read_roles="", read_badge="", read_from_rank=None, staff_only=False)
    assert not any(permissions.can_read_space(viewer, Space.objects.get()) for viewer in people.values())
    assert not any(Space.objects.filter(permissions.visible_spaces(viewer)).exists() for viewer in people.values())


def test_who_may_write_where_all_may_read(people: dict[str, Any]) -> None:
    space = make_space("cua")
    space.write_badge = "first-page"

    def writers() -> set[str]:
        return {name for name, viewer in people.items() if permissions.can_write_in(viewer, space, at=now())}

    assert writers() == {"holder", "moderator", "manager", "admin"}
    space.write_roles = ",moderator,"
    assert writers() == {"holder", "moderator", "admin"}
    space.write_badge, space.write_from_rank = "", 1
    assert writers() == {"silver", "moderator", "admin"}
    with pytest.raises(Forbidden):
        permissions.check_write_in(people["member"], space, at=now())

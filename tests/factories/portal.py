"""Members and what belongs to them, as the house itself would make them."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import count
from typing import Any

from django.contrib.auth.models import Group

from portal.accounts import actions
from portal.accounts.models import Member
from portal.notifications import registry

JOINED = datetime(2026, 3, 1, 2, 0, tzinfo=UTC)
_numbers = count(1)


def make_member(name: str = "", *, at: datetime = JOINED, joined: bool = True, **fields: Any) -> Member:
    """A member whose address is confirmed, with chip and MemberJoined; `joined=False` stops before the confirmation."""
    number = next(_numbers)
    name = name or f"Bạn thứ {number}"
    email = fields.pop("email", f"ban{number}@thu.example")
    member = Member.objects.create_user(email, name=name, **fields)
    actions.record_consent(member=member, purposes=["terms", "age"], way="join_form", at=at)
    return actions.join(member=member, at=at) if joined else member


def make_members(amount: int) -> list[Member]:
    """Several members with names of their own."""
    return [make_member() for _ in range(amount)]


def make_staff(name: str, *, group: str = "", **fields: Any) -> Member:
    """Somebody who works here: may open the admin (with a second factor), in the named group when it exists."""
    member = make_member(name, is_staff=True, **fields)
    if group:
        member.groups.add(Group.objects.get_or_create(name=group)[0])
    return member


def plain_kind(name: str, **changes: Any) -> registry.Kind:
    """A notification kind for tests: everybody sees it, the sentence tells subject and count."""
    settings: dict[str, Any] = {
        "label": name,
        "icon": "bell",
        "sentence": lambda item: f"{item.subject} × {item.count}",
        "url": lambda item: f"/vi/somewhere/{item.subject.replace(':', '/')}/",
        "visible": lambda member, subject, args: True,
    }
    return registry.Kind(name=name, **{**settings, **changes})

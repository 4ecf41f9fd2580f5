"""The people of the demo world: accounts, faces, roles, and how a visitor of /dev/ signs in as each."""

from datetime import datetime
from typing import Any

from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.auth.models import Group
from django.core.files.storage import default_storage

from brand.pages.models import SubBrandPage
from portal.accounts.actions import join, record_consent
from portal.accounts.models import Member
from portal.accounts.roles import (
    ANALYSTS,
    BRAND_MANAGERS,
    CARE,
    MODERATORS,
    PROGRAMME_APPROVERS,
    STORE_STAFF,
)
from portal.demo import files
from portal.editing.actions import give_role, open_section

# What shows on the chip of a role, and the group in which it works.
ROLES: dict[str, dict[str, Any]] = {
    "": {},
    "brand": {"role": "brand"},
    "moderator": {"role": "moderator"},
    "manager": {"role": "brand", "is_staff": True},
    "approver": {"role": "brand"},
    "store": {"role": "brand"},
    "care": {"role": "brand"},
    "analyst": {"role": "brand"},
    "admin": {"role": "brand", "is_staff": True, "is_superuser": True},
}
GROUPS = {
    "manager": BRAND_MANAGERS, "approver": PROGRAMME_APPROVERS, "moderator": MODERATORS, "store": STORE_STAFF,
    "care": CARE, "analyst": ANALYSTS,
}  # fmt: skip
# Who edits the section of one sub-brand, by its code.
SECTIONS = {"mai": "may-rang"}


def add(person: dict[str, Any]) -> Member:
    """The account of one person, with her face; not joined yet. Made once."""
    found = Member.objects.filter(email=person["email"]).first()
    if found:
        return found
    member = Member.objects.create_user(
        person["email"], name=person["name"], handle=person["handle"], bio=person["bio"], language=person["language"],
        born_year=person["born_year"], avatar=_face(person["key"]), **ROLES[person["role"]],
    )  # fmt: skip
    EmailAddress.objects.create(user=member, email=member.email, verified=True, primary=True)
    if person["role"] in GROUPS:
        member.groups.add(Group.objects.get(name=GROUPS[person["role"]]))
    return member


def give_sections(members: dict[str, Member]) -> None:
    """Gives those who speak for one sub-brand its pages, once these stand."""
    for key, code in SECTIONS.items():
        page = SubBrandPage.objects.filter(code=code, locale__language_code="vi").first()
        if page is not None:  # the world may be told without this sub-brand's page
            give_role(member=members[key], group=open_section(page=page, name=page.title))


def let_in(member: Member, at: datetime) -> None:
    """She accepts the terms and joins, at that time."""
    record_consent(member=member, purposes=["terms", "age"], way="demo", at=at)
    join(member=member, at=at)


def _face(key: str) -> str:
    name = f"faces/{key}.webp"
    if not default_storage.exists(name):
        with files.face(key).open("rb") as handle:
            default_storage.save(name, handle)
    return settings.MEDIA_URL + name


def logins() -> list[dict[str, str]]:
    """Who can be signed in as from /dev/, for the table that the runner prints."""
    notes = {
        "": "member", "brand": "writes in the section of one sub-brand, hands in", "moderator": "keeps the talk kind",
        "manager": "leads the brand: all pages, looks, programme", "approver": "reads and approves what others wrote",
        "store": "stands at the counter", "care": "answers who needs help", "analyst": "reads reports, without names",
        "admin": "may do everything",
    }  # fmt: skip
    rows = [
        {"role": p["role"] or "member", "name": p["name"], "email": p["email"], "note": notes[p["role"]]}
        for p in files.people()
    ]
    return sorted(rows, key=lambda r: (r["role"] == "member", r["role"]))

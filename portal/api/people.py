"""How another system names a member: by her public id, her address, her telephone or its own number for her.

Somebody who is not here yet is kept as a keyed hash of that name, never as the name itself.
"""

import hmac
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256

from django.conf import settings
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from portal.accounts.models import Member
from portal.accounts.phones.numbers import parse
from portal.accounts.selectors import present_members
from portal.api.event_schemas import WhoIn
from portal.api.models import OtherNumber
from portal.core.errors import Invalid
from portal.core.reading import one


@dataclass(frozen=True)
class Named:
    """Who was meant: `member` when she is here, else the hash by which she is known again (`person`)."""

    member: Member | None
    person: str


def hashes_of(kind: str, name: str) -> list[str]:
    """The keyed hashes of a name of one kind (`email`, `phone`, `number`, `body`): by the key of today, as it is
    stored, then by the keys before it, as it was."""
    keys = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    return [_keyed(str(secret), f"{kind}:{name}") for secret in keys]


def hash_of(kind: str, name: str) -> str:
    """The one of `hashes_of` that is stored."""
    return hashes_of(kind, name)[0]


def _keyed(secret: str, text: str) -> str:
    key = sha256(b"portal.api.people:" + secret.encode()).digest()
    return hmac.new(key, text.encode(), sha256).hexdigest()


def find(who: WhoIn, source: str) -> Named:
    """The member that `source` means, or what is kept of somebody unknown. One query.

    Raises Invalid: `unknown_member` for a public id that nobody has (we gave it, so it is a mistake), `errors` for a
    telephone number that is none.
    """
    kind, name = _name(who, source)
    member = one(_members(kind, name))
    if member is None and kind == "id":
        raise Invalid(_("Nobody here has this id or address."), code="unknown_member")
    return Named(member, "" if member is not None else hash_of(kind, name))


def is_secret(who: WhoIn) -> bool:
    """Whether the name itself tells who she is outside this house."""
    return not who.id


def _name(who: WhoIn, source: str) -> tuple[str, str]:
    if who.id:
        return "id", who.id
    if who.email:
        return "email", who.email.lower()
    if who.phone:
        phone = parse(who.phone)
        if phone is None:
            words = _("We could not read this as a mobile number.")
            raise Invalid(errors=[{"field": "member.phone", "message": str(words), "code": "invalid_phone"}])
        return "phone", phone
    system, colon, number = who.external_id.rpartition(":")
    return "number", f"{system if colon else source}:{number}"


def _members(kind: str, name: str) -> QuerySet[Member]:
    people = present_members()
    if kind == "id":
        return people.filter(public_id=name)
    if kind == "email":
        return people.filter(email=name)
    if kind == "phone":
        # A number that she has not proven might be anybody's.
        return people.filter(phone=name, phone_verified_at__isnull=False)
    system, _colon, number = name.partition(":")
    linked = OtherNumber.objects.filter(system=system, number=number).values("member")
    return people.filter(pk__in=linked)


def names_of(members: Iterable[Member]) -> dict[str, int]:
    """Every hash by which these members may have been told of, with whose it is. One query, for their numbers."""
    here = {member.pk: member for member in members}
    names = [("email", member.email, member.pk) for member in here.values() if member.email]
    for member in here.values():
        if member.phone and member.phone_verified_at is not None:
            names.append(("phone", member.phone, member.pk))
    linked = OtherNumber.objects.filter(member__in=here).values_list("system", "number", "member")
    names += [("number", f"{system}:{number}", member) for system, number, member in linked]
    return {digest: whose for kind, name, whose in names for digest in hashes_of(kind, name)}

"""Changing what a member is called: her name, and the handle that stands in the address of her page."""

import re
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.utils import formats, timezone
from django.utils.translation import gettext_lazy as _

from portal.accounts import names, profiles, selectors
from portal.accounts.actions import lock_member, update_standing
from portal.accounts.models import FormerName, Member
from portal.accounts.permissions import check_can_write, check_see_former_names
from portal.accounts.roles import works_here
from portal.core import gate
from portal.core.errors import Forbidden, Invalid, TooMany
from portal.core.lookalikes import skeleton
from portal.core.text import clean_line, length

NAME_SHORTEST, NAME_LONGEST = 2, 60
NAME_CHANGES, NAME_SPAN = 2, timedelta(days=30)
HANDLE_REST = timedelta(days=365)
_HANDLE = re.compile(r"[a-z0-9_-]{3,30}")

NAME_TAKEN = _("Somebody here goes by that name already. Add a word, so that nobody mixes you up.")
HANDLE_TAKEN = _("Somebody here has that address already, or one that looks like it.")


def _day(at: datetime) -> str:
    return formats.date_format(timezone.localtime(at), "DATE_FORMAT")


def check_name(member: Member | None, name: str) -> str:
    """The name as it is stored; raises Invalid (`field="name"`) for one too short, too long, taken or the house's own.

    People who work here may carry the names of the house.
    """
    name = clean_line(name)
    if length(name) < NAME_SHORTEST or not any(letter.isalpha() for letter in name):
        raise Invalid(_("A name needs at least two letters."), field="name")
    if length(name) > NAME_LONGEST or len(name) > 80:
        raise Invalid(
            _("That name is very long. Up to %(limit_value)d letters fit on a name tag.")
            % {"limit_value": NAME_LONGEST},
            field="name",
        )
    if not works_here(member) and names.speaks_for_the_house(name):
        raise Invalid(_("That name would sound as if the house itself were speaking."), code="reserved", field="name")
    if selectors.is_name_taken(name, except_member=member.pk if member else None):
        raise Invalid(NAME_TAKEN, code="name_taken", field="name")
    return name


def change_name(*, actor: Member, name: str, at: datetime, limited: bool = True) -> Member:
    """Gives her another name: on the account, on the name chip and on every open page.

    Raises Invalid (see `check_name`), TooMany after two changes in thirty days, or Waits when a moderator has to read
    it first: she goes by the old one meanwhile. The old name is kept for moderators, one that waited is taken back.
    `limited=False` is for a name that a moderator has read. Idempotent: the name she has changes nothing and counts for
    nothing.
    """
    stored = Member.objects.get(pk=actor.pk)
    name = check_name(stored, name)
    if name == stored.name:
        return actor
    check_can_write(stored, at=at)
    if limited:
        verdict = gate.read(
            "name", {"name": name}, author=stored, at=at, covers=False, waits=True,
            before={"name": stored.name}, about=f"name:{stored.pk}",
        )  # fmt: skip
        if verdict.action == gate.HOLD:
            _check_name_pace(stored, at)
        gate.hold(
            verdict, author=stored, at=at, verb="name", about=f"name:{stored.pk}", source=name, before=stored.name
        )
    with transaction.atomic():
        if limited:
            gate.overtake(f"name:{stored.pk}", author_id=stored.pk, at=at)
        return _keep_name(actor, name, at)


def _check_name_pace(member: Member, at: datetime) -> None:
    given_up = FormerName.objects.filter(member=member, kind=FormerName.Kind.NAME, at__gt=at - NAME_SPAN)
    lately = list(given_up.order_by("at").values_list("at", flat=True))
    if len(lately) >= NAME_CHANGES:
        free = lately[-NAME_CHANGES] + NAME_SPAN
        raise TooMany(
            _("A name can be changed twice in thirty days; the next time on %(day)s.") % {"day": _day(free)},
            retry_after=int((free - at).total_seconds()) + 1, field="name",
        )  # fmt: skip


def _keep_name(actor: Member, name: str, at: datetime) -> Member:
    member = lock_member(actor.pk)
    name = check_name(member, name)
    if name == member.name:
        return actor
    _check_name_pace(member, at)
    FormerName.objects.create(member=member, kind=FormerName.Kind.NAME, text=member.name, fold=member.name_fold, at=at)
    member.name = name
    _save_once(member, ["name", "name_fold"], Invalid(NAME_TAKEN, code="name_taken", field="name"))
    actor.name = name
    update_standing(member_id=member.pk, name=name, at=at)
    profiles.complete_if_whole(member=member, at=at)
    return actor


def _save_once(member: Member, columns: list[str], refusal: Invalid) -> None:
    """Saves what must be unique; another who took it in the same second is told as if she had been first."""
    try:
        with transaction.atomic():
            member.save(update_fields=columns)
    except IntegrityError:
        raise refusal from None


def kept_handles(at: datetime) -> QuerySet[FormerName]:
    """Handles that were given up and still lead to whom they belonged."""
    return FormerName.objects.filter(kind=FormerName.Kind.HANDLE, kept_until__gt=at)


def check_handle(member: Member, handle: str, *, at: datetime) -> str:
    """The handle as it is stored; raises Invalid (`field="handle"`) for a bad, reserved, taken or kept one."""
    handle = clean_line(handle).lower().removeprefix("@")
    if not _HANDLE.fullmatch(handle) or not any(c.isalnum() for c in handle):
        raise Invalid(
            _("Three to thirty signs: small letters without accents, digits, - and _."), code="shape", field="handle"
        )
    folded = skeleton(handle)
    alike = Q(handle_fold=folded) | Q(handle_fold__startswith=f"{folded}~") | Q(public_id=handle)
    if names.is_reserved_handle(handle) and not works_here(member):
        raise Invalid(_("That address belongs to the house."), code="reserved", field="handle")
    if Member.objects.filter(alike).exclude(pk=member.pk).exists():
        raise Invalid(HANDLE_TAKEN, code="handle_taken", field="handle")
    if kept_handles(at).filter(fold=folded).exclude(member=member).exists():
        raise Invalid(HANDLE_TAKEN, code="handle_taken", field="handle")
    return handle


@transaction.atomic
def change_handle(*, actor: Member, handle: str, at: datetime) -> Member:
    """Gives her page another address; the old one leads on for a year and nobody else gets it meanwhile.

    The first handle is free; a change waits a year after the last one. Raises Invalid (see `check_handle`), Forbidden
    while it rests. Idempotent: the handle she has changes nothing.
    """
    member = lock_member(actor.pk)
    handle = check_handle(member, handle, at=at)
    if handle == member.handle:
        return actor
    check_can_write(member, at=at)
    handle = gate.read("name", {"handle": handle}, author=member, at=at, covers=False).texts["handle"]
    if member.handle:
        last = FormerName.objects.filter(member=member, kind=FormerName.Kind.HANDLE).order_by("-at").first()
        if last is not None and last.at + HANDLE_REST > at:
            raise Forbidden(
                _("An address can be changed once a year; the next time on %(day)s.")
                % {"day": _day(last.at + HANDLE_REST)},
                code="handle_rests",
            )
        FormerName.objects.create(
            member=member, kind=FormerName.Kind.HANDLE, text=member.handle, fold=skeleton(member.handle), at=at,
            kept_until=at + HANDLE_REST,
        )  # fmt: skip
    member.handle = handle
    _save_once(member, ["handle", "handle_fold"], Invalid(HANDLE_TAKEN, code="handle_taken", field="handle"))
    actor.handle = handle
    update_standing(member_id=member.pk, handle=handle, at=at)
    return actor


def former_names(viewer: Member | None, member_id: int) -> list[FormerName]:
    """What she was called before, newest first: for moderators. Raises NotFound for everybody else. One query."""
    check_see_former_names(viewer)
    return list(FormerName.objects.filter(member_id=member_id).order_by("-at", "-pk"))

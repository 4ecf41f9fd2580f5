"""The pictures that a member brings: her face and the cover of her page."""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from portal.accounts import profiles
from portal.accounts.actions import lock_member, update_standing
from portal.accounts.models import Member, Picture
from portal.core import limits, portraits
from portal.core.errors import Invalid, NotFound, TooMany

PER_DAY = limits.Limit("pictures", 12, 24 * 60 * 60)
LONGEST = {Picture.Kind.FACE: 1200, Picture.Kind.COVER: 2000}
LARGE = {Picture.Kind.FACE: (480, 480), Picture.Kind.COVER: (1920, 640)}
SMALL = {Picture.Kind.FACE: (128, 128), Picture.Kind.COVER: (800, 400)}


@dataclass(frozen=True)
class Drawn:
    """The parts of a picture, not stored yet."""

    source: bytes
    large: bytes
    small: bytes


def _cuts(kind: str, x: int, y: int) -> list[portraits.Cut]:
    of = Picture.Kind(kind)
    return [portraits.Cut(*LARGE[of], x, y), portraits.Cut(*SMALL[of], x, y)]


def _check_focus(x: int, y: int) -> None:
    if not (0 <= x <= 100 and 0 <= y <= 100):
        raise Invalid(_("Choose the part that matters."), field="focus")


def _limit(member: Member) -> None:
    try:
        limits.hit(PER_DAY, member.pk)
    except TooMany as full:
        words = _("That was a lot of pictures for one day. Tomorrow there is room again.")
        raise TooMany(words, retry_after=full.retry_after, field="picture") from None


def set_picture(
    *, actor: Member, kind: str, data: bytes, at: datetime, focus_x: int = 50, focus_y: int = 50
) -> Picture:
    """Takes a new face or cover: judged, drawn anew without metadata, cut in two sizes around the focus.

    Raises Invalid (`field="picture"`, see `portal.core.portraits`), TooMany after twelve a day. The files before it are
    deleted once the change is committed; a change that fails leaves no file. Updates the name chip everywhere, may
    complete the profile (ProfileCompleted, once).
    """
    _check_focus(focus_x, focus_y)
    portraits.inspect(data)  # what is refused at a glance does not count
    _limit(actor)
    # Drawn before the transaction: nobody waits for a lock while a picture is decoded.
    parts = portraits.redraw(data, longest=LONGEST[Picture.Kind(kind)], cuts=_cuts(kind, focus_x, focus_y))
    return _keep(actor, kind, Drawn(*parts), (focus_x, focus_y), at)


def set_focus(*, actor: Member, kind: str, focus_x: int, focus_y: int, at: datetime) -> Picture:
    """Cuts the picture she has anew around another point; raises NotFound without one, Invalid, TooMany.

    Idempotent: the focus it has is no change.
    """
    _check_focus(focus_x, focus_y)
    known = Picture.objects.filter(member=actor, kind=kind).first()
    if known is None:
        raise NotFound
    if (known.focus_x, known.focus_y) == (focus_x, focus_y):
        return known
    _limit(actor)
    with default_storage.open(known.source) as stored:
        data = stored.read()
    parts = portraits.redraw(data, longest=LONGEST[Picture.Kind(kind)], cuts=_cuts(kind, focus_x, focus_y))
    # The source stays as it is: encoding it again and again would wear it out.
    return _keep(actor, kind, Drawn(data, *parts[1:]), (focus_x, focus_y), at)


def _keep(actor: Member, kind: str, drawn: Drawn, focus: tuple[int, int], at: datetime) -> Picture:
    written: list[str] = []
    try:
        with transaction.atomic():
            member = lock_member(actor.pk)
            old = Picture.objects.filter(member=member, kind=kind).first()
            before = old.files if old else []
            names = {part: _write(member, kind, getattr(drawn, part), written) for part in ("source", "large", "small")}
            picture, _created = Picture.objects.update_or_create(
                member=member, kind=kind, defaults={**names, "focus_x": focus[0], "focus_y": focus[1], "changed_at": at}
            )
            if kind == Picture.Kind.FACE:
                _show_face(actor, member, settings.MEDIA_URL + picture.small, at)
            drop_after_commit(set(before) - set(picture.files))
    except BaseException:
        for name in written:
            default_storage.delete(name)
        raise
    return picture


def _write(member: Member, kind: str, data: bytes, written: list[str]) -> str:
    """Stores a part under a name of ours: member and content hashed together, so that no two members share a file."""
    digest = hashlib.sha256(member.public_id.encode() + kind.encode() + data).hexdigest()[:40]
    name = f"people/{digest[:2]}/{digest}.webp"
    if not default_storage.exists(name):
        default_storage.save(name, ContentFile(data))
        written.append(name)
    return name


def _show_face(actor: Member, member: Member, url: str, at: datetime) -> None:
    Member.objects.filter(pk=member.pk).update(avatar=url)
    actor.avatar = member.avatar = url
    update_standing(member_id=member.pk, avatar_url=url, at=at)
    profiles.complete_if_whole(member=member, at=at)


def drop_after_commit(names: set[str]) -> None:
    """Deletes files once the transaction is committed: rolled back, the old picture is still there."""

    def drop() -> None:
        for name in sorted(names):
            default_storage.delete(name)

    transaction.on_commit(drop)


@transaction.atomic
def remove_picture(*, actor: Member, kind: str, at: datetime) -> None:
    """Takes her face or cover away, files included; a drawn face takes its place. Idempotent."""
    member = lock_member(actor.pk)
    picture = Picture.objects.filter(member=member, kind=kind).first()
    if picture is not None:
        drop_after_commit(set(picture.files))
        picture.delete()
    if kind == Picture.Kind.FACE and member.avatar:
        _show_face(actor, member, "", at)


def pictures_of(member: Member) -> dict[str, Picture]:
    """Her pictures by kind. One query."""
    return {picture.kind: picture for picture in Picture.objects.filter(member=member)}

"""Pictures in messages: taken in, put into a message, swept away when nobody used them."""

import hashlib
from collections.abc import Iterable
from datetime import datetime, timedelta
from io import BytesIO
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _
from PIL import Image

from community.chat.actions._parts import lock_message, tell_room
from community.chat.models import ChatPicture, Message, Room
from community.chat.permissions import check_send
from portal.accounts.models import Member
from portal.core import portraits
from portal.core.errors import Invalid, NotFound
from portal.core.limits import Limit, hit
from portal.core.text import clean_line

LONGEST_SIDE = 1600
MOST = 4
PER_HOUR = Limit("chat_pictures", times=40, seconds=60 * 60)
KEPT_WAITING = timedelta(hours=48)


def folder() -> Path:
    """Where the files lie: never served by a web server, each is asked for at the door that knows the room."""
    return Path(settings.PRIVATE_ROOT) / "chat"


def add_picture(*, actor: Member, room: Room, data: bytes, words: str, at: datetime) -> ChatPicture:
    """Takes a picture in that a message will show: judged, drawn anew as WebP, nothing but its points is kept.

    Raises Invalid (`field="picture"`, see `portal.core.portraits`), TooMany after forty an hour, and what sending in
    the room raises. `words` say what is on it. A picture that no message takes is swept away after two days.
    """
    check_send(actor, room, at)
    portraits.inspect(data)  # what is refused at a glance does not count
    hit(PER_HOUR, actor.pk)
    [drawn] = portraits.redraw(data, longest=LONGEST_SIDE, cuts=[])
    with Image.open(BytesIO(drawn)) as picture:
        width, height = picture.size
    digest = hashlib.sha256(f"{actor.public_id}:{room.pk}:{at.isoformat()}".encode() + drawn).hexdigest()[:40]
    name = f"{digest[:2]}/{digest}.webp"
    path = folder() / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(drawn)
    return ChatPicture.objects.create(
        room=room, owner=actor, file=name, width=width, height=height, words=clean_line(words)[:300], at=at
    )


def describe_picture(*, actor: Member, picture: ChatPicture, words: str) -> str:
    """Says what is on a picture of one's own; returns the words as they are kept. Raises NotFound. Idempotent.

    Side effect: a message that shows it already is drawn anew on open pages.
    """
    if picture.owner_id != actor.pk:
        raise NotFound()
    kept = clean_line(words)[:300]
    with transaction.atomic():
        message = lock_message(picture.message_id) if picture.message_id is not None else None
        changed = ChatPicture.objects.filter(pk=picture.pk).exclude(words=kept).update(words=kept)
        if message is not None and changed:
            tell_room(message, "message_edited")
    return kept


def waiting_pictures(actor: Member, room: Room, public_ids: list[str]) -> list[ChatPicture]:
    """Her pictures that wait in this room, in the order given; raises Invalid for any other."""
    if len(public_ids) > MOST:
        raise Invalid(_("A message holds %(most)d pictures.") % {"most": MOST}, code="too_many", field="picture")
    waiting = ChatPicture.objects.filter(room=room, owner=actor, message=None, public_id__in=public_ids)
    found = {picture.public_id: picture for picture in waiting}
    if set(found) != set(public_ids):
        raise Invalid(_("This picture is not here any more. Please add it again."), code="no_picture", field="picture")
    return [found[public_id] for public_id in public_ids]


def take_pictures(message: Message, pictures: list[ChatPicture]) -> None:
    """Puts them into the message."""
    ChatPicture.objects.filter(pk__in=[picture.pk for picture in pictures]).update(message=message)


def forget_pictures(pictures: Iterable[ChatPicture]) -> None:
    """Deletes rows at once, files once that is committed."""
    gone = list(pictures)
    ChatPicture.objects.filter(pk__in=[picture.pk for picture in gone]).delete()
    names = [picture.file for picture in gone]

    def remove() -> None:
        for name in names:
            (folder() / name).unlink(missing_ok=True)

    transaction.on_commit(remove)


def sweep_pictures(at: datetime) -> int:
    """Takes away what waited two days for a message. Runs as often as one likes."""
    with transaction.atomic():
        waiting = list(ChatPicture.objects.filter(message=None, at__lt=at - KEPT_WAITING).order_by("pk")[:500])
        forget_pictures(waiting)
    return len(waiting)

"""Taking in pictures for posts, and throwing away those that no post came to show."""

import hashlib
import struct
from datetime import datetime, timedelta
from io import BytesIO

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils.translation import gettext_lazy as _
from PIL import Image

from community.forum import limits, permissions
from community.forum.pictures import drop_after_commit, storage
from community.forum.writing import Upload
from portal.accounts.models import Member
from portal.core import portraits
from portal.core.errors import Invalid
from portal.core.text import clean_line

LONGEST, ALT_MOST = 1600, 300
ORPHANS_AFTER = timedelta(hours=48)


def upload_picture(*, actor: Member, data: bytes, at: datetime, alt: str = "", limited: bool = True) -> Upload:
    """Takes a picture for a post that is being written: judged by its content, drawn anew without metadata.

    Nobody but the actor is handed it until a post of hers shows it; shown by none after 48 hours it is thrown away.
    Raises SignInRequired, Forbidden (muted), Invalid (`field` picture: kind, size, broken), TooMany. Leaves no file
    when it fails.
    """
    permissions.check_upload(actor, at=at)
    portraits.inspect(data)  # what is refused at a glance does not count
    if limited:
        limits.spend(limits.UPLOAD, actor.pk)
    (drawn,) = portraits.redraw(data, longest=LONGEST, cuts=[])
    width, height = _size(drawn)
    digest = hashlib.sha256(actor.public_id.encode() + drawn).hexdigest()[:24]
    name = storage().save(f"{digest[:2]}/{digest}.webp", ContentFile(drawn))
    try:
        return Upload.objects.create(
            owner=actor, file=name, width=width, height=height, size=len(drawn), alt=clean_line(alt)[:ALT_MOST],
            created_at=at,
        )  # fmt: skip
    except BaseException:
        storage().delete(name)
        raise


def _size(drawn: bytes) -> tuple[int, int]:
    try:
        with Image.open(BytesIO(drawn), formats=("WEBP",)) as picture:
            return picture.size
    except (OSError, struct.error) as broken:
        raise Invalid(_("This picture is damaged. Please send it once more."), field="picture") from broken


def sweep_orphans(at: datetime) -> int:
    """Calendar job: deletes pictures that no post has shown for 48 hours, rows and files; says how many."""
    with transaction.atomic():
        rows = Upload.objects.select_for_update().filter(post=None, created_at__lt=at - ORPHANS_AFTER)
        found = list(rows.values_list("pk", "file"))
        Upload.objects.filter(pk__in=[pk for pk, _file in found]).delete()
        drop_after_commit(file for _pk, file in found)
    return len(found)

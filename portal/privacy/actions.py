"""Erasing a member, and giving her what the house holds about her. Each room brings and removes its own."""

import json
import zipfile
from datetime import datetime, timedelta
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.storage import default_storage
from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from portal.accounts.actions import close_account, lock_member
from portal.accounts.models import Member
from portal.core import personal_data
from portal.core.errors import TooMany
from portal.core.ids import public_id
from portal.core.mail import house_name
from portal.privacy import selectors
from portal.privacy.models import Export

KEPT = timedelta(days=7)
EXPORTS_A_DAY = 2


@transaction.atomic
def erase(*, actor: Member | None, member_id: int, at: datetime) -> list[str]:
    """Closes the account and erases everything that no law or ledger keeps; returns the names of what was erased.

    All or nothing. Idempotent: erasing again finds nothing left. What stays (postings, events, proofs of consent)
    points at a row without a person.
    """
    member = lock_member(member_id)
    close_account(actor=actor, member_id=member_id, at=at)
    erased = []
    # The profile goes last: other rooms may need to know whom they are erasing.
    for data_type in sorted(personal_data.data_types(), key=lambda one: one.name == "profile"):
        if data_type.erase is not None:
            member.refresh_from_db()
            data_type.erase(member)
            erased.append(data_type.name)
    return erased


@transaction.atomic
def ask_export(*, actor: Member, at: datetime) -> Export:
    """Notes that she wants her data; the worker gathers it. While one is being gathered, that one is the answer.

    The edge asks her for proof that it is she. Raises TooMany after two a day.
    """
    from portal.privacy.tasks import gather_export  # the task calls back into this file

    member = lock_member(actor.pk)
    mine = Export.objects.filter(member=member)
    waiting = mine.filter(ready_at=None, asked_at__gt=at - timedelta(hours=1)).first()
    if waiting is not None:
        return waiting
    if mine.filter(asked_at__gt=at - timedelta(days=1)).count() >= EXPORTS_A_DAY:
        words = _("Your data was gathered twice today already. The newest file is still here.")
        raise TooMany(words, retry_after=24 * 60 * 60)
    export = Export.objects.create(member=member, asked_at=at)
    gather_export.enqueue(export_id=export.pk)
    return export


def write_export(*, export: Export, at: datetime) -> Export:
    """Gathers everything about the member into a zip outside the public folder: `data.json` and her pictures.

    Idempotent: a file that is there stays.
    """
    if export.ready_at is not None:
        return export
    name = f"{public_id(24)}.zip"
    packed = _pack(export.member, at)
    folder = exports_folder()
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(packed)
    export.file, export.size, export.ready_at, export.expires_at = name, len(packed), at, at + KEPT
    export.save(update_fields=["file", "size", "ready_at", "expires_at"])
    return export


def _pack(member: Member, at: datetime) -> bytes:
    words: dict[str, Any] = {
        "house": house_name(), "gathered_at": at, "member": member.public_id,
        "data": selectors.everything_about(member),
    }  # fmt: skip
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("data.json", json.dumps(words, cls=DjangoJSONEncoder, ensure_ascii=False, indent=2))
        for picture in member.pictures.order_by("kind"):
            with default_storage.open(picture.source) as stored:
                archive.writestr(f"{picture.kind}.webp", stored.read())
    return packed.getvalue()


def exports_folder() -> Path:
    """Where exports lie until they are fetched or a week is over; no web server gives this folder out."""
    return Path(settings.PRIVATE_ROOT) / "exports"


def drop_exports(exports: list[Export]) -> int:
    """Deletes requests, and their files after the commit; returns how many. A file that is gone already is no fault."""
    for export in exports:
        if export.file:
            transaction.on_commit(partial((exports_folder() / export.file).unlink, missing_ok=True))
        export.delete()
    return len(exports)

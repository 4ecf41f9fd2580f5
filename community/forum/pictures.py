"""The files of members' pictures: kept where no web server finds them, handed out by who may read the post."""

from collections.abc import Iterable

from django.conf import settings
from django.core.files.storage import FileSystemStorage
from django.db import transaction

from community.forum.writing import Upload


def storage() -> FileSystemStorage:
    """Where pictures lie: below the private root, since a post's readers are its pictures' readers."""
    return FileSystemStorage(location=settings.PRIVATE_ROOT / "uploads")


def drop_after_commit(names: Iterable[str]) -> None:
    """Deletes files once the transaction is committed: rolled back, the pictures are still there."""

    def drop() -> None:
        for name in sorted(set(names)):
            storage().delete(name)

    transaction.on_commit(drop)


def markdown_of(upload: Upload) -> str:
    """The words that show a picture in a post."""
    alt = upload.alt.replace("\\", "").replace("[", "(").replace("]", ")")
    return f"![{alt}](upload:{upload.public_id}/{upload.width}x{upload.height})"

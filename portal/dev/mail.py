"""Mail of development: each letter becomes a file that /dev/mail/ can show."""

import time
from collections.abc import Sequence
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.message import EmailMessage as Letter

from portal.core.ids import public_id

KEPT = 400


def folder() -> Path:
    """Where the letters lie."""
    return Path(settings.EMAIL_FILE_PATH)


class FolderMailBackend(BaseEmailBackend):
    """Writes each letter as a file of its own, whole or not at all; several processes may write at once."""

    def send_messages(self, email_messages: Sequence[Letter]) -> int:
        target = folder()
        target.mkdir(parents=True, exist_ok=True)
        for letter in email_messages:
            name = f"{time.time_ns()}-{public_id(6)}"
            draft = target / f".{name}"
            draft.write_bytes(letter.message().as_bytes())
            draft.rename(target / f"{name}.eml")
        for old in sorted(target.glob("*.eml"))[:-KEPT]:
            old.unlink(missing_ok=True)
        return len(email_messages)


def letters(limit: int = 60) -> list[dict[str, Any]]:
    """The newest letters first, with what a list needs."""
    return [read(path.stem) for path in sorted(folder().glob("*.eml"), reverse=True)[:limit] if path.is_file()]


def read(name: str) -> dict[str, Any]:
    """One letter: head, text and HTML; raises FileNotFoundError for an unknown name."""
    parsed = message_from_bytes((folder() / f"{name}.eml").read_bytes(), policy=policy.default)
    assert isinstance(parsed, EmailMessage)
    return {
        "name": name,
        "at": int(name.split("-")[0]) / 1e9,
        "to": str(parsed["to"]),
        "subject": str(parsed["subject"]),
        "headers": [(key, str(value)) for key, value in parsed.items()],
        "text": _part(parsed, "plain"),
        "html": _part(parsed, "html"),
    }


def _part(parsed: EmailMessage, kind: str) -> str:
    part = parsed.get_body((kind,))
    return part.get_content() if part is not None else ""

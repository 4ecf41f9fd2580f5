"""The one way to add to the moderation log."""

from datetime import datetime
from typing import Any

from community.logbook.models import ModerationEntry


def write(act: str, *, actor_id: int | None, at: datetime, reason: str = "", **what: Any) -> ModerationEntry:
    """Adds a row beside the change that it tells of, in the caller's transaction.

    `what` takes `topic`, `post`, `message` (rows), `member_id`, `about`, `before` and `after`. Not idempotent: the
    caller writes once, when something really changed.
    """
    return ModerationEntry.objects.create(act=act, actor_id=actor_id, at=at, reason=reason[:300], **what)

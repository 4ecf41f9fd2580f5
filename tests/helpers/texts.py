"""Texts that a test's telephone would have got."""

from __future__ import annotations

import re
from datetime import timedelta

from django.db.models import F

from portal.accounts.sms.backends import MemoryBackend
from portal.accounts.sms.models import TextMessage

texts = MemoryBackend.sent


def newest_digits() -> str:
    """The six digits in the newest text."""
    found = re.search(r"\b(\d{6})\b", texts[-1][1])
    assert found, texts[-1][1]
    return found[1]


def let_time_pass(minutes: float = 1) -> None:
    """Moves every text so far into the past, so that the next may be asked for."""
    TextMessage.objects.update(created_at=F("created_at") - timedelta(minutes=minutes))

"""Letters that a test's browser would have got."""

from __future__ import annotations

import re

from django.core import mail

from portal.core.mail import house_name


def newest_code() -> str:
    """The six digits in the newest letter."""
    found = re.search(r"\b(\d{6})\b", mail.outbox[-1].body)
    assert found, mail.outbox[-1].body
    return found[1]


def subjects() -> list[str]:
    """The subjects of all letters, with digits as ###### and the brand's name as HOUSE."""
    return [re.sub(r"\d{6}", "######", letter.subject).replace(house_name(), "HOUSE") for letter in mail.outbox]

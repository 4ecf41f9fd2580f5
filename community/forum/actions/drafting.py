"""Keeping words that were not sent yet."""

import re
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction

from community.forum import limits
from community.forum.texts import TITLE_MOST
from community.forum.writing import Draft
from community.markup import BODY_LIMIT
from portal.accounts.models import Member
from portal.core.errors import Invalid
from portal.core.text import clean, clean_line

_KEY = re.compile(r"(?:topic|edit|new)-[a-z0-9_-]{1,60}")
_TAB = re.compile(r"[A-Za-z0-9-]{0,40}")
SEQUENCE_MOST = 2**53


@dataclass(frozen=True)
class Saved:
    """The draft as it stands. `kept` is False when the words that came were older and were dropped.

    `other` says that another open page wrote it last: two windows take turns.
    """

    draft: Draft
    kept: bool
    other: bool = False


def check_draft_key(key: str) -> str:
    """The name of a box: `topic-<id>`, `edit-<post>` or `new-<space>`; raises Invalid."""
    if not isinstance(key, str) or not _KEY.fullmatch(key):
        raise Invalid(code="bad_draft_key")
    return key


def save_draft(
    *, actor: Member, key: str, body: str, sequence: int, at: datetime, title: str = "", tab: str = ""
) -> Saved:
    """Keeps the words of one box for the member, on the server, for her other devices.

    A save whose sequence is not newer than what stands is dropped (`kept` False) and answered with what stands. Raises
    Invalid (key, length), TooMany. Muted members may keep drafts: only sending is refused. Idempotent by sequence.
    """
    check_draft_key(key)
    body, title = clean(body), clean_line(title)[:TITLE_MOST]
    if len(body) > BODY_LIMIT or not 0 < sequence < SEQUENCE_MOST or not _TAB.fullmatch(tab):
        raise Invalid(code="bad_draft")
    limits.spend(limits.DRAFT, actor.pk)
    with transaction.atomic():
        draft = _locked(actor, key, at)
        if sequence <= draft.sequence:
            return Saved(draft, kept=(draft.body, draft.title) == (body, title), other=_other(draft, tab))
        other = _other(draft, tab)
        draft.sequence, draft.body, draft.title, draft.tab, draft.saved_at = sequence, body, title, tab, at
        draft.save(update_fields=["sequence", "body", "title", "tab", "saved_at"])
    return Saved(draft, kept=True, other=other)


def _other(draft: Draft, tab: str) -> bool:
    return bool(draft.tab and tab and draft.tab != tab)


def _locked(actor: Member, key: str, at: datetime) -> Draft:
    """The member's row for that box, locked; made when there is none."""
    rows = Draft.objects.select_for_update().filter(member=actor, key=key)
    found = rows.first()
    if found is not None:
        return found
    try:
        with transaction.atomic():
            return Draft.objects.create(member=actor, key=key, saved_at=at)
    except IntegrityError:  # another tab was first
        return rows.get()


def discard_draft(*, actor: Member, key: str, at: datetime) -> None:
    """Throws the words of one box away; a save that is still under way comes too late. Idempotent."""
    check_draft_key(key)
    with transaction.atomic():
        draft = Draft.objects.select_for_update().filter(member=actor, key=key).exclude(body="", title="").first()
        if draft is not None:
            draft.sequence, draft.title, draft.body, draft.tab, draft.saved_at = draft.sequence + 1, "", "", "", at
            draft.save(update_fields=["sequence", "title", "body", "tab", "saved_at"])

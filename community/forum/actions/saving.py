"""Posts that a member keeps at hand, each with a note to herself and perhaps a day to be reminded."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from community.forum import selectors
from community.forum.models import Bookmark
from portal.accounts.models import Member
from portal.core.errors import Invalid
from portal.core.text import clean_line

MOST = 2_000
NOTE_MOST = 300
LATEST_REMINDER = timedelta(days=366 * 2)


def save_post(
    *, actor: Member, post: str, at: datetime, note: str | None = None, remind_at: datetime | None = None
) -> Bookmark:
    """Keeps the post of that public id; once kept, a second call changes note and reminder (`note` None: as it was).

    Raises NotFound, Invalid (`field` note, remind_at; more than 2,000). Idempotent.
    """
    words = clean_line(note) if note is not None else None
    if words is not None and len(words) > NOTE_MOST:
        raise Invalid(_("The note is too long. Up to 300 characters fit."), code="note_too_long", field="note")
    if remind_at is not None and not at < remind_at <= at + LATEST_REMINDER:
        raise Invalid(_("Choose a moment within the next two years."), code="bad_reminder", field="remind_at")
    with transaction.atomic():
        # The member's own row is the lock: two tabs cannot both take the last place.
        Member.objects.select_for_update(of=("self",)).get(pk=actor.pk)
        found = selectors.get_post_for(actor, post, whole=False)
        mine = Bookmark.objects.filter(member=actor)
        row = mine.filter(post=found).first()
        if row is None:
            if mine.count() >= MOST:
                raise Invalid(_("2,000 places are taken. Let some go that you no longer need."), code="too_many_saved")
            return Bookmark.objects.create(
                post=found, member=actor, note=words or "", remind_at=remind_at, created_at=at
            )
        if words is not None:
            row.note, row.remind_at = words, remind_at
            row.save(update_fields=["note", "remind_at"])
    return row


def unsave_post(*, actor: Member, post: str, at: datetime) -> None:
    """Lets a kept post go; also one that she may no longer read. Idempotent."""
    Bookmark.objects.filter(member=actor, post__public_id=post).delete()

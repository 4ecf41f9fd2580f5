"""Changes of the programme by the calendar: what is approved for a later moment begins then."""

from datetime import datetime

from badges.programme.actions import apply_draft
from badges.programme.days import run_days
from badges.programme.models import Draft
from portal.jobs.table import register


def begin_drafts(at: datetime) -> int:
    """Takes over words and looks of every approved draft whose moment has come; returns how many. Idempotent."""
    due = Draft.objects.filter(state=Draft.State.APPROVED, applied_at=None, effective_from__lte=at)
    return sum(
        apply_draft(draft_id=pk, at=at) for pk in due.order_by("effective_from", "id").values_list("pk", flat=True)
    )


def programme_day(at: datetime) -> int:
    """What is due today, after the days that were missed; returns how many jobs of the day ran. Idempotent."""
    return run_days(at)


register("programme_day", "5 * * * *", programme_day)
register("begin_drafts", "* * * * *", begin_drafts)

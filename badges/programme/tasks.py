"""Changes of the programme by the calendar: what is approved for a later moment begins then."""

from datetime import datetime

from badges.campaigns.selectors import untold as untold_budgets
from badges.programme.actions import apply_draft, tell_budget
from badges.programme.days import run_days
from badges.programme.models import Draft
from portal.jobs.table import register


def begin_drafts(at: datetime) -> int:
    """Takes over words and looks of every approved draft whose moment has come; returns how many. Idempotent."""
    due = Draft.objects.filter(state=Draft.State.APPROVED, applied_at=None, effective_from__lte=at)
    return sum(
        apply_draft(draft_id=pk, at=at) for pk in due.order_by("effective_from", "id").values_list("pk", flat=True)
    )


def tell_emptied(at: datetime) -> int:
    """Tells brand managers of campaigns whose budget is used up, once for each; returns how many. Idempotent."""
    return sum(tell_budget(campaign_id=pk, at=at) for pk in untold_budgets())


def programme_day(at: datetime) -> int:
    """What is due today, after the days that were missed; returns how many jobs of the day ran. Idempotent."""
    return run_days(at)


register("programme_day", "5 * * * *", programme_day)
register("begin_drafts", "* * * * *", begin_drafts)
register("tell_emptied", "* * * * *", tell_emptied)

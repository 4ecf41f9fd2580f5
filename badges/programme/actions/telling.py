"""What the desk is told of by itself."""

from datetime import datetime

from django.db import transaction

from badges.campaigns.models import Budget
from portal.accounts import roles
from portal.accounts.models import Member
from portal.notifications import notify

EMPTIED = "budget_emptied"


@transaction.atomic
def tell_budget(*, campaign_id: int, at: datetime) -> bool:
    """Tells every brand manager that a campaign's budget is used up; returns whether it did.

    Side effects: notifications, `Budget.told_at`. Idempotent: once until the limit is raised and used up again.
    """
    told = Budget.objects.filter(pk=campaign_id, emptied_at__isnull=False, told_at=None)
    if not told.update(told_at=at):
        return False
    budget = Budget.objects.select_related("campaign").get(pk=campaign_id)
    code = budget.campaign.code
    for member in Member.objects.filter(groups__name=roles.BRAND_MANAGERS, is_active=True).order_by("pk"):
        notify(
            member_id=member.pk, kind=EMPTIED, subject=f"budget:{code}:{budget.used}",
            args={"campaign": code, "used": budget.used}, actor_id=None, at=at,
        )  # fmt: skip
    return True

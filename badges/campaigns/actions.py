"""What campaigns add to an award that is being paid, and what their budgets lose by it."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db.models import F

from badges.campaigns import lifting
from badges.campaigns.lifting import Boost as Lifted
from badges.campaigns.lifting import Room, Running, Told
from badges.campaigns.models import Boost, Budget, Campaign, CampaignInForce
from badges.campaigns.selectors import lock_budgets
from badges.segments.selectors import was_in
from badges.tiers.selectors import tier_before


def lift(
    granted: dict[str, int], asked: Sequence[Running], *, member_id: int, scope: str, at: datetime, room: Room
) -> list[Lifted]:
    """What these campaigns add to what a rule grants (added to `granted` in place), and why each did or did not.

    The caller holds the member's wallet and the rule's counters. Side effects: budgets, locked last and only those of
    campaigns that the act meets.
    """
    told = Told(scope, lambda codes: was_in(member_id, codes, at), lambda: tier_before(member_id, at))
    boosts = lifting.meet(asked, told)
    limited = {boost.running.code: boost.terms for boost in lifting.limited(boosts)}
    budgets = lock_budgets(limited) if limited else {}
    left = {code: terms.limit.points - budgets[code].used for code, terms in limited.items() if terms.limit is not None}
    for code, amount in lifting.pay(boosts, granted, left, room).items():
        granted[code] += amount
    for boost in boosts:
        if boost.running.code in budgets:
            _spend(budgets[boost.running.code], boost, at)
    return boosts


def _spend(budget: Budget, boost: Lifted, at: datetime) -> None:
    if boost.spent:
        Budget.objects.filter(pk=budget.pk).update(used=F("used") + boost.spent)
    if boost.emptied and budget.emptied_at is None:
        Budget.objects.filter(pk=budget.pk).update(emptied_at=at)


def keep(boosts: Sequence[Lifted], transaction_id: int) -> None:
    """Writes down which revision of which campaign added what to a posting. One query, none where nothing was added."""
    rows = [Boost(transaction_id=transaction_id, version_id=o.running.id, added=o.added) for o in boosts if o.added]
    if rows:
        Boost.objects.bulk_create(rows)


def begin(code: str, *, number: int, since: datetime, definition: Mapping[str, object], approved_by_id: int) -> None:
    """Brings a revision of a campaign into force; something new gets its identity, and its budget, here.

    A limit that was raised opens the budget again.
    """
    campaign, _made = Campaign.objects.get_or_create(code=code, defaults={"position": Campaign.objects.count()})
    CampaignInForce.objects.create(
        campaign=campaign, number=number, since=since, definition=definition, approved_by_id=approved_by_id
    )
    budget = definition.get("budget")
    if isinstance(budget, dict):
        row, _made = Budget.objects.get_or_create(campaign=campaign)
        Budget.objects.filter(pk=row.pk, used__lt=budget["limit"]).update(emptied_at=None, told_at=None)

"""All tables of the programme, gathered for Django."""

from badges.awards.models import Award, AwardMove, Badge, BadgeInForce, BadgeText, Fact, Shelf, Sight
from badges.earning.models import EarningRule, Evaluation, PendingEarning, RuleInForce, RuleText
from badges.ledger.models import Account, Counter, Entry, Hold, LedgerBatch, Lot, LotUse, PointType, Transaction
from badges.tiers.models import Tier, TierMove, TierStatus, TierText

__all__ = [
    "Account",
    "Award",
    "AwardMove",
    "Badge",
    "BadgeInForce",
    "BadgeText",
    "Counter",
    "EarningRule",
    "Entry",
    "Evaluation",
    "Fact",
    "Hold",
    "LedgerBatch",
    "Lot",
    "LotUse",
    "PendingEarning",
    "PointType",
    "RuleInForce",
    "RuleText",
    "Shelf",
    "Sight",
    "Tier",
    "TierMove",
    "TierStatus",
    "TierText",
    "Transaction",
]

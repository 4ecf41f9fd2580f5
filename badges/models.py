"""All tables of the programme, gathered for Django."""

from badges.earning.models import EarningRule, Evaluation, PendingEarning, RuleInForce, RuleText
from badges.ledger.models import Account, Counter, Entry, Hold, LedgerBatch, Lot, LotUse, PointType, Transaction
from badges.tiers.models import Tier, TierMove, TierStatus, TierText

__all__ = [
    "Account",
    "Counter",
    "EarningRule",
    "Entry",
    "Evaluation",
    "Hold",
    "LedgerBatch",
    "Lot",
    "LotUse",
    "PendingEarning",
    "PointType",
    "RuleInForce",
    "RuleText",
    "Tier",
    "TierMove",
    "TierStatus",
    "TierText",
    "Transaction",
]

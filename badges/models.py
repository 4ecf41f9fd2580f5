"""All tables of the programme, gathered for Django."""

from badges.awards.models import Award, AwardMove, Badge, BadgeInForce, BadgeText, Fact, Shelf, Sight, ZoneAsk
from badges.backtest.models import Backtest
from badges.campaigns.models import Boost, Budget, Campaign, CampaignInForce, CampaignText
from badges.challenges.models import Challenge, ChallengeInForce, ChallengeText, Finish, Part
from badges.earning.models import (
    BarredGiver,
    EarningRule,
    Evaluation,
    PendingEarning,
    Ring,
    RuleInForce,
    RuleText,
    Seat,
)
from badges.leaderboards.models import BoardWish, PeriodClosed, Place, Told
from badges.ledger.models import Account, Counter, Entry, Hold, LedgerBatch, Lot, LotUse, PointType, Transaction
from badges.programme.models import Adjustment, DayRun, Draft, DraftStep, Glance
from badges.segments.models import Segment, Stay
from badges.tiers.models import LadderInForce, Tier, TierMove, TierOverride, TierStatus, TierText, TierWarning

__all__ = [
    "Account",
    "Adjustment",
    "Award",
    "AwardMove",
    "Backtest",
    "Badge",
    "BadgeInForce",
    "BadgeText",
    "BarredGiver",
    "BoardWish",
    "Boost",
    "Budget",
    "Campaign",
    "CampaignInForce",
    "CampaignText",
    "Challenge",
    "ChallengeInForce",
    "ChallengeText",
    "Counter",
    "DayRun",
    "Draft",
    "DraftStep",
    "EarningRule",
    "Entry",
    "Evaluation",
    "Fact",
    "Finish",
    "Glance",
    "Hold",
    "LadderInForce",
    "LedgerBatch",
    "Lot",
    "LotUse",
    "Part",
    "PendingEarning",
    "PeriodClosed",
    "Place",
    "PointType",
    "Ring",
    "RuleInForce",
    "RuleText",
    "Seat",
    "Segment",
    "Shelf",
    "Sight",
    "Stay",
    "Tier",
    "TierMove",
    "TierOverride",
    "TierStatus",
    "TierText",
    "TierWarning",
    "Told",
    "Transaction",
    "ZoneAsk",
]

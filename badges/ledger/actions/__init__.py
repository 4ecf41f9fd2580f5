"""What can be done to the ledger. Every verb is one posting: keyword-only, idempotent by (source, key), sealed."""

from badges.ledger.actions.adjusting import adjust
from badges.ledger.actions.earning import activate, earn, lapse
from badges.ledger.actions.expiring import expire_all, expire_lots
from badges.ledger.actions.holding import capture, expire_hold, expire_holds, hold, void
from badges.ledger.actions.merging import merge
from badges.ledger.actions.posting import Posting
from badges.ledger.actions.reversing import restore, reverse
from badges.ledger.actions.spending import give_back, redeem
from badges.ledger.actions.transferring import transfer

__all__ = [
    "Posting",
    "activate",
    "adjust",
    "capture",
    "earn",
    "expire_all",
    "expire_hold",
    "expire_holds",
    "expire_lots",
    "give_back",
    "hold",
    "lapse",
    "merge",
    "redeem",
    "restore",
    "reverse",
    "transfer",
    "void",
]

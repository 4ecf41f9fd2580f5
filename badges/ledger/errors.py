"""Refusals of the ledger that callers tell apart from others."""

from django.utils.translation import gettext_lazy as _

from portal.core.errors import Conflict


class InsufficientPoints(Conflict):
    """The member has fewer spendable points than asked; `spendable` and `asked` stand in the details."""

    code, message = "insufficient_points", _("You do not have enough points for that yet.")


class AlreadyResolved(Conflict):
    """Pending points, a hold, a reversal or a redemption is settled once, and this one was, under another key."""

    code, message = "already_resolved", _("This was already settled.")


class NothingLeft(Conflict):
    """Everything this posting gave was taken back or has lapsed already."""

    code, message = "nothing_left", _("There is nothing left to take back.")


class AccountClosed(Conflict):
    """Points pass neither out of nor into an account that was merged into another or whose member has left."""

    code, message = "account_closed", _("Points cannot be passed on here: one of the two accounts is closed.")


class OwesPoints(Conflict):
    """Who owes points passes none on; they pay the debt first. `owed` stands in the details."""

    code, message = "owes_points", _("Some points are still owed. They come first.")


class PointsRest(Conflict):
    """The points are there and came too short a time ago to be passed on; `movable` and `asked` in the details."""

    code, message = "points_rest", _("Points can be passed on some days after they came. Not all of these can yet.")


class TransferLimit(Conflict):
    """More than one sending or one calendar month allows; `limit` and `left` (of it, now) stand in the details."""

    code, message = "transfer_limit", _("That is more than can be passed on at once or in this month.")


class Moved(Conflict):
    """These accounts were merged into those of another member, `to`: whoever posts goes on there."""

    code = "moved"

    def __init__(self, to: int) -> None:
        super().__init__()
        self.to = to

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


class Moved(Conflict):
    """These accounts were merged into those of another member, `to`: whoever posts goes on there."""

    code = "moved"

    def __init__(self, to: int) -> None:
        super().__init__()
        self.to = to

"""The ledger: append-only double entry in whole points. Sealed rows are guarded by triggers on both databases.

Legs of every kind of transaction, the lots behind spendable points and the invariants are told in
`badges/ledger/README.md`; `manage.py verify_ledger` checks them.
"""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from portal.core.ids import public_id


class PointType(models.Model):
    """A kind of points: `spend` (redeemed, expires), `status` (counts for the tier), `rep` (community standing)."""

    code = models.SlugField(max_length=20, unique=True)
    spendable = models.BooleanField(default=False)
    # Months until a lot expires, counted to the end of the month; empty: never.
    expires_after_months = models.PositiveSmallIntegerField(null=True, blank=True)
    # For points that come back after their lot has lapsed (a returned reward, a hold that was let go).
    grace_days = models.PositiveSmallIntegerField(default=30, help_text=_("days that late returned points stay valid"))
    debt_limit = models.PositiveIntegerField(default=0, help_text=_("how far below zero a clawback may go"))
    unit_value = models.PositiveIntegerField(default=0, help_text=_("what one point is worth, in đồng"))

    def __str__(self) -> str:
        return self.code


class Role(models.TextChoices):
    """What an account is for. The first four belong to a member, the others to the programme."""

    AVAILABLE = "available", _("Available")
    PENDING = "pending", _("Pending")
    HELD = "held", _("Held")
    DEBT = "debt", _("Debt")
    ISSUED = "issued", _("Issued")
    REDEEMED = "redeemed", _("Redeemed")
    EXPIRED = "expired", _("Expired")
    REVOKED = "revoked", _("Revoked")
    ADJUSTED = "adjusted", _("Adjusted")


MEMBER_ROLES = (Role.AVAILABLE, Role.PENDING, Role.HELD, Role.DEBT)


class Account(models.Model):
    """A place where points stand. Only members' accounts keep a balance: a stored one on the programme's side would
    make every posting wait for one row."""

    member = models.ForeignKey(
        "portal.Member", null=True, blank=True, on_delete=models.PROTECT, related_name="accounts"
    )
    point_type = models.ForeignKey(PointType, on_delete=models.PROTECT, related_name="accounts")
    role = models.CharField(max_length=12, choices=Role.choices)
    campaign = models.CharField(max_length=60, blank=True, default="")
    balance = models.BigIntegerField(null=True, blank=True)
    # Set when this member's accounts were merged into another's: nothing is posted here any more.
    moved_to = models.ForeignKey(
        "portal.Member", null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["member", "point_type", "role"], condition=Q(member__isnull=False), name="account_member_once"
            ),
            models.UniqueConstraint(
                fields=["point_type", "role", "campaign"], condition=Q(member=None), name="account_programme_once"
            ),
            models.CheckConstraint(
                name="account_owner_fits_role",
                condition=Q(
                    member__isnull=False, role__in=["available", "pending", "held", "debt"], balance__isnull=False
                )
                | Q(member=None, role__in=["issued", "redeemed", "expired", "revoked", "adjusted"], balance=None),
            ),
            models.CheckConstraint(
                name="account_balance_sign",
                condition=Q(balance=None) | Q(role="debt", balance__lte=0) | (~Q(role="debt") & Q(balance__gte=0)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.member_id or 'programme'}:{self.role}"


class Transaction(models.Model):
    """The header of a posting. Written open, then sealed: the seal refuses an unbalanced set and every later change."""

    class Kind(models.TextChoices):
        """The legs of each stand in the README."""

        EARN = "earn", _("Earned")
        EARN_PENDING = "earn_pending", _("Earned, waiting")
        ACTIVATE = "activate", _("Confirmed")
        LAPSE = "lapse", _("Lapsed")
        REDEEM = "redeem", _("Redeemed")
        RETURN = "return", _("Reward returned")
        HOLD = "hold", _("Held")
        CAPTURE = "capture", _("Held points used")
        VOID = "void", _("Hold released")
        EXPIRE = "expire", _("Expired")
        REVERSE = "reverse", _("Taken back")
        RESTORE = "restore", _("Given again")
        ADJUST = "adjust", _("Adjusted")
        TRANSFER = "transfer", _("Transferred")
        MERGE = "merge", _("Merged")

    public_id = models.CharField(max_length=16, unique=True, default=public_id, editable=False)
    kind = models.CharField(max_length=14, choices=Kind.choices)
    # Idempotency: one posting for a (source, key), for ever.
    source = models.CharField(max_length=40)
    key = models.CharField(max_length=150)
    request_hash = models.CharField(max_length=64)
    response = models.JSONField(default=dict)
    # The statement's index leads with the member already.
    member = models.ForeignKey("portal.Member", on_delete=models.PROTECT, related_name="transactions", db_index=False)
    # What it was paid for, such as `post:12`; hiding that reverses everything with this subject. `cause` is finer, such
    # as `reaction:55`.
    subject = models.CharField(max_length=80, blank=True)
    cause = models.CharField(max_length=80, blank=True)
    value_date = models.DateField(help_text=_("the programme day it counts for"))
    recorded_at = models.DateTimeField()
    event = models.ForeignKey("portal.DomainEvent", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    revision = models.ForeignKey(
        "badges.RuleInForce", null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    actor = models.ForeignKey(
        "portal.Member", null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    # The other member of a transfer, who received: the line stands in both books. The legs prove it.
    counterpart = models.ForeignKey(
        "portal.Member", null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    reason = models.CharField(max_length=300, blank=True)
    # What this undoes: a reversal its earning, a restoring its reversal, a returned reward its redemption.
    reverses = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="reversals")
    # The first phase that this settles: activation or lapse of pending points, capture or release of a hold. Once only.
    resolves = models.OneToOneField("self", null=True, blank=True, on_delete=models.PROTECT, related_name="resolution")
    # What a reversal could not take, by point type code; recorded, not posted.
    written_off = models.JSONField(default=dict, blank=True)
    sealed = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["source", "key"], name="transaction_key_once"),
            # Parts of an earning may be taken back one by one; a reversal is undone, and a reward returned, only once.
            models.UniqueConstraint(
                fields=["reverses"], condition=Q(kind__in=["restore", "return"]), name="transaction_undone_once"
            ),
        ]
        indexes = [
            models.Index(fields=["member", "-recorded_at", "-id"], name="transaction_statement"),
            models.Index(fields=["counterpart"], name="transaction_received", condition=Q(counterpart__isnull=False)),
            models.Index(fields=["subject"], name="transaction_subject", condition=~Q(subject="")),
            models.Index(fields=["cause"], name="transaction_cause", condition=~Q(cause="")),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.source}:{self.key}"


class Entry(models.Model):
    """One leg. The legs of a transaction sum to zero for each point type."""

    transaction = models.ForeignKey(Transaction, on_delete=models.PROTECT, related_name="entries")
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="entries")
    # Three values in millions of rows: an index would only slow the postings.
    point_type = models.ForeignKey(PointType, on_delete=models.PROTECT, related_name="+", db_index=False)
    amount = models.BigIntegerField()

    class Meta:
        constraints = [models.CheckConstraint(name="entry_not_zero", condition=~Q(amount=0))]
        verbose_name_plural = "entries"

    def __str__(self) -> str:
        return f"{self.amount:+d} → {self.account_id}"


class Lot(models.Model):
    """Points earned together: they become spendable together and lapse together. Soonest expiry is spent first."""

    member = models.ForeignKey("portal.Member", on_delete=models.PROTECT, related_name="lots")
    point_type = models.ForeignKey(PointType, on_delete=models.PROTECT, related_name="+", db_index=False)
    origin = models.ForeignKey(Transaction, on_delete=models.PROTECT, related_name="lots")
    amount = models.PositiveBigIntegerField()
    remaining = models.PositiveBigIntegerField()
    # Empty while pending: expiry counts from the activation.
    active_from = models.DateTimeField(null=True, blank=True)
    expires_on = models.DateField(
        null=True, blank=True, help_text=_("last valid day, inclusive, in the programme zone")
    )
    expired = models.BooleanField(default=False)
    campaign = models.CharField(max_length=60, blank=True, default="")
    unit_cost = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(name="lot_remaining_in_bounds", condition=Q(remaining__lte=F("amount"))),
            models.CheckConstraint(name="lot_has_points", condition=Q(amount__gt=0)),
        ]
        indexes = [
            models.Index(
                fields=["member", "point_type", "expires_on", "id"],
                name="lot_spend_order",
                condition=Q(remaining__gt=0),
            ),
            models.Index(fields=["expires_on"], name="lot_expiring", condition=Q(remaining__gt=0, expired=False)),
        ]

    def __str__(self) -> str:
        return f"{self.remaining}/{self.amount}"


class LotUse(models.Model):
    """What a transaction took from a lot (positive) or gave back to it (negative). remaining = amount − sum of uses."""

    class Kind(models.TextChoices):
        """Why the lot changed."""

        SPEND = "spend", _("Spent")
        HOLD = "hold", _("Held")
        EXPIRE = "expire", _("Expired")
        CLAWBACK = "clawback", _("Taken back")
        RESTORE = "restore", _("Given back")
        TRANSFER = "transfer", _("Passed on")

    lot = models.ForeignKey(Lot, on_delete=models.PROTECT, related_name="uses")
    transaction = models.ForeignKey(Transaction, on_delete=models.PROTECT, related_name="lot_uses")
    amount = models.BigIntegerField()
    kind = models.CharField(max_length=10, choices=Kind.choices)

    class Meta:
        constraints = [models.CheckConstraint(name="lot_use_not_zero", condition=~Q(amount=0))]

    def __str__(self) -> str:
        return f"{self.kind} {self.amount}"


class Hold(models.Model):
    """Points set aside until captured, voided or run out. Resolves once."""

    class State(models.TextChoices):
        """Where it stands."""

        OPEN = "open", _("Open")
        CAPTURED = "captured", _("Captured")
        VOIDED = "voided", _("Released")
        EXPIRED = "expired", _("Run out")

    transaction = models.OneToOneField(Transaction, on_delete=models.PROTECT, related_name="hold")
    expires_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)

    class Meta:
        indexes = [models.Index(fields=["expires_at"], name="hold_open", condition=Q(state="open"))]

    def __str__(self) -> str:
        return f"{self.transaction_id}: {self.state}"


class Counter(models.Model):
    """How much of a cap is used up in one window; changed in the posting's own transaction."""

    scope = models.CharField(max_length=80, help_text=_("what is counted, such as rule:reply or pair:12"))
    member = models.ForeignKey("portal.Member", on_delete=models.PROTECT, related_name="+")
    window_start = models.DateField()
    used = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["scope", "member", "window_start"], name="counter_once")]

    def __str__(self) -> str:
        return f"{self.scope}@{self.window_start}: {self.used}"


class LedgerBatch(models.Model):
    """A stretch of the ledger closed by a job: its trial balance and a hash that carries the one before. Only added.

    It holds every posting after the previous batch's last up to its own. See `badges.ledger.chain`.
    """

    number = models.PositiveBigIntegerField(unique=True, help_text="from 1, without a gap")
    first = models.ForeignKey(Transaction, on_delete=models.PROTECT, related_name="+", db_index=False)
    last = models.ForeignKey(Transaction, on_delete=models.PROTECT, related_name="+", db_index=False)
    count = models.PositiveIntegerField(help_text="postings in it")
    # {point type code: {role: what stood on all its accounts together at the end of this batch}}
    trial_balance = models.JSONField()
    previous_hash = models.CharField(max_length=64, blank=True)
    hash = models.CharField(max_length=64)
    # The first bytes of each posting's digest, in the order of their ids: which one was altered.
    marks = models.BinaryField()
    at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "ledger batches"

    def __str__(self) -> str:
        return f"batch {self.number}"

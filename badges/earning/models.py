"""Earning rules as data, what was in force when, and why every event paid or did not."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class EarningRule(models.Model):
    """A rule's identity: it lives through all its revisions and is retired, never deleted."""

    code = models.SlugField(max_length=60, unique=True)
    event_name = models.CharField(max_length=60)
    scope = models.ForeignKey("portal.Scope", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return self.code


class RuleText(models.Model):
    """A rule's name and explanation in one language, as members read them."""

    rule = models.ForeignKey(EarningRule, on_delete=models.CASCADE, related_name="texts")
    locale = models.CharField(max_length=5)
    name = models.CharField(max_length=120)
    explanation = models.CharField(max_length=400, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["rule", "locale"], name="rule_text_once")]

    def __str__(self) -> str:
        return self.name


class RuleInForce(models.Model):
    """A numbered definition of a rule, in force from `since` until the next number. Immutable; postings name it.

    `definition` is checked by `badges.earning.definitions`; `{}` means "not in force".
    """

    rule = models.ForeignKey(EarningRule, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    since = models.DateTimeField()
    definition = models.JSONField(default=dict)
    approved_by = models.ForeignKey("portal.Member", null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["rule", "number"], name="rule_number_once")]
        indexes = [models.Index(fields=["rule", "-since", "-number"], name="rule_in_force_at")]

    def __str__(self) -> str:
        return f"{self.rule_id} v{self.number}"


class Evaluation(models.Model):
    """What every rule of an event type did for one event and one beneficiary, with its numbers. The source of "why"."""

    event = models.ForeignKey("portal.DomainEvent", on_delete=models.PROTECT, related_name="+")
    member = models.ForeignKey("portal.Member", on_delete=models.PROTECT, related_name="evaluations")
    # [{"rule": code, "revision": number, "outcome": paid|pending|trimmed|capped|excluded|no_match,
    #   "computed": {type: n}, "granted": {type: n}, "reason": code, "data": {...}, "transaction": id|null}]
    # With campaigns also "boosts": what each did (`campaigns.lifting.Boost.raw`). What they added is in `granted`.
    outcomes = models.JSONField(default=list)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["event", "member"], name="evaluation_once")]
        indexes = [models.Index(fields=["member", "-at"], name="evaluation_by_member")]

    def __str__(self) -> str:
        return f"{self.event_id} for {self.member_id}"


class Ring(models.Model):
    """Two to six members who give each other points, found by the calendar: a question to a moderator, no verdict.

    While it is open, what they have from each other and still waits is held (`PendingEarning.ring`).
    """

    class State(models.TextChoices):
        """Where it stands."""

        OPEN = "open", _("Is looked at")
        RELEASED = "released", _("Found honest")
        REJECTED = "rejected", _("Found to be traded")

    # The ids of its members in order, "12-45-77": open only once for the same people.
    mark = models.CharField(max_length=160)
    # [{"giver": id, "receiver": id, "acts": n}]: how often each thanked each since `since`.
    evidence = models.JSONField(default=list)
    since = models.DateTimeField()
    opened_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    # Raised when the evidence changes and by the decision: who decides over an older one is answered 409.
    version = models.PositiveIntegerField(default=1)
    decided_by = models.ForeignKey("portal.Member", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    note = models.CharField(max_length=200, blank=True, default="")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["mark"], condition=Q(state="open"), name="ring_open_once")]
        indexes = [models.Index(fields=["-decided_at"], name="ring_decided", condition=~Q(state="open"))]

    def __str__(self) -> str:
        return f"ring {self.mark}: {self.state}"


class Seat(models.Model):
    """A member of a ring."""

    ring = models.ForeignKey(Ring, on_delete=models.PROTECT, related_name="seats")
    member = models.ForeignKey("portal.Member", on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["ring", "member"], name="ring_seat_once")]

    def __str__(self) -> str:
        return f"{self.member_id} in ring {self.ring_id}"


class PendingEarning(models.Model):
    """Points that wait for so many distinct members, or for a moment. Open until activated, lapsed or reversed; held
    while somebody looks at those who gave them: then neither the calendar nor they themselves settle it."""

    class Waits(models.TextChoices):
        """What it waits for."""

        RESPONDERS = "responders", _("other members' answers")
        GIVERS = "givers", _("different members giving")
        TIME = "time", _("a moment")

    class State(models.TextChoices):
        """Where it stands."""

        OPEN = "open", _("Waiting")
        HELD = "held", _("Is looked at")
        ACTIVATED = "activated", _("Confirmed")
        LAPSED = "lapsed", _("Lapsed")
        REVERSED = "reversed", _("Taken back")

    transaction = models.OneToOneField("badges.Transaction", on_delete=models.PROTECT, related_name="waiting")
    member = models.ForeignKey("portal.Member", on_delete=models.PROTECT, related_name="+")
    subject = models.CharField(max_length=80)
    waits_for = models.CharField(max_length=12, choices=Waits.choices)
    needed = models.PositiveSmallIntegerField(default=0)
    # The distinct members who answered so far, by id.
    responders = models.JSONField(default=list, blank=True)
    until = models.DateTimeField(help_text=_("lapses then; for a wait in time: is confirmed then"))
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    # Raised by everything that becomes of it: who decides over an older one is answered 409.
    version = models.PositiveIntegerField(default=1)
    settled_at = models.DateTimeField(null=True, blank=True)
    # Whoever settled it by hand, and why, in a word that the member reads; empty where the calendar or others did.
    decided_by = models.ForeignKey("portal.Member", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    note = models.CharField(max_length=200, blank=True, default="")
    # For whose sake it is or was held, and since when.
    ring = models.ForeignKey(Ring, null=True, blank=True, on_delete=models.PROTECT, related_name="lines")
    held_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["-settled_at"], name="pending_settled", condition=~Q(state="open")),
            models.Index(fields=["subject"], name="pending_subject", condition=Q(state="open")),
            models.Index(fields=["until"], name="pending_until", condition=Q(state="open")),
        ]

    def __str__(self) -> str:
        return f"{self.subject}: {self.state}"


class BarredGiver(models.Model):
    """A member whose thanks pay nobody, because they were traded for points; until the decision is lifted."""

    giver = models.OneToOneField("portal.Member", on_delete=models.PROTECT, related_name="+")
    # The newest decision about her; every posting that it reverses or brings back carries it.
    event = models.ForeignKey("portal.DomainEvent", on_delete=models.PROTECT, related_name="+")
    since = models.DateTimeField()
    lifted_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.giver_id} since {self.since:%Y-%m-%d}"


# What still waits, one way or the other.
WAITING = (PendingEarning.State.OPEN, PendingEarning.State.HELD)

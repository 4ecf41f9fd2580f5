"""Changes of the programme on their way: drafts that a second person approves, corrections by hand, and who looked."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Draft(models.Model):
    """A change of a rule, a badge, a challenge, a campaign or the ladder that is being written, waits, or was decided.

    What is approved becomes a row of `RuleInForce`, `BadgeInForce`, `LadderInForce`, `ChallengeInForce` or
    `CampaignInForce` from `effective_from` on; words and looks are taken over at that moment (`applied_at`). `content`
    is read only through `programme.contents`.
    """

    class Kind(models.TextChoices):
        """What it changes."""

        RULE = "rule", _("Earning rule")
        BADGE = "badge", _("A badge")
        LADDER = "ladder", _("Tiers")
        CHALLENGE = "challenge", _("A challenge")
        CAMPAIGN = "campaign", _("Campaign")

    class State(models.TextChoices):
        """Where it stands."""

        DRAFT = "draft", _("Being written")
        WAITING = "waiting", _("Waits for approval")
        APPROVED = "approved", _("Approved")
        REFUSED = "refused", _("Sent back")
        WITHDRAWN = "withdrawn", _("Laid aside")

    kind = models.CharField(max_length=12, choices=Kind.choices)
    # The code of the rule, badge or challenge; the ladder's is "ladder".
    subject = models.SlugField(max_length=60)
    content = models.JSONField(default=dict)
    # {"vi": {...}, "en": {...}}: what members read.
    texts = models.JSONField(default=dict)
    # Why the change is made: read by whoever approves, kept with the history.
    note = models.CharField(max_length=500, blank=True)
    author = models.ForeignKey("portal.Member", on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    # Raised by every change: who writes or decides over an older one is answered 409.
    version = models.PositiveIntegerField(default=1)
    # The number that was in force when it was written; 0 for something new.
    based_on = models.PositiveIntegerField(default=0)
    # Empty: from the moment of approval. `until` (empty: without end) puts back what was in force before.
    effective_from = models.DateTimeField(null=True, blank=True)
    until = models.DateTimeField(null=True, blank=True)
    # The number it became, and when words and looks were taken over.
    number = models.PositiveIntegerField(null=True, blank=True)
    applied_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["kind", "subject", "-id"], name="draft_by_subject"),
            models.Index(fields=["state"], name="draft_open", condition=models.Q(state__in=["draft", "waiting"])),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject}: {self.state}"


class DraftStep(models.Model):
    """One step of a draft: who did what, when, and what it said then. Rows are only added."""

    class Kind(models.TextChoices):
        """What was done."""

        WRITTEN = "written", _("written")
        HANDED_IN = "handed_in", _("handed in")
        TAKEN_BACK = "taken_back", _("taken back")
        APPROVED = "approved", _("approved")
        REFUSED = "refused", _("sent back")
        WITHDRAWN = "withdrawn", _("laid aside")
        APPLIED = "applied", _("came into force")

    draft = models.ForeignKey(Draft, on_delete=models.PROTECT, related_name="steps")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    actor = models.ForeignKey("portal.Member", null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    note = models.CharField(max_length=500, blank=True)
    content = models.JSONField(default=dict)
    texts = models.JSONField(default=dict)

    def __str__(self) -> str:
        return f"{self.draft_id}: {self.kind}"


class Adjustment(models.Model):
    """A correction of a member's points by hand: done at once, or waiting for a second person when it is large."""

    class Reason(models.TextChoices):
        """Why, in a word that the member reads."""

        GOODWILL = "goodwill", _("A thank-you from the house")
        MISSED = "missed", _("Points that were missed")
        MISTAKE = "mistake", _("A mistake put right")
        EVENT = "event", _("Taking part in an event")
        ABUSE = "abuse", _("Against the rules of the programme")

    class State(models.TextChoices):
        """Where it stands."""

        WAITING = "waiting", _("Waits for a second person")
        DONE = "done", _("Posted")
        REFUSED = "refused", _("Refused")

    public_id = models.CharField(max_length=16, unique=True)
    # The form's own key: sent twice it is one correction.
    key = models.CharField(max_length=64, unique=True)
    member = models.ForeignKey("portal.Member", on_delete=models.PROTECT, related_name="adjustments")
    point_type = models.ForeignKey("badges.PointType", on_delete=models.PROTECT, related_name="+")
    amount = models.IntegerField()
    reason = models.CharField(max_length=12, choices=Reason.choices)
    # What the member reads beside the reason.
    note = models.CharField(max_length=200)
    author = models.ForeignKey("portal.Member", on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    decided_by = models.ForeignKey("portal.Member", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    answer = models.CharField(max_length=200, blank=True)
    transaction = models.ForeignKey("badges.Transaction", null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.CheckConstraint(name="adjustment_not_nothing", condition=~models.Q(amount=0))]
        indexes = [
            models.Index(fields=["created_at"], name="adjustment_waiting", condition=models.Q(state="waiting")),
        ]

    def __str__(self) -> str:
        return f"{self.amount:+d} for {self.member_id}"


class Glance(models.Model):
    """Somebody of the house opened a member's book of points: who, whose, when, and for what. Rows are only added."""

    member = models.ForeignKey("portal.Member", on_delete=models.PROTECT, related_name="glances")
    by = models.ForeignKey("portal.Member", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    purpose = models.CharField(max_length=200, blank=True)

    class Meta:
        indexes = [models.Index(fields=["member", "-at"], name="glance_by_member")]

    def __str__(self) -> str:
        return f"{self.by_id} at {self.member_id}"


class DayRun(models.Model):
    """A job of the programme's day was run for a day, once; without `finished_at` somebody is at it, or died there."""

    job = models.CharField(max_length=20)
    day = models.DateField()
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)
    count = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["job", "day"], name="day_run_once")]

    def __str__(self) -> str:
        return f"{self.job} for {self.day}"

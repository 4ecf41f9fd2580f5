"""Badges as data, what was in force when, the facts that count towards them, and who was given which."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Badge(models.Model):
    """A badge's identity: it lives through all its revisions and is retired (an empty definition), never deleted.

    `medal` is the recipe of its drawing, read only by `badges.medals.recipe`; the metal stands in a column of its own
    because it is said in words, too.
    """

    class Metal(models.TextChoices):
        """How hard it is; never how much was paid."""

        BRONZE = "bronze", pgettext_lazy("metal of a badge", "bronze")
        SILVER = "silver", pgettext_lazy("metal of a badge", "silver")
        GOLD = "gold", pgettext_lazy("metal of a badge", "gold")

    class Series(models.TextChoices):
        """What a badge is about: the order of the hall."""

        HOME = "home", _("At home here")
        READING = "reading", _("Reading")
        TALK = "talk", _("Talking")
        THANKS = "thanks", _("Thanks")
        DAYS = "days", _("Days")
        RARE = "rare", _("Rare")

    class OnLoss(models.TextChoices):
        """What happens when what it was given for is no longer there."""

        KEEP = "keep", _("it stays")
        REVOKE = "revoke", _("it is taken back")

    code = models.SlugField(max_length=40, unique=True)
    metal = models.CharField(max_length=6, choices=Metal.choices)
    medal = models.JSONField(default=dict)
    series = models.CharField(max_length=10, choices=Series.choices)
    position = models.PositiveSmallIntegerField(default=0)
    per_target = models.BooleanField(default=False, help_text=_("once for each post, each year …, instead of once"))
    on_loss = models.CharField(max_length=6, choices=OnLoss.choices, default=OnLoss.KEEP)
    secret = models.BooleanField(default=False, help_text=_("nothing of it is shown before it is earned"))
    loud = models.BooleanField(default=True, help_text=_("told and revealed; otherwise it is found on the shelf"))
    scope = models.ForeignKey("portal.Scope", null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return self.code


class BadgeText(models.Model):
    """A badge in one language: its name, how it is earned, what is said to her who earned it.

    `progress` holds a phrase for each condition of the criteria, with {have} and {need} in it. `hint` is all that is
    told of a secret badge.
    """

    badge = models.ForeignKey(Badge, on_delete=models.CASCADE, related_name="texts")
    locale = models.CharField(max_length=5)
    name = models.CharField(max_length=60)
    criterion = models.CharField(max_length=300)
    praise = models.CharField(max_length=300)
    progress = models.JSONField(default=list)
    hint = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["badge", "locale"], name="badge_text_once")]

    def __str__(self) -> str:
        return self.name


class BadgeInForce(models.Model):
    """Numbered criteria of a badge, in force from `since` until the next number. Immutable; awards name it.

    `criteria` is checked by `badges.awards.definitions`; `{}` means "nobody can earn it now".
    """

    badge = models.ForeignKey(Badge, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    since = models.DateTimeField()
    criteria = models.JSONField(default=dict)
    approved_by = models.ForeignKey("portal.Member", null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["badge", "number"], name="badge_number_once")]
        indexes = [models.Index(fields=["badge", "-since", "-number"], name="badge_in_force_at")]

    def __str__(self) -> str:
        return f"{self.badge_id} v{self.number}"


class Fact(models.Model):
    """One countable thing that an event says about a member. Fed once per event; withdrawn and restored, never deleted.

    `other` is the second person in it (who reacted, whose talk it was). `day` and `hour` are the member's own calendar
    when it happened, so that a later change of zone rewrites no past. Hiding `subject`, or taking back `cause`,
    withdraws it.
    """

    event = models.ForeignKey("portal.DomainEvent", on_delete=models.PROTECT, related_name="+")
    metric = models.CharField(max_length=30)
    member = models.ForeignKey("portal.Member", on_delete=models.PROTECT, related_name="+")
    other = models.ForeignKey("portal.Member", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    target = models.CharField(max_length=80, blank=True)
    subject = models.CharField(max_length=80, blank=True)
    cause = models.CharField(max_length=80, blank=True)
    day = models.DateField()
    hour = models.PositiveSmallIntegerField()
    occurred_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["event", "metric", "member"], name="fact_once")]
        indexes = [
            models.Index(fields=["member", "metric", "day"], name="fact_counted", condition=Q(withdrawn_at=None)),
            models.Index(fields=["subject"], name="fact_subject", condition=~Q(subject="")),
            models.Index(fields=["cause"], name="fact_cause", condition=~Q(cause="")),
        ]

    def __str__(self) -> str:
        return f"{self.metric} of {self.member_id}"


class Sight(models.Model):
    """Whether a subject or cause counts at present, as the newest event about it says.

    Deliveries may come out of order: a fact that arrives after its post was hidden is withdrawn from the start.
    """

    key = models.CharField(max_length=80, primary_key=True)
    withdrawn = models.BooleanField()
    event_id = models.BigIntegerField()
    at = models.DateTimeField()

    def __str__(self) -> str:
        return self.key


class Award(models.Model):
    """A badge given to a member, once per target. A badge that is lost keeps its row, with when and why."""

    badge = models.ForeignKey(Badge, on_delete=models.PROTECT, related_name="awards")
    member = models.ForeignKey("portal.Member", on_delete=models.PROTECT, related_name="awards")
    target = models.CharField(max_length=80, blank=True)
    revision = models.ForeignKey(BadgeInForce, on_delete=models.PROTECT, related_name="+")
    event = models.ForeignKey("portal.DomainEvent", null=True, on_delete=models.PROTECT, related_name="+")
    # The ids of the newest facts that were counted for it.
    evidence = models.JSONField(default=list)
    at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)
    # Her own choice for her public page: 1 stands first; empty is not chosen.
    place = models.PositiveSmallIntegerField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["badge", "member", "target"], name="award_once")]
        indexes = [
            models.Index(fields=["member", "-at"], name="award_by_member", condition=Q(revoked_at=None)),
            models.Index(fields=["badge", "-at"], name="award_by_badge", condition=Q(revoked_at=None)),
        ]

    def __str__(self) -> str:
        return f"{self.badge_id} of {self.member_id}"


class AwardMove(models.Model):
    """What became of an award, when and why. Rows are only added."""

    class Kind(models.TextChoices):
        """What happened."""

        GRANTED = "granted", _("given")
        KEPT = "kept", _("kept although its ground went")
        REVOKED = "revoked", _("taken back")
        RESTORED = "restored", _("given again")
        MOVED = "moved", _("moved with an account")

    award = models.ForeignKey(Award, on_delete=models.CASCADE, related_name="moves")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    reason = models.CharField(max_length=60)
    event = models.ForeignKey("portal.DomainEvent", null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["award", "kind", "event"], name="award_move_once")]

    def __str__(self) -> str:
        return f"{self.award_id}: {self.kind}"


class Shelf(models.Model):
    """A member's shelf: the row that her badges are locked by, and whether she arranged it herself."""

    member = models.OneToOneField("portal.Member", on_delete=models.PROTECT, primary_key=True, related_name="shelf")
    arranged = models.BooleanField(default=False)

    def __str__(self) -> str:
        return f"shelf of {self.member_id}"


class ZoneAsk(models.Model):
    """A member asked for another time zone. When it holds for her days is reckoned from all of them (`awards.zones`).

    Rows are only added: days that were counted once can be counted again from the log.
    """

    event = models.OneToOneField("portal.DomainEvent", on_delete=models.PROTECT, related_name="+")
    member = models.ForeignKey("portal.Member", on_delete=models.PROTECT, related_name="+")
    old = models.CharField(max_length=50)
    new = models.CharField(max_length=50)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["member", "at"], name="zone_ask_by_member")]

    def __str__(self) -> str:
        return f"{self.member_id}: {self.old} → {self.new}"

"""Campaigns: for a time they lift what rules pay. What was in force when, what each added, and what is left of it."""

from django.db import models
from django.db.models import Q


class Campaign(models.Model):
    """A campaign's identity: it lives through all its revisions and is never deleted."""

    code = models.SlugField(max_length=60, unique=True)
    # The order in which campaigns of a group are asked: the one approved first comes first.
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return self.code


class CampaignText(models.Model):
    """A campaign's name and explanation in one language, as members read them."""

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="texts")
    locale = models.CharField(max_length=5)
    name = models.CharField(max_length=120)
    explanation = models.CharField(max_length=400, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["campaign", "locale"], name="campaign_text_once")]

    def __str__(self) -> str:
        return self.name


class CampaignInForce(models.Model):
    """What a campaign says from `since` on, until the next number. Immutable; what it added names it.

    `definition` is read only through `badges.campaigns.definitions`; `{}` means "not running".
    """

    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    since = models.DateTimeField()
    definition = models.JSONField(default=dict)
    approved_by = models.ForeignKey("portal.Member", null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["campaign", "number"], name="campaign_number_once")]

    def __str__(self) -> str:
        return f"{self.campaign_id} v{self.number}"


class Budget(models.Model):
    """How much a campaign with a limit has given, in points of the type that the limit names. One row for all its
    revisions, locked last in a posting's transaction."""

    campaign = models.OneToOneField(Campaign, on_delete=models.PROTECT, primary_key=True, related_name="budget")
    used = models.PositiveBigIntegerField(default=0)
    # When it first could not give all that an act would have got, and when the desk was told.
    emptied_at = models.DateTimeField(null=True, blank=True)
    told_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["emptied_at"], name="budget_untold", condition=Q(emptied_at__isnull=False, told_at=None)
            )
        ]

    def __str__(self) -> str:
        return f"{self.campaign_id}: {self.used}"


class Boost(models.Model):
    """What one revision of a campaign added to one posting of a rule. Rows are only added."""

    transaction = models.ForeignKey("badges.Transaction", on_delete=models.PROTECT, related_name="boosts")
    version = models.ForeignKey(CampaignInForce, on_delete=models.PROTECT, related_name="boosts")
    # By point type code, whole and positive.
    added = models.JSONField(default=dict)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["transaction", "version"], name="boost_once")]

    def __str__(self) -> str:
        return f"{self.version_id} for {self.transaction_id}"

"""Loyalty ranks reached by status points in a calendar year, and who stands where, since when, until when."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Tier(models.Model):
    """A rank. `rank` 0 is where everybody begins; `threshold` is in status points of a programme calendar year."""

    code = models.SlugField(max_length=20, unique=True)
    rank = models.PositiveSmallIntegerField(unique=True)
    threshold = models.PositiveIntegerField(unique=True)
    mark = models.CharField(max_length=20, help_text=_("the drawn mark: seedling, ridge, ridge-sun, stone"))
    multiplier_percent = models.PositiveSmallIntegerField(default=100, help_text=_("of purchase points"))

    class Meta:
        ordering = ["rank"]

    def __str__(self) -> str:
        return self.code


class TierText(models.Model):
    """A tier's name and perks in one language."""

    tier = models.ForeignKey(Tier, on_delete=models.CASCADE, related_name="texts")
    locale = models.CharField(max_length=5)
    name = models.CharField(max_length=40)
    perks = models.JSONField(default=list)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tier", "locale"], name="tier_text_once")]

    def __str__(self) -> str:
        return self.name


class TierStatus(models.Model):
    """Where a member stands. `valid_until` is the last day of the tier, inclusive; empty for the lowest."""

    member = models.OneToOneField(
        "portal.Member", on_delete=models.PROTECT, primary_key=True, related_name="tier_status"
    )
    tier = models.ForeignKey(Tier, on_delete=models.PROTECT, related_name="+")
    since = models.DateTimeField()
    valid_until = models.DateField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.member_id}: {self.tier_id}"


class TierMove(models.Model):
    """A change of tier, with the posting that led to it. Rows are only added."""

    member = models.ForeignKey("portal.Member", on_delete=models.PROTECT, related_name="tier_moves")
    old = models.ForeignKey(Tier, on_delete=models.PROTECT, related_name="+")
    new = models.ForeignKey(Tier, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    status_points = models.BigIntegerField()
    transaction = models.ForeignKey("badges.Transaction", null=True, on_delete=models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return f"{self.member_id}: {self.old_id} → {self.new_id}"

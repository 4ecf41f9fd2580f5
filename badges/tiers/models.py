"""Loyalty ranks reached by status points in a calendar year, and who stands where, since when, until when."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Tier(models.Model):
    """A rank's identity, for ever: `code`, `rank` and `mark` never change and no row goes, because moves, awards and
    ladders of the past name it. `rank` 0 is where everybody begins.

    Which tiers there are at a moment, what they ask for and give stands in `LadderInForce`; a tier that no ladder in
    force names is one of the past or of a planned ladder, and a later tier may have the same rank.
    """

    code = models.SlugField(max_length=20, unique=True)
    rank = models.PositiveSmallIntegerField()
    mark = models.CharField(max_length=20, help_text=_("the drawn mark, by its name in badges.tiers.marks"))

    class Meta:
        ordering = ["rank", "id"]

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


class LadderInForce(models.Model):
    """What all tiers ask for together, numbered, in force from `since` until the next number. Immutable.

    One row for the whole ladder, because a threshold means something only beside the others. `steps` is read only
    through `badges.tiers.definitions`.
    """

    number = models.PositiveIntegerField(unique=True)
    since = models.DateTimeField()
    # {"steps": [{"code": tier code, "threshold": status points of a calendar year, "percent": of purchase points}]},
    # from the lowest: a step's place is its tier's rank.
    steps = models.JSONField(default=dict)
    approved_by = models.ForeignKey("portal.Member", null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["-since", "-number"], name="ladder_in_force_at")]

    def __str__(self) -> str:
        return f"ladder v{self.number}"


class TierStatus(models.Model):
    """Where a member stands. `valid_until` is the last day of the tier, inclusive; empty for the lowest."""

    member = models.OneToOneField(
        "portal.Member", on_delete=models.PROTECT, primary_key=True, related_name="tier_status"
    )
    tier = models.ForeignKey(Tier, on_delete=models.PROTECT, related_name="+")
    since = models.DateTimeField()
    valid_until = models.DateField(null=True, blank=True, db_index=True)

    def __str__(self) -> str:
        return f"{self.member_id}: {self.tier_id}"


class TierMove(models.Model):
    """A change of tier, why, and the posting that led to it. Rows are only added: the log of changes."""

    class Cause(models.TextChoices):
        """What moved it."""

        POINTS = "points", _("Points reached it")
        TAKEN_BACK = "taken_back", _("Points were taken back")
        ENDED = "ended", _("Its last day was over")
        LADDER = "ladder", _("What the tiers ask for has changed")
        MERGED = "merged", _("Two accounts became one")
        SET = "set", _("Set by the house")
        SET_ENDED = "set_ended", _("What the house had set has ended")

    member = models.ForeignKey("portal.Member", on_delete=models.PROTECT, related_name="tier_moves")
    old = models.ForeignKey(Tier, on_delete=models.PROTECT, related_name="+")
    new = models.ForeignKey(Tier, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    status_points = models.BigIntegerField()
    cause = models.CharField(max_length=12, choices=Cause.choices, default=Cause.POINTS)
    transaction = models.ForeignKey("badges.Transaction", null=True, on_delete=models.PROTECT, related_name="+")
    override = models.ForeignKey("badges.TierOverride", null=True, on_delete=models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return f"{self.member_id}: {self.old_id} → {self.new_id}"


class TierOverride(models.Model):
    """A tier that the house gives a member by hand, to the end of a day, for a reason that she reads.

    Written by one and decided by another. In force from `since` to the end of `until`, or to `ended_at`; it lifts and
    never lowers: who earns a higher tier holds that one.
    """

    class State(models.TextChoices):
        """Where it stands. Whether it is in force is told by its days."""

        WAITING = "waiting", _("Waits for a second person")
        APPROVED = "approved", _("Approved")
        REFUSED = "refused", _("Refused")

    public_id = models.CharField(max_length=16, unique=True)
    # The form's own key: sent twice it is one.
    key = models.CharField(max_length=64, unique=True)
    member = models.ForeignKey("portal.Member", on_delete=models.PROTECT, related_name="tier_overrides")
    tier = models.ForeignKey(Tier, on_delete=models.PROTECT, related_name="+")
    until = models.DateField()
    reason = models.CharField(max_length=200)
    author = models.ForeignKey("portal.Member", on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    decided_by = models.ForeignKey("portal.Member", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    answer = models.CharField(max_length=200, blank=True)
    since = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey("portal.Member", null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="tier_override_by_two",
                condition=~models.Q(state="approved")
                | (models.Q(since__isnull=False, decided_by__isnull=False) & ~models.Q(decided_by=models.F("author"))),
            )
        ]
        indexes = [
            models.Index(fields=["member"], name="tier_override_given", condition=models.Q(state="approved")),
            models.Index(fields=["created_at"], name="tier_override_waiting", condition=models.Q(state="waiting")),
        ]

    def __str__(self) -> str:
        return f"{self.tier_id} for {self.member_id} until {self.until}"


class TierWarning(models.Model):
    """A member was told that her tier ends after `until`, so many days before that; once for each.

    `over_at`: it is not so any more (she keeps the tier for longer, or it has ended). If it is so again, she is told
    again.
    """

    member = models.ForeignKey("portal.Member", on_delete=models.PROTECT, related_name="tier_warnings")
    tier = models.ForeignKey(Tier, on_delete=models.PROTECT, related_name="+")
    until = models.DateField()
    days = models.PositiveSmallIntegerField()
    at = models.DateTimeField()
    over_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["member", "until", "days"], condition=models.Q(over_at=None), name="tier_warning_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.member_id}: {self.days} days before {self.until}"

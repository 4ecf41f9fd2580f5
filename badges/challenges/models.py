"""Challenges as data, what was in force when, who takes part, and who finished."""

from django.db import models
from django.db.models import Q


class Challenge(models.Model):
    """A challenge's identity through all its revisions; never deleted.

    `counted`: what all together had come to when a goal of all was counted for good. `closed_at`: from then on nothing
    of it changes any more.
    """

    code = models.SlugField(max_length=40, unique=True)
    counted = models.PositiveIntegerField(null=True)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return self.code


class ChallengeText(models.Model):
    """A challenge in one language. `steps` holds a phrase for each step; `thanks` is said to who finished."""

    challenge = models.ForeignKey(Challenge, on_delete=models.CASCADE, related_name="texts")
    locale = models.CharField(max_length=5)
    name = models.CharField(max_length=80)
    summary = models.CharField(max_length=400)
    thanks = models.CharField(max_length=300)
    steps = models.JSONField(default=list)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["challenge", "locale"], name="challenge_text_once")]

    def __str__(self) -> str:
        return self.name


class ChallengeInForce(models.Model):
    """A numbered definition of a challenge, in force from `since` until the next number. Immutable; finishes name it.

    `body` is read only through `badges.challenges.definitions`.
    """

    challenge = models.ForeignKey(Challenge, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    since = models.DateTimeField()
    body = models.JSONField(default=dict)
    approved_by = models.ForeignKey("portal.Member", null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["challenge", "number"], name="challenge_number_once")]
        indexes = [models.Index(fields=["challenge", "-since", "-number"], name="challenge_in_force_at")]

    def __str__(self) -> str:
        return f"{self.challenge_id} v{self.number}"


class Part(models.Model):
    """A member asked to take part in a challenge that is for who asks. Going again takes the row away."""

    challenge = models.ForeignKey(Challenge, on_delete=models.PROTECT, related_name="parts")
    member = models.ForeignKey("portal.Member", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["challenge", "member"], name="part_once")]

    def __str__(self) -> str:
        return f"{self.member_id} in {self.challenge_id}"


class Finish(models.Model):
    """A member finished a challenge: by which revision, with which event, and what it paid. One row for ever.

    `paid` is the posting of the prize (none without points), `taken` its newest reversal, `again` what gave it again
    last. `round` counts how often it was given: what was taken back is given again when its ground returns. The event
    stands here and not on the posting: somebody else's act may have completed it, and what is wrong with her is no
    fault of this prize.
    """

    challenge = models.ForeignKey(Challenge, on_delete=models.PROTECT, related_name="finishes")
    member = models.ForeignKey("portal.Member", on_delete=models.PROTECT, related_name="+")
    revision = models.ForeignKey(ChallengeInForce, on_delete=models.PROTECT, related_name="+")
    event = models.ForeignKey("portal.DomainEvent", null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    round = models.PositiveIntegerField(default=1)
    taken_at = models.DateTimeField(null=True)
    paid = models.OneToOneField("badges.Transaction", null=True, on_delete=models.PROTECT, related_name="+")
    taken = models.OneToOneField("badges.Transaction", null=True, on_delete=models.PROTECT, related_name="+")
    again = models.OneToOneField("badges.Transaction", null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["challenge", "member"], name="finish_once")]
        indexes = [models.Index(fields=["challenge", "-at"], name="finish_standing", condition=Q(taken_at=None))]

    def __str__(self) -> str:
        return f"{self.challenge_id} by {self.member_id}"

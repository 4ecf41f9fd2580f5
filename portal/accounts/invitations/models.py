"""Links that members give to others, and who joined by them. The link itself is never stored, only its digest."""

from django.db import models


class Invitation(models.Model):
    """One link of a member's. It brings in at most `limit` people until `expires_at`, unless she ended it."""

    inviter = models.ForeignKey("portal.Member", on_delete=models.CASCADE, related_name="invitations")
    token_hash = models.CharField(max_length=64, unique=True)
    limit = models.PositiveSmallIntegerField()
    used = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(used__lte=models.F("limit")), name="invitation_limit")]
        indexes = [models.Index(fields=["inviter", "-created_at"], name="invitation_newest")]

    def __str__(self) -> str:
        return f"invitation {self.pk}"


class Arrival(models.Model):
    """Who came by an invitation: noted at the form, counted (`joined_at`) when her address was confirmed."""

    member = models.OneToOneField("portal.Member", on_delete=models.CASCADE, primary_key=True, related_name="arrival")
    invitation = models.ForeignKey(Invitation, on_delete=models.CASCADE, related_name="arrivals")
    joined_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"arrival of {self.member_id}"

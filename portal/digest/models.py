"""Which weekly letter was made for whom: the guard that one week brings one letter."""

from django.db import models


class Digest(models.Model):
    """A member's letter of one week. The row is written in the transaction that queues it; `items` is 0 for a week that
    had nothing to tell, and then nothing is sent."""

    member = models.ForeignKey("portal.Member", on_delete=models.CASCADE, related_name="digests")
    week = models.DateField(help_text="the Monday on which it is due")
    queued_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)
    items = models.PositiveSmallIntegerField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["member", "week"], name="digest_once_a_week")]

    def __str__(self) -> str:
        return f"{self.member_id}: {self.week}"

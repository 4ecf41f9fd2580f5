"""The log of what happened (outbox) and who still has to hear it."""

from django.db import models
from django.db.models import Q


class DomainEvent(models.Model):
    """A fact, written in the transaction of the change it tells of; kept for ever, holds ids and no personal text."""

    name = models.CharField(max_length=60)
    actor = models.ForeignKey("portal.Member", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    payload = models.JSONField(default=dict)
    occurred_at = models.DateTimeField()
    recorded_at = models.DateTimeField(auto_now_add=True)
    # Unique when given: a fact that a caller may tell twice ("this revision was published") is told once.
    # NULL when not given: NULLs may repeat, "" may not.
    key = models.CharField(max_length=150, null=True, blank=True, unique=True)

    class Meta:
        indexes = [models.Index(fields=["name", "occurred_at"], name="event_name_occurred")]

    def __str__(self) -> str:
        return f"{self.name} #{self.pk}"


class Delivery(models.Model):
    """One durable subscriber's copy of an event: due until done, visible when it fails."""

    event = models.ForeignKey(DomainEvent, on_delete=models.CASCADE, related_name="deliveries")
    subscriber = models.CharField(max_length=60)
    due_at = models.DateTimeField()
    attempts = models.PositiveIntegerField(default=0)
    error = models.TextField(blank=True)
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["event", "subscriber"], name="delivery_once")]
        indexes = [models.Index(fields=["due_at", "id"], name="delivery_due", condition=Q(done_at=None))]
        verbose_name_plural = "deliveries"

    def __str__(self) -> str:
        return f"{self.subscriber} ← {self.event_id}"

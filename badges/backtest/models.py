"""What a draft would have done: one replay of real events through it, asked for, run in the worker, kept with it."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Backtest(models.Model):
    """One rehearsal of a draft over a window of programme days. Done, it never changes; the draft may move on."""

    class State(models.TextChoices):
        """Where it stands."""

        QUEUED = "queued", _("Waits for its turn")
        RUNNING = "running", _("Runs")
        DONE = "done", _("Done")
        FAILED = "failed", _("Failed")
        CANCELLED = "cancelled", _("Stopped")

    draft = models.ForeignKey("badges.Draft", on_delete=models.PROTECT, related_name="backtests")
    # All drafts that were open then, together with this one.
    together = models.BooleanField(default=False)
    # What was tried: [{"draft": id, "version": n, "kind": ..., "subject": ..., "content": {...}}], this draft first.
    tried = models.JSONField(default=list)
    first = models.DateField(help_text=_("the first programme day of the window"))
    last = models.DateField(help_text=_("the last programme day of the window"))
    state = models.CharField(max_length=10, choices=State.choices, default=State.QUEUED)
    # Events heard so far, and how many there are to hear; 0 until it has begun.
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    asked_by = models.ForeignKey("portal.Member", on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True, blank=True)
    # The last sign of life of whoever runs it (before that: when it was handed out), and how often it was begun.
    beat_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    ended_at = models.DateTimeField(null=True, blank=True)
    error = models.CharField(max_length=300, blank=True, default="")
    engine = models.PositiveSmallIntegerField(default=0, help_text="by which reckoning the result was made")
    # Made by `badges.backtest.report`; empty until it is done.
    result = models.JSONField(default=dict)
    # [[member id, {point type: [as it was, with the draft]}]] of each member whose points differ.
    differences = models.JSONField(default=list)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["draft"], condition=Q(state__in=["queued", "running"]), name="backtest_one_at_a_time"
            ),
            models.CheckConstraint(name="backtest_window_forward", condition=Q(last__gte=models.F("first"))),
        ]
        indexes = [models.Index(fields=["draft", "-id"], name="backtest_by_draft")]

    def __str__(self) -> str:
        return f"{self.draft_id}: {self.first} to {self.last}, {self.state}"

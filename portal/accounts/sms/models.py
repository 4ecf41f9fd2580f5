"""Every text the house meant to send: the queue, the limits' count and what failed, on one row each."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class TextMessage(models.Model):
    """A text to a telephone. `body` is blanked as soon as it is worthless: sent, given up or not meant to leave."""

    class State(models.TextChoices):
        """Where it stands."""

        DUE = "due", _("Waiting to leave")
        SENT = "sent", _("Sent")
        FAILED = "failed", _("Given up")
        # A number that nobody here has is answered once a day; the other askings count and cost nothing.
        SKIPPED = "skipped", _("Not meant to leave")

    to = models.CharField(max_length=16)
    kind = models.CharField(max_length=20)
    body = models.CharField(max_length=160, blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.DUE)
    attempts = models.PositiveSmallIntegerField(default=0)
    error = models.CharField(max_length=200, blank=True)
    # Who asked, as a keyed hash of the address: enough to count, too little to follow anybody.
    asker = models.CharField(max_length=32, blank=True)
    created_at = models.DateTimeField()
    due_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["to", "-created_at"], name="text_by_number"),
            models.Index(fields=["asker", "-created_at"], name="text_by_asker"),
            models.Index(fields=["-created_at"], name="text_by_time"),
            models.Index(fields=["due_at"], name="text_due", condition=Q(state="due")),
        ]

    def __str__(self) -> str:
        return f"{self.kind}: {self.state}"


class TextDay(models.Model):
    """How many texts a programme day has seen. Its row is locked while limits are judged, so that they are exact."""

    day = models.DateField(unique=True)
    used = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.day}: {self.used}"

"""Numbered streams: what open pages have to hear, in commit order, kept so that a page that missed some can ask."""

from django.db import models


class Stream(models.Model):
    """One address, such as `room:12`. `last` is the newest number; its row lock makes the numbers gapless."""

    key = models.CharField(max_length=60, unique=True)
    last = models.PositiveBigIntegerField(default=0)

    def __str__(self) -> str:
        return self.key


class StreamEntry(models.Model):
    """One numbered change. `ref` holds ids only; what a page gets is rendered from the present state when it is sent,
    so a hidden text can never be replayed and erasing a member leaves nothing here."""

    stream = models.ForeignKey(Stream, on_delete=models.CASCADE, related_name="entries")
    number = models.PositiveBigIntegerField()
    kind = models.CharField(max_length=40)
    ref = models.JSONField(default=dict)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["stream", "number"], name="stream_number_once")]
        verbose_name_plural = "stream entries"

    def __str__(self) -> str:
        return f"{self.stream_id}#{self.number} {self.kind}"

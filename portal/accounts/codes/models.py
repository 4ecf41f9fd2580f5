"""The tries of one code. No member and no address: `key` is a keyed hash of whoever waits for it."""

from django.db import models


class CodeTries(models.Model):
    """How often a code was tried, and until when that matters. The row comes with the first try."""

    key = models.CharField(max_length=64, unique=True)
    used = models.PositiveSmallIntegerField(default=0)
    good_until = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"{self.used} until {self.good_until}"

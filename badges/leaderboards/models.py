"""Who wishes to stand on the board, whose house a post's reputation counts for, and months that are closed."""

from django.db import models


class BoardWish(models.Model):
    """A member who wishes to be seen on the board. Without a row she is on none; taking it away takes her off all."""

    member = models.OneToOneField(
        "portal.Member", on_delete=models.PROTECT, primary_key=True, related_name="board_wish"
    )
    since = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.member_id} since {self.since:%Y-%m-%d}"


class Told(models.Model):
    """In whose house something was said, by the subject that postings carry (`post:12`). Scope by its code."""

    subject = models.CharField(max_length=80, primary_key=True)
    scope = models.SlugField(max_length=60, db_index=True)

    def __str__(self) -> str:
        return f"{self.subject} in {self.scope}"


class PeriodClosed(models.Model):
    """A month of one board that is over and counted. `scope` is empty for the whole house."""

    scope = models.SlugField(max_length=60, blank=True, default="")
    month = models.DateField()
    closed_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["scope", "month"], name="period_closed_once")]

    def __str__(self) -> str:
        return f"{self.scope or 'house'} {self.month:%Y-%m}"


class Place(models.Model):
    """A member's place in a closed month. Rows do not change; those of a member who left for good are removed."""

    period = models.ForeignKey(PeriodClosed, on_delete=models.CASCADE, related_name="places")
    member = models.ForeignKey("portal.Member", on_delete=models.PROTECT, related_name="places")
    rank = models.PositiveIntegerField()
    score = models.PositiveIntegerField()
    reached_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["period", "member"], name="place_once")]
        indexes = [models.Index(fields=["period", "rank"], name="place_by_rank")]

    def __str__(self) -> str:
        return f"{self.rank}. {self.member_id}"

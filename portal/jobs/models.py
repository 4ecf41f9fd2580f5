"""Calendar jobs: which job ran for which due time."""

from django.db import models


class CronRun(models.Model):
    """A job's run for one due minute. The unique key lets two schedulers run side by side without doubling."""

    job = models.CharField(max_length=60)
    due = models.DateTimeField()
    started_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    error = models.TextField(blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["job", "due"], name="cron_run_once")]

    def __str__(self) -> str:
        return f"{self.job} @ {self.due:%Y-%m-%d %H:%M}"

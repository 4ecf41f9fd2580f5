"""The moderation log: one row an act, only added to. Triggers of the database refuse to change or delete a row."""

from django.db import models


class ModerationEntry(models.Model):
    """Who did what to which words or to whom, why, before and after. Without an actor the house itself acted.

    `member` is whom it concerns; `about` names what has no column here, such as `filter:4`.
    """

    actor = models.ForeignKey("portal.Member", null=True, on_delete=models.PROTECT, related_name="+")
    act = models.CharField(max_length=30)
    topic = models.ForeignKey("community.Topic", null=True, on_delete=models.PROTECT, related_name="+")
    post = models.ForeignKey("community.Post", null=True, on_delete=models.PROTECT, related_name="+")
    message = models.ForeignKey("community.Message", null=True, on_delete=models.PROTECT, related_name="+")
    member = models.ForeignKey("portal.Member", null=True, on_delete=models.PROTECT, related_name="+")
    about = models.CharField(max_length=60, blank=True, default="")
    reason = models.CharField(max_length=300)
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["-at", "-id"], name="log_newest"),
            models.Index(fields=["act", "-at"], name="log_by_act"),
        ]

    def __str__(self) -> str:
        return f"{self.act} by {self.actor_id}"

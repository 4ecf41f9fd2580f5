"""Who blocked whom."""

from django.db import models


class Block(models.Model):
    """`member` wants nothing to do with `blocked`. Both stay apart: neither sees the other come, go or write."""

    member = models.ForeignKey("portal.Member", on_delete=models.CASCADE, related_name="blocks")
    blocked = models.ForeignKey("portal.Member", on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["member", "blocked"], name="block_once"),
            models.CheckConstraint(condition=~models.Q(member=models.F("blocked")), name="nobody_blocks_herself"),
        ]
        indexes = [models.Index(fields=["blocked", "member"], name="block_by_blocked")]

    def __str__(self) -> str:
        return f"{self.member_id} blocked {self.blocked_id}"

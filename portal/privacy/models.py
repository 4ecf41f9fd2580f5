"""What a member asked to take along: her data as a file, for a week."""

from django.db import models

from portal.core.ids import public_id


class Export(models.Model):
    """One request for everything the house holds about a member. The file lies outside the public folder."""

    public_id = models.CharField(max_length=24, unique=True, default=public_id, editable=False)
    member = models.ForeignKey("portal.Member", on_delete=models.CASCADE, related_name="exports")
    asked_at = models.DateTimeField()
    ready_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    file = models.CharField(max_length=80, blank=True)
    size = models.PositiveBigIntegerField(default=0)

    class Meta:
        indexes = [models.Index(fields=["member", "-asked_at"], name="export_newest")]

    def __str__(self) -> str:
        return self.public_id

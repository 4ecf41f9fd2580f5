"""Circles of members by saved conditions, and who was in them from when to when."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Segment(models.Model):
    """Saved typed conditions; read only through `badges.segments.definitions`. Never deleted: rules may name it."""

    code = models.SlugField(max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=80)
    definition = models.JSONField(default=dict)
    author = models.ForeignKey("portal.Member", on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    # Raised by every change: who writes over an older one is answered 409.
    version = models.PositiveIntegerField(default=1)
    # Up to when its history is settled; nothing is written that would change what held before.
    settled_until = models.DateTimeField(null=True)

    class Meta:
        ordering = ["name", "id"]

    def __str__(self) -> str:
        return self.name


class Stay(models.Model):
    """A member in a segment from `entered_at` on, before `left_at`. Rows are only added, and closed once."""

    segment = models.ForeignKey(Segment, on_delete=models.PROTECT, related_name="stays")
    member = models.ForeignKey("portal.Member", on_delete=models.PROTECT, related_name="+")
    entered_at = models.DateTimeField()
    left_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["segment", "member"], condition=Q(left_at=None), name="stay_open_once"),
            models.CheckConstraint(
                condition=Q(left_at=None) | Q(left_at__gt=models.F("entered_at")), name="stay_ends_after_it_began"
            ),
        ]
        indexes = [models.Index(fields=["member", "segment", "entered_at"], name="stay_of_member")]

    def __str__(self) -> str:
        return f"{self.member_id} in {self.segment_id}"

"""The tree of the brand, its sub-brands and stores. Spaces, rooms and rules point here, so they need not see brand."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Scope(models.Model):
    """One node of the tree; mirrored from the brand's pages. Rows are closed (`live` off), never deleted."""

    class Kind(models.TextChoices):
        """What a node stands for."""

        BRAND = "brand", _("Brand")
        SUB_BRAND = "sub_brand", _("Sub-brand")
        STORE = "store", _("Store")

    code = models.SlugField(max_length=60, unique=True)
    kind = models.CharField(max_length=12, choices=Kind.choices)
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="children")
    name = models.CharField(max_length=120)
    live = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="scope_brand_is_root",
                condition=models.Q(kind="brand", parent=None)
                | (~models.Q(kind="brand") & models.Q(parent__isnull=False)),
            )
        ]

    def __str__(self) -> str:
        return self.name

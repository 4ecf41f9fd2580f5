"""Small public cards of objects that others refer to: a story beside a topic, a product in a post."""

from django.db import models


class Card(models.Model):
    """What others may show of a public object without knowing its model. `locale` texts are one row each."""

    kind = models.CharField(max_length=30)
    ref = models.CharField(max_length=64, help_text="the object's own identifier, such as a translation key")
    locale = models.CharField(max_length=5)
    title = models.CharField(max_length=255)
    url = models.CharField(max_length=500)
    picture = models.CharField(max_length=500, blank=True)
    # 0 is everybody; a higher number asks for that tier rank.
    visible_from_rank = models.PositiveSmallIntegerField(default=0)
    live = models.BooleanField(default=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "ref", "locale"], name="card_once")]

    def __str__(self) -> str:
        return f"{self.kind}:{self.title}"

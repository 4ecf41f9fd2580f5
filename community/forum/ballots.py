"""Tables of polls: a question in a topic, its options, and who chose what."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from community.forum.models import Topic


class Poll(models.Model):
    """A question that a topic puts to its readers. Its numbers are counted from the votes at each change."""

    class Results(models.TextChoices):
        """When its numbers are shown."""

        ALWAYS = "always", _("Everyone sees the numbers at any time")
        VOTED = "voted", _("Only after voting")
        CLOSED = "closed", _("Only after it closes")

    topic = models.OneToOneField(Topic, on_delete=models.CASCADE, related_name="poll")
    question = models.CharField(max_length=200)
    multiple = models.BooleanField(default=False)
    results = models.CharField(max_length=10, choices=Results.choices, default=Results.ALWAYS)
    # Whether the names of those who voted stay with the house; else readers see them beside each option.
    secret = models.BooleanField(default=True)
    closes_at = models.DateTimeField(null=True, blank=True)
    voter_count = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.question


class PollOption(models.Model):
    """One thing to choose."""

    poll = models.ForeignKey(Poll, on_delete=models.CASCADE, related_name="options")
    position = models.PositiveSmallIntegerField()
    text = models.CharField(max_length=120)
    votes = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["poll", "position"], name="poll_option_once")]

    def __str__(self) -> str:
        return self.text


class PollVote(models.Model):
    """One member's choice of one option."""

    poll = models.ForeignKey(Poll, on_delete=models.CASCADE, related_name="vote_rows")
    option = models.ForeignKey(PollOption, on_delete=models.CASCADE, related_name="vote_rows")
    member = models.ForeignKey("portal.Member", on_delete=models.CASCADE, related_name="+")
    # The poll takes one choice: then the database lets nobody have two.
    only = models.BooleanField(default=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["option", "member"], name="poll_vote_once"),
            models.UniqueConstraint(fields=["poll", "member"], condition=Q(only=True), name="poll_single_vote"),
        ]

    def __str__(self) -> str:
        return f"{self.member_id} chose {self.option_id}"

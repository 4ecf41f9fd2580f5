"""A member's inbox, and what she wants to hear where."""

from django.db import models
from django.db.models import Q


class Notification(models.Model):
    """One item of the inbox. Unread, there is at most one per (member, kind, subject): more of the same raises `count`.

    Texts are not stored: kind and args are rendered in the reader's language when she looks, after asking the kind
    whether she may still see it.
    """

    member = models.ForeignKey("portal.Member", on_delete=models.CASCADE, related_name="notifications")
    kind = models.CharField(max_length=40)
    subject = models.CharField(max_length=80, help_text="what it is about, such as topic:12")
    args = models.JSONField(default=dict)
    actor = models.ForeignKey("portal.Member", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    count = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True, blank=True)
    rescinded_at = models.DateTimeField(null=True, blank=True)
    mail_due_at = models.DateTimeField(null=True, blank=True)
    mailed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["member", "kind", "subject"],
                condition=Q(read_at=None, rescinded_at=None),
                name="notification_one_unread",
            )
        ]
        indexes = [
            models.Index(fields=["member", "-updated_at"], name="notification_inbox"),
            models.Index(fields=["mail_due_at"], name="notification_mail_due", condition=Q(mail_due_at__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.kind} → {self.member_id}"


class Preference(models.Model):
    """A member's wish for one kind: which channels. No row means the kind's defaults."""

    member = models.ForeignKey("portal.Member", on_delete=models.CASCADE, related_name="notification_preferences")
    kind = models.CharField(max_length=40)
    site = models.BooleanField(default=True)
    mail = models.BooleanField(default=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["member", "kind"], name="preference_once")]

    def __str__(self) -> str:
        return f"{self.member_id}: {self.kind}"


class SentMail(models.Model):
    """What left the house, by key: a job that runs twice, or dies half-way, sends once."""

    key = models.CharField(max_length=150, unique=True)
    member = models.ForeignKey("portal.Member", null=True, on_delete=models.SET_NULL, related_name="+")
    kind = models.CharField(max_length=40)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return self.key


class MailTrouble(models.Model):
    """Letters that came back. From `FULL` on nothing but letters of the entrance is sent, until the score has rested.

    A mail server that refuses the address weighs two, a full box or a server that is away weighs one.
    """

    FULL = 4

    member = models.OneToOneField("portal.Member", on_delete=models.CASCADE, primary_key=True, related_name="+")
    score = models.PositiveSmallIntegerField(default=0)
    at = models.DateTimeField(help_text="when the last one came back")

    def __str__(self) -> str:
        return f"{self.member_id}: {self.score}"

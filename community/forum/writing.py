"""Tables around a post's words: their versions, whom they name, what they quote, drafts, pictures, accepted answers."""

from django.db import models
from django.db.models import Q

from community.forum.models import Post, Topic
from portal.core.ids import public_id


class PostRevision(models.Model):
    """Words that stood in a post until they were replaced. What stands there now is in the post itself.

    A change within the grace of its own writer leaves no row. `written_at` is when these words were begun,
    `replaced_by` who wrote what came after them.
    """

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="revisions")
    # The post's `revision` when these words were replaced: it rises, with gaps where grace left none.
    number = models.PositiveIntegerField()
    title = models.CharField(max_length=200, blank=True)
    source = models.TextField(max_length=20_000)
    written_by = models.ForeignKey("portal.Member", on_delete=models.PROTECT, related_name="+")
    written_at = models.DateTimeField()
    replaced_by = models.ForeignKey("portal.Member", on_delete=models.PROTECT, related_name="+")
    replaced_at = models.DateTimeField()
    # Why a moderator changed somebody else's words.
    reason = models.CharField(max_length=300, blank=True)
    hidden_at = models.DateTimeField(null=True, blank=True)
    hidden_by = models.ForeignKey("portal.Member", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["post", "number"], name="post_revision_once")]

    def __str__(self) -> str:
        return f"{self.post_id} revision {self.number}"


class Mention(models.Model):
    """A member whom a post names with @. Only who is named for the first time is told."""

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="mentions")
    member = models.ForeignKey("portal.Member", on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["post", "member"], name="mention_once")]

    def __str__(self) -> str:
        return f"{self.post_id} names {self.member_id}"


class Quote(models.Model):
    """A post that repeats words of another: whoever may not read the source does not read them here either."""

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="quotes")
    source = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="quoted_by")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["post", "source"], name="quote_once")]

    def __str__(self) -> str:
        return f"{self.post_id} quotes {self.source_id}"


class Draft(models.Model):
    """Words that a member has not sent yet, one for each box. An emptied row keeps its sequence, so that a late save of
    words that were sent meanwhile is dropped."""

    member = models.ForeignKey("portal.Member", on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=80)
    sequence = models.PositiveBigIntegerField(default=0)
    # Which open page wrote last: two that take turns are told.
    tab = models.CharField(max_length=40, blank=True)
    title = models.CharField(max_length=200, blank=True)
    body = models.TextField(max_length=20_000, blank=True)
    saved_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["member", "key"], name="draft_once")]
        indexes = [models.Index(fields=["saved_at"], name="draft_by_age")]

    def __str__(self) -> str:
        return f"{self.member_id} {self.key}"


class Upload(models.Model):
    """A picture that a member sent for a post. Nobody but her sees it until a post shows it."""

    public_id = models.CharField(max_length=16, unique=True, default=public_id, editable=False)
    owner = models.ForeignKey("portal.Member", on_delete=models.PROTECT, related_name="+")
    # The post that shows it; its readers are the picture's readers.
    post = models.ForeignKey(Post, null=True, blank=True, on_delete=models.SET_NULL, related_name="uploads")
    file = models.CharField(max_length=200)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    size = models.PositiveIntegerField()
    alt = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["created_at"], name="upload_orphans", condition=Q(post=None)),
            models.Index(fields=["owner", "-created_at"], name="upload_by_owner"),
        ]

    def __str__(self) -> str:
        return self.public_id


class Acceptance(models.Model):
    """An answer that was chosen, and until when. One stands at a time; those before it are kept."""

    topic = models.ForeignKey(Topic, on_delete=models.CASCADE, related_name="acceptances")
    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="acceptances")
    by = models.ForeignKey("portal.Member", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.ForeignKey("portal.Member", null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["topic"], condition=Q(withdrawn_at=None), name="one_accepted_answer")
        ]

    def __str__(self) -> str:
        return f"{self.post_id} answers {self.topic_id}"

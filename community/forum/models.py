"""The forum's tables: spaces, topics, posts, reactions, and who follows what."""

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from portal.core.ids import public_id


class Space(models.Model):
    """A part of the forum with one theme and one set of rights. Texts per language stand beside the row."""

    code = models.SlugField(max_length=60, unique=True)
    scope = models.ForeignKey("portal.Scope", on_delete=models.PROTECT, related_name="+")
    position = models.PositiveSmallIntegerField(default=0)
    read_from_rank = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text=_("empty: everybody, visitors too")
    )
    write_from_rank = models.PositiveSmallIntegerField(default=0)
    staff_only = models.BooleanField(default=False)
    topic_count = models.PositiveIntegerField(default=0)
    last_posted_at = models.DateTimeField(null=True, blank=True)
    icon = models.CharField(max_length=30, default="messages-square")
    picture = models.CharField(max_length=200, blank=True, help_text=_("address of the picture on the list of spaces"))
    live = models.BooleanField(default=True)

    class Meta:
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return self.code

    @property
    def text(self) -> "SpaceText":
        """Name and description in the reader's language, else in any; selectors prefetch `texts`."""
        texts = {text.locale: text for text in self.texts.all()}
        return texts.get(get_language() or "") or next(iter(texts.values()), SpaceText(name=self.code))

    def get_absolute_url(self) -> str:
        """The space's page in the active language."""
        return reverse("community:space", args=[self.code])


class SpaceText(models.Model):
    """A space's name and description in one language."""

    space = models.ForeignKey(Space, on_delete=models.CASCADE, related_name="texts")
    locale = models.CharField(max_length=5)
    name = models.CharField(max_length=80)
    description = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["space", "locale"], name="space_text_once")]

    def __str__(self) -> str:
        return self.name


class Topic(models.Model):
    """A question or a story to talk about. Counters are denormalised and recomputed in tests."""

    public_id = models.CharField(max_length=16, unique=True, default=public_id, editable=False)
    space = models.ForeignKey(Space, on_delete=models.PROTECT, related_name="topics")
    author = models.ForeignKey("portal.Member", on_delete=models.PROTECT, related_name="topics")
    title = models.CharField(max_length=200)
    slug = models.SlugField(max_length=80, blank=True)
    tags = models.JSONField(default=list, blank=True)
    language = models.CharField(max_length=5, default="vi")
    created_at = models.DateTimeField()
    last_posted_at = models.DateTimeField()
    last_poster = models.ForeignKey("portal.Member", on_delete=models.PROTECT, related_name="+")
    # Visible replies, and the number that the next post gets (numbers are never given twice).
    reply_count = models.PositiveIntegerField(default=0)
    reaction_count = models.PositiveIntegerField(default=0)
    # Different authors of visible posts.
    people_count = models.PositiveIntegerField(default=0)
    next_number = models.PositiveIntegerField(default=1)
    pinned = models.BooleanField(default=False)
    locked = models.BooleanField(default=False)
    hidden_at = models.DateTimeField(null=True, blank=True)
    # Raised by every change of what a reader sees: the key of caches and ETags.
    version = models.PositiveIntegerField(default=1)
    key = models.CharField(max_length=100)
    body_hash = models.CharField(max_length=64)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["author", "key"], name="topic_key_once")]
        indexes = [
            models.Index(
                fields=["space", "-pinned", "-last_posted_at", "-id"], name="topic_latest", condition=Q(hidden_at=None)
            ),
            models.Index(fields=["author", "-id"], name="topic_by_author"),
            models.Index(fields=["key"], name="topic_by_key"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """The topic's first page in the active language."""
        return reverse("community:topic", args=[self.public_id, self.slug or "-"])


class Post(models.Model):
    """One contribution. `number` 1 opens the topic. Markdown is rendered once, when it is written."""

    public_id = models.CharField(max_length=16, unique=True, default=public_id, editable=False)
    topic = models.ForeignKey(Topic, on_delete=models.PROTECT, related_name="posts")
    number = models.PositiveIntegerField()
    author = models.ForeignKey("portal.Member", on_delete=models.PROTECT, related_name="posts")
    reply_to = models.ForeignKey("self", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    source = models.TextField(max_length=20_000)
    html = models.TextField()
    created_at = models.DateTimeField()
    edited_at = models.DateTimeField(null=True, blank=True)
    revision = models.PositiveIntegerField(default=1)
    hidden_at = models.DateTimeField(null=True, blank=True)
    hidden_by = models.ForeignKey("portal.Member", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    hidden_reason = models.CharField(max_length=300, blank=True)
    # Number of reactions by kind, such as {"tea": 3, "heart": 1}; recomputed in tests.
    reactions = models.JSONField(default=dict, blank=True)
    key = models.CharField(max_length=100)
    body_hash = models.CharField(max_length=64)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["topic", "number"], name="post_number_once"),
            models.UniqueConstraint(fields=["author", "key"], name="post_key_once"),
        ]
        indexes = [models.Index(fields=["author", "-id"], name="post_by_author")]

    def __str__(self) -> str:
        return f"{self.topic_id}/{self.number}"

    @property
    def is_first(self) -> bool:
        """Whether it opens its topic: the topic stands and falls with it."""
        return self.number == 1

    def get_absolute_url(self) -> str:
        """Leads to the post on whichever page of the topic it stands."""
        return reverse("community:post", args=[self.public_id])


class Reaction(models.Model):
    """One member's answer to one post without words; once per kind."""

    class Kind(models.TextChoices):
        """Drawn, never emoji."""

        TEA = "tea", _("Offer tea")
        HEART = "heart", _("I feel the same")

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="reaction_rows")
    member = models.ForeignKey("portal.Member", on_delete=models.CASCADE, related_name="reactions")
    kind = models.CharField(max_length=20, choices=Kind.choices)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["post", "member", "kind"], name="reaction_once")]
        indexes = [models.Index(fields=["member", "-created_at"], name="reaction_by_member")]

    def __str__(self) -> str:
        return f"{self.kind} on {self.post_id}"


class Watch(models.Model):
    """A member follows a topic, or wants to hear nothing of it."""

    class Level(models.TextChoices):
        """How much of it reaches her."""

        MUTED = "muted", _("Muted")
        FOLLOWING = "following", _("Following")

    topic = models.ForeignKey(Topic, on_delete=models.CASCADE, related_name="watches")
    member = models.ForeignKey("portal.Member", on_delete=models.CASCADE, related_name="watches")
    level = models.CharField(max_length=12, choices=Level.choices, default=Level.FOLLOWING)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["topic", "member"], name="watch_once")]

    def __str__(self) -> str:
        return f"{self.member_id} {self.level} {self.topic_id}"


class ReadMark(models.Model):
    """How far a member has read a topic: the highest post number seen; it only rises."""

    topic = models.ForeignKey(Topic, on_delete=models.CASCADE, related_name="read_marks")
    member = models.ForeignKey("portal.Member", on_delete=models.CASCADE, related_name="read_marks")
    last_number = models.PositiveIntegerField(default=0)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["topic", "member"], name="read_mark_once")]

    def __str__(self) -> str:
        return f"{self.member_id} read {self.topic_id} to {self.last_number}"


class ModerationEntry(models.Model):
    """The forum's part of the moderation log: who did what to which post, why, before and after. Only added to."""

    actor = models.ForeignKey("portal.Member", on_delete=models.PROTECT, related_name="+")
    act = models.CharField(max_length=30)
    topic = models.ForeignKey(Topic, on_delete=models.PROTECT, related_name="+")
    post = models.ForeignKey(Post, null=True, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=300)
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.act} by {self.actor_id}"

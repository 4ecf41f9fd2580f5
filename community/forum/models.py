"""The forum's tables: spaces, topics, posts, tags, reactions, and who follows, keeps and has read what."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from portal.core.addresses import address
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
    # Holders of the badge of this code only; empty: no badge is asked for.
    read_badge = models.CharField(max_length=60, blank=True)
    write_badge = models.CharField(max_length=60, blank=True)
    # Names of roles, each between commas (`,brand,moderator,`): whoever works here in another role is a guest like
    # everybody. Empty: all who work here.
    read_roles = models.CharField(max_length=60, blank=True)
    write_roles = models.CharField(max_length=60, blank=True)
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
        return address("community:space", self.code)

    @property
    def desk_url(self) -> str:
        """Where its keepers change it."""
        return address("forum_space", self.code)


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


class Tag(models.Model):
    """A word that topics of any space share. Two tags never look the same once accents and case are folded."""

    name = models.CharField(max_length=30)
    fold = models.CharField(max_length=60, unique=True)
    slug = models.SlugField(max_length=60, unique=True)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey("portal.Member", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        ordering = ["name", "id"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """The tag's page in the active language."""
        return address("community:tag", self.slug)


class Topic(models.Model):
    """A question or a story to talk about. Counters are denormalised and recomputed in tests."""

    class Kind(models.TextChoices):
        """What its author hopes for."""

        TALK = "talk", _("A talk")
        QUESTION = "question", _("A question")

    public_id = models.CharField(max_length=16, unique=True, default=public_id, editable=False)
    space = models.ForeignKey(Space, on_delete=models.PROTECT, related_name="topics")
    author = models.ForeignKey("portal.Member", on_delete=models.PROTECT, related_name="topics")
    title = models.CharField(max_length=200)
    slug = models.SlugField(max_length=80, blank=True)
    tags = models.ManyToManyField(Tag, blank=True, related_name="topics")
    language = models.CharField(max_length=5, default="vi")
    kind = models.CharField(max_length=10, choices=Kind.choices, default=Kind.TALK)
    # The accepted answer, while it stands.
    answer = models.ForeignKey("Post", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField()
    last_posted_at = models.DateTimeField()
    last_poster = models.ForeignKey("portal.Member", on_delete=models.PROTECT, related_name="+")
    # Visible replies, and the number that the next post gets (numbers are never given twice).
    reply_count = models.PositiveIntegerField(default=0)
    reaction_count = models.PositiveIntegerField(default=0)
    # Different authors of visible posts.
    people_count = models.PositiveIntegerField(default=0)
    next_number = models.PositiveIntegerField(default=1)
    # The highest number of a visible post: what is hidden is nobody's news.
    last_number = models.PositiveIntegerField(default=1)
    # What lists sort by, reckoned anew by the calendar (`ranking.py`) while `ranked_version` is not `version`, or while
    # there is warmth left to lose. `reader_count`: members who have opened it.
    hot_score = models.FloatField(default=0)
    top_score = models.FloatField(default=0)
    reader_count = models.PositiveIntegerField(default=0)
    ranked_version = models.PositiveIntegerField(default=0)
    pinned = models.BooleanField(default=False)
    locked = models.BooleanField(default=False)
    hidden_at = models.DateTimeField(null=True, blank=True)
    # Where its posts went when it was joined with another. It has none left, nobody reads it, its address leads there.
    merged_into = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
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
            models.Index(
                fields=["-last_posted_at", "-id"], name="topic_latest_everywhere", condition=Q(hidden_at=None)
            ),
            models.Index(fields=["-created_at", "-id"], name="topic_newest", condition=Q(hidden_at=None)),
            models.Index(fields=["-hot_score", "-id"], name="topic_hottest", condition=Q(hidden_at=None)),
            models.Index(fields=["-top_score", "-id"], name="topic_best", condition=Q(hidden_at=None)),
            models.Index(fields=["id"], name="topic_to_rank", condition=~Q(version=F("ranked_version"))),
            models.Index(fields=["id"], name="topic_warm", condition=Q(hot_score__gt=0)),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """The topic's first page in the active language."""
        return address("community:topic", self.public_id, self.slug or "-")


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
        return address("community:post", self.public_id)


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


class Level(models.IntegerChoices):
    """How much of a topic, a tag or a space reaches a member. The numbers are ordered: of several tags the highest."""

    MUTED = 0, _("Muted")
    NORMAL = 1, _("Normal")
    TRACKING = 2, _("Tracking")
    # Of a space or a tag only: she hears of new topics, not of the answers in them.
    FIRST = 3, _("Watching new topics")
    WATCHING = 4, _("Watching")


class Watch(models.Model):
    """How much of one topic a member wants to hear. Without a row its tags decide, then its space."""

    Level = Level

    topic = models.ForeignKey(Topic, on_delete=models.CASCADE, related_name="watches")
    member = models.ForeignKey("portal.Member", on_delete=models.CASCADE, related_name="watches")
    level = models.PositiveSmallIntegerField(choices=Level.choices, default=Level.TRACKING)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["topic", "member"], name="watch_once")]

    def __str__(self) -> str:
        return f"{self.member_id} {self.level} {self.topic_id}"


class TagWatch(models.Model):
    """How much of the topics with a tag a member wants to hear."""

    tag = models.ForeignKey(Tag, on_delete=models.CASCADE, related_name="watches")
    member = models.ForeignKey("portal.Member", on_delete=models.CASCADE, related_name="tag_watches")
    level = models.PositiveSmallIntegerField(choices=Level.choices)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tag", "member"], name="tag_watch_once")]

    def __str__(self) -> str:
        return f"{self.member_id} {self.level} {self.tag_id}"


class SpaceWatch(models.Model):
    """How much of a whole space a member wants to hear."""

    space = models.ForeignKey(Space, on_delete=models.CASCADE, related_name="watches")
    member = models.ForeignKey("portal.Member", on_delete=models.CASCADE, related_name="space_watches")
    level = models.PositiveSmallIntegerField(choices=Level.choices)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["space", "member"], name="space_watch_once")]

    def __str__(self) -> str:
        return f"{self.member_id} {self.level} {self.space_id}"


class Bookmark(models.Model):
    """A post that a member keeps at hand, with a note to herself and perhaps a day on which to be reminded."""

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="bookmarks")
    member = models.ForeignKey("portal.Member", on_delete=models.CASCADE, related_name="bookmarks")
    note = models.CharField(max_length=300, blank=True)
    remind_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["post", "member"], name="bookmark_once")]
        indexes = [
            models.Index(fields=["member", "-id"], name="bookmark_newest"),
            models.Index(fields=["remind_at"], name="bookmark_due", condition=Q(remind_at__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.member_id} keeps {self.post_id}"


class FeedKey(models.Model):
    """What a member's private feeds are opened with: a new nonce ends every address that was given out before."""

    member = models.OneToOneField("portal.Member", on_delete=models.CASCADE, primary_key=True, related_name="feed_key")
    nonce = models.CharField(max_length=32)
    made_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"feeds of {self.member_id}"


class ReadMark(models.Model):
    """How far a member has read a topic: the highest post number seen; it falls only when she marks it as unread."""

    topic = models.ForeignKey(Topic, on_delete=models.CASCADE, related_name="read_marks")
    member = models.ForeignKey("portal.Member", on_delete=models.CASCADE, related_name="read_marks")
    last_number = models.PositiveIntegerField(default=0)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["topic", "member"], name="read_mark_once")]

    def __str__(self) -> str:
        return f"{self.member_id} read {self.topic_id} to {self.last_number}"


class PostWords(models.Model):
    """The words of a visible post, for finding it (`portal.core.finding`). The database keeps an index over this table.

    Written by `community.forum.index` in the transaction of whatever changes the post.
    """

    post = models.OneToOneField(Post, on_delete=models.CASCADE, primary_key=True, related_name="words")
    title_fold = models.TextField(blank=True, default="")
    title_exact = models.TextField(blank=True, default="")
    body_fold = models.TextField(blank=True, default="")
    body_exact = models.TextField(blank=True, default="")

    def __str__(self) -> str:
        return f"words of post {self.post_id}"

"""What waits for a moderator, what she decided, what followed for a member, and the rules of the word filter."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portal.core.ids import public_id


class Case(models.Model):
    """One thing that waits for a moderator. Open, there is at most one per kind and subject.

    `version` rises with everything that a moderator sees of it: who acts on an older one is told what happened.
    """

    class Kind(models.TextChoices):
        """How it came here."""

        REPORTED = "reported", _("Reported")
        HELD = "held", _("Waiting words")
        APPEAL = "appeal", _("Appeal")

    class Outcome(models.TextChoices):
        """How it ended; empty while it is open."""

        OPEN = "", _("Open")
        AGREED = "agreed", _("Reports agreed with")
        DISAGREED = "disagreed", _("Reports not agreed with")
        IGNORED = "ignored", _("Laid aside")
        PUBLISHED = "published", _("Published")
        REJECTED = "rejected", _("Not published")
        WITHDRAWN = "withdrawn", _("Taken back by the author")
        UPHELD = "upheld", _("The decision stands")
        OVERTURNED = "overturned", _("The decision was lifted")

    public_id = models.CharField(max_length=16, unique=True, default=public_id, editable=False)
    kind = models.CharField(max_length=12, choices=Kind.choices)
    # post:12, message:7, member:3 (a profile), held:4, sanction:9
    subject = models.CharField(max_length=60)
    author = models.ForeignKey("portal.Member", on_delete=models.CASCADE, related_name="cases_about")
    post = models.ForeignKey("community.Post", null=True, on_delete=models.CASCADE, related_name="cases")
    message = models.ForeignKey("community.Message", null=True, on_delete=models.CASCADE, related_name="cases")
    # The words as they stood when the case was opened: an edit does not take the evidence away.
    words = models.TextField(blank=True, default="")
    score = models.FloatField(default=0)
    # Whether the reports themselves hid the words: only then does the end of the case bring them back.
    hid = models.BooleanField(default=False)
    version = models.PositiveIntegerField(default=1)
    claimed_by = models.ForeignKey("portal.Member", null=True, on_delete=models.SET_NULL, related_name="+")
    claimed_at = models.DateTimeField(null=True)
    opened_at = models.DateTimeField()
    moved_at = models.DateTimeField()
    outcome = models.CharField(max_length=12, choices=Outcome.choices, blank=True, default=Outcome.OPEN)
    settled_at = models.DateTimeField(null=True)
    settled_by = models.ForeignKey("portal.Member", null=True, on_delete=models.SET_NULL, related_name="+")
    reason = models.CharField(max_length=300, blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "subject"], condition=Q(outcome=""), name="case_one_open"),
        ]
        indexes = [
            models.Index(fields=["-score", "opened_at"], name="case_queue", condition=Q(outcome="")),
            models.Index(fields=["author", "-opened_at"], name="case_by_author"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject}"

    @property
    def is_open(self) -> bool:
        """Whether it still waits."""
        return not self.outcome


class Report(models.Model):
    """One member's report inside a case: one a member and case. Seen by moderators only."""

    class Reason(models.TextChoices):
        """What she says is wrong."""

        SPAM = "spam", _("Advertising or spam")
        RUDE = "rude", _("Rude or hurtful")
        OFF_TOPIC = "off_topic", _("Does not belong here")
        ILLEGAL = "illegal", _("Against the law")
        OTHER = "other", _("Something else")
        FILTER = "filter", _("Noticed by the word filter")

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="reports")
    # Empty for what the word filter noticed by itself.
    reporter = models.ForeignKey("portal.Member", null=True, on_delete=models.CASCADE, related_name="reports_made")
    reason = models.CharField(max_length=12, choices=Reason.choices)
    words = models.CharField(max_length=500, blank=True, default="")
    weight = models.FloatField(default=0)
    at = models.DateTimeField()
    # agreed, disagreed or ignored, once the case is settled: what her accuracy is counted from.
    outcome = models.CharField(max_length=12, blank=True, default="")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "reporter"], name="report_once")]
        indexes = [models.Index(fields=["reporter", "outcome"], name="report_accuracy")]

    def __str__(self) -> str:
        return f"{self.reason} by {self.reporter_id}"


class Held(models.Model):
    """Words that wait to be read by a moderator before anybody else sees them: new ones, which stand nowhere so far, or
    a change of what stands (`about`, as it was in `before`), of which an author has one waiting at most.

    `given` is what the author's form said; publishing hands it to the ordinary action, under the same key.
    """

    class State(models.TextChoices):
        """Where it stands."""

        WAITING = "waiting", _("Awaiting review")
        PUBLISHED = "published", _("Published")
        REJECTED = "rejected", _("Not published")
        WITHDRAWN = "withdrawn", _("Taken back")

    class Verb(models.TextChoices):
        """What it will become."""

        TOPIC = "topic", _("Topic")
        REPLY = "reply", _("Reply")
        EDIT = "edit", _("Changed post")
        MESSAGE = "message", _("Message")
        REWORD = "reword", _("Changed message")
        PROFILE = "profile", _("Words about oneself")
        NAME = "name", _("Name")

    public_id = models.CharField(max_length=16, unique=True, default=public_id, editable=False)
    author = models.ForeignKey("portal.Member", on_delete=models.CASCADE, related_name="held_words")
    verb = models.CharField(max_length=8, choices=Verb.choices)
    space = models.ForeignKey("community.Space", null=True, on_delete=models.PROTECT, related_name="+")
    topic = models.ForeignKey("community.Topic", null=True, on_delete=models.PROTECT, related_name="+")
    room = models.ForeignKey("community.Room", null=True, on_delete=models.PROTECT, related_name="+")
    # What a change is about: post:12, message:7, profile:3, name:3. Empty for new words.
    about = models.CharField(max_length=60, blank=True, default="")
    before = models.TextField(blank=True, default="")
    title = models.CharField(max_length=200, blank=True, default="")
    source = models.TextField(max_length=20_000)
    html = models.TextField()
    given = models.JSONField(default=dict)
    key = models.CharField(max_length=100)
    body_hash = models.CharField(max_length=64)
    why = models.CharField(max_length=20)
    state = models.CharField(max_length=12, choices=State.choices, default=State.WAITING)
    submitted_at = models.DateTimeField()
    edited_at = models.DateTimeField(null=True)
    # What it became, or what it changes.
    post = models.ForeignKey("community.Post", null=True, on_delete=models.SET_NULL, related_name="+")
    message = models.ForeignKey("community.Message", null=True, on_delete=models.SET_NULL, related_name="+")
    reason = models.CharField(max_length=300, blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["author", "key"], name="held_key_once"),
            models.UniqueConstraint(
                fields=["author", "about"], condition=Q(state="waiting") & ~Q(about=""), name="held_one_change"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.verb} of {self.author_id}"

    @property
    def words(self) -> str:
        """All of it as one text: a title stands first, a town last."""
        return "\n\n".join(part for part in (self.title, self.source, self.given.get("city", "")) if part)


class Sanction(models.Model):
    """What a member was told or kept from, why and until when. Lifted, never deleted."""

    class Kind(models.TextChoices):
        """From a word to a rest."""

        WARN = "warn", _("Reminder")
        SILENCE = "silence", _("Silence")
        SUSPEND = "suspend", _("Suspension")

    class Template(models.TextChoices):
        """What the house says first, in the member's language, before the moderator's own words."""

        SPAM = "spam", _("Advertising")
        RUDE = "rude", _("Hurtful words")
        OFF_TOPIC = "off_topic", _("Off the topic, again and again")
        UNSAFE = "unsafe", _("Unsafe or against the law")
        OTHER = "other", _("Something else")

    public_id = models.CharField(max_length=16, unique=True, default=public_id, editable=False)
    member = models.ForeignKey("portal.Member", on_delete=models.CASCADE, related_name="sanctions")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    template = models.CharField(max_length=12, choices=Template.choices)
    reason = models.CharField(max_length=300)
    case = models.ForeignKey(Case, null=True, on_delete=models.SET_NULL, related_name="sanctions")
    given_by = models.ForeignKey("portal.Member", null=True, on_delete=models.SET_NULL, related_name="+")
    given_at = models.DateTimeField()
    until = models.DateTimeField(null=True)
    lifted_at = models.DateTimeField(null=True)
    lifted_by = models.ForeignKey("portal.Member", null=True, on_delete=models.SET_NULL, related_name="+")
    lifted_reason = models.CharField(max_length=300, blank=True, default="")

    class Meta:
        indexes = [models.Index(fields=["member", "-given_at"], name="sanction_newest")]

    def __str__(self) -> str:
        return f"{self.kind} of {self.member_id}"


class Appeal(models.Model):
    """A member asks another moderator to look again at a sanction or at her hidden words."""

    case = models.OneToOneField(Case, on_delete=models.CASCADE, related_name="appeal")
    member = models.ForeignKey("portal.Member", on_delete=models.CASCADE, related_name="appeals")
    sanction = models.ForeignKey(Sanction, null=True, on_delete=models.CASCADE, related_name="appeals")
    # Whoever decided first may not decide about the appeal.
    decided_first_by = models.ForeignKey("portal.Member", null=True, on_delete=models.SET_NULL, related_name="+")
    words = models.CharField(max_length=1_000)
    answer = models.CharField(max_length=300, blank=True, default="")
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"appeal {self.case_id}"


class FilterRule(models.Model):
    """A word or a host that the house does not let pass unseen. What it did once is not undone when it changes."""

    class Kind(models.TextChoices):
        """What is looked for."""

        WORD = "word", _("Word or phrase")
        HOST = "host", _("Host of a link")

    class Action(models.TextChoices):
        """What happens, from the mildest to the hardest."""

        FLAG = "flag", _("Let pass, and tell moderators")
        CENSOR = "censor", _("Cover the word")
        HOLD = "hold", _("Wait for a moderator")
        BLOCK = "block", _("Refuse")

    kind = models.CharField(max_length=6, choices=Kind.choices, default=Kind.WORD)
    pattern = models.CharField(max_length=100)
    action = models.CharField(max_length=8, choices=Action.choices, default=Action.HOLD)
    note = models.CharField(max_length=200, blank=True, default="")
    active = models.BooleanField(default=True)
    version = models.PositiveIntegerField(default=1)
    changed_at = models.DateTimeField()
    changed_by = models.ForeignKey("portal.Member", null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "pattern"], name="filter_rule_once")]

    def __str__(self) -> str:
        return self.pattern

"""Keys of outside systems, and what those systems told."""

from datetime import datetime

from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.core.ids import public_id


class Scope(models.TextChoices):
    """What a key opens. A new area of the API is a new line here."""

    MEMBERS = "members:read", _("Members: name and standing")
    LINK = "members:link", _("Members: which numbers they have in other systems")
    POINTS = "points:read", _("Points: balances, statements, lots")
    TIERS = "tiers:read", _("Tiers: the ladder and where members stand")
    BADGES = "badges:read", _("Badges: all of them and whose they are")
    TELL = "events:write", _("Events: tell what happened")
    HEAR = "events:read", _("Events: what became of them")


class ApiKey(models.Model):
    """One secret of an outside system. The secret itself is nowhere kept: only its keyed hash and its beginning."""

    class Mode(models.TextChoices):
        """A key for trying answers as a live one does and leaves nothing behind."""

        LIVE = "live", _("For real")
        TEST = "test", _("For trying")

    public_id = models.CharField(max_length=16, unique=True, default=public_id, editable=False)
    name = models.CharField(_("what it is for"), max_length=80)
    maker = models.ForeignKey("portal.Member", on_delete=models.PROTECT, related_name="+")
    mode = models.CharField(_("kind"), max_length=4, choices=Mode.choices, default=Mode.LIVE)
    prefix = models.CharField(max_length=20, help_text=_("the beginning of the secret, to know it by"))
    secret_hash = models.CharField(max_length=64, unique=True)
    scopes = models.JSONField(default=list)
    # The form that made it: sent again it makes no second key.
    request_key = models.CharField(max_length=100, unique=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(_("valid until"), null=True, blank=True)
    # Written at most once a minute.
    last_used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_by = models.ForeignKey("portal.Member", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    replaced_by = models.OneToOneField("self", null=True, blank=True, on_delete=models.PROTECT, related_name="replaces")

    class Meta:
        verbose_name = _("key of the API")
        verbose_name_plural = _("keys of the API")

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix}…)"

    @property
    def opens(self) -> list[tuple[str, str]]:
        """What it opens: code and words of each scope; one that is no more is told by its code."""
        return [(code, str(dict(Scope.choices).get(code, code))) for code in self.scopes]

    def is_valid(self, at: datetime) -> bool:
        """Whether it opens anything at an instant; its last one is not included."""
        return self.revoked_at is None and (self.expires_at is None or at < self.expires_at)

    @property
    def is_test(self) -> bool:
        """Whether nothing that it does may last."""
        return self.mode == self.Mode.TEST


class IncomingEvent(models.Model):
    """One event as another system told it: one for a (source, key), for ever, with the answer that it was given.

    It becomes a fact of the house (`event`) at once, or when what it waits for is there.
    """

    class State(models.TextChoices):
        """Where it stands. Only what is accepted is a fact of the house."""

        ACCEPTED = "accepted", _("Taken")
        PARKED = "parked", _("Waits for its member or its sale")
        REVIEW = "review", _("Came too late: somebody looks at it")
        REFUSED = "refused", _("Refused")
        LAPSED = "lapsed", _("Waited too long and was erased")

    class Waits(models.TextChoices):
        """What a parked one waits for."""

        NOTHING = "", _("nothing")
        MEMBER = "member", _("its member")
        SALE = "sale", _("its sale")

    public_id = models.CharField(max_length=16, unique=True, default=public_id, editable=False)
    source = models.CharField(max_length=24)
    key = models.CharField(max_length=100)
    type = models.CharField(max_length=60)
    body_hash = models.CharField(max_length=64)
    # Sent again byte for byte, with the same status.
    answer = models.TextField()
    status = models.PositiveSmallIntegerField(default=201)
    told_with = models.ForeignKey(ApiKey, on_delete=models.PROTECT, related_name="+", db_index=False)
    state = models.CharField(max_length=8, choices=State.choices, default=State.ACCEPTED)
    waits_for = models.CharField(max_length=6, choices=Waits.choices, blank=True, default=Waits.NOTHING)
    # The keyed hash of how an unknown person was named; empty as soon as she is known.
    person = models.CharField(max_length=64, blank=True, default="")
    member = models.ForeignKey("portal.Member", null=True, on_delete=models.PROTECT, related_name="+")
    event = models.OneToOneField("portal.DomainEvent", null=True, on_delete=models.PROTECT, related_name="+")
    # What it is about, in the source's own words: an order, a survey, a place.
    thing = models.CharField(max_length=40, blank=True)
    amount = models.PositiveBigIntegerField(default=0)
    data = models.JSONField(default=dict)
    occurred_at = models.DateTimeField()
    received_at = models.DateTimeField()
    # Raised when what waited moves on: who decides over an older one is answered 409.
    version = models.PositiveIntegerField(default=1)
    decided_by = models.ForeignKey("portal.Member", null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True)
    # Why somebody decided so, or the code of what the books refused.
    reason = models.CharField(max_length=200, blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["source", "key"], name="incoming_key_once"),
            models.UniqueConstraint(
                fields=["source", "thing"], condition=models.Q(type="purchase.completed") & ~models.Q(thing=""),
                name="incoming_order_once",
            ),
            models.CheckConstraint(
                condition=models.Q(state="accepted", event__isnull=False, member__isnull=False)
                | (~models.Q(state="accepted") & models.Q(event=None)),
                name="incoming_fact_when_accepted",
            ),
        ]  # fmt: skip
        indexes = [
            models.Index(fields=["source", "thing", "type"], name="incoming_thing"),
            models.Index(fields=["person"], name="incoming_person", condition=~models.Q(person="")),
            models.Index(fields=["received_at"], name="incoming_open", condition=models.Q(event=None)),
        ]
        verbose_name_plural = "incoming events"

    def __str__(self) -> str:
        return f"{self.type} {self.source}:{self.key}"

    @property
    def shown(self) -> list[tuple[str, object]]:
        """What was told, name by name, for somebody who looks at it; of lines of a purchase only how many."""
        values = self.data.get("values", self.data)
        return [(name, len(value) if isinstance(value, list) else value) for name, value in values.items()]


class OtherNumber(models.Model):
    """What another system calls a member. A number of a system belongs to one member; she may have several."""

    system = models.CharField(max_length=24)
    number = models.CharField(max_length=60)
    member = models.ForeignKey("portal.Member", on_delete=models.PROTECT, related_name="+")
    told_with = models.ForeignKey(ApiKey, on_delete=models.PROTECT, related_name="+", db_index=False)
    linked_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["system", "number"], name="other_number_once")]

    def __str__(self) -> str:
        return f"{self.system}:{self.number}"

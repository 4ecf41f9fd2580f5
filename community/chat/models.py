"""The chat's tables: rooms, who is in them, messages."""

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.core.ids import public_id


class Room(models.Model):
    """A place to talk live. Its stream `room:<id>` numbers every change, edits and removals included.

    The rights to a room of a space are the space's; a direct one belongs to the two to twenty people who have a seat in
    it; any other is opened by the house.
    """

    class Kind(models.TextChoices):
        """What a room belongs to."""

        FREE = "free", _("A room of the house")
        SPACE = "space", _("The room of a space")
        DIRECT = "direct", _("A conversation of a few")

    class History(models.TextChoices):
        """How far back a member reads."""

        FULL = "full", _("Everything that was ever said")
        SINCE_JOINING = "since", _("What is said from the day somebody sits down")

    code = models.SlugField(max_length=60, unique=True)
    kind = models.CharField(max_length=8, choices=Kind.choices, default=Kind.FREE)
    space = models.OneToOneField(
        "community.Space", null=True, blank=True, on_delete=models.CASCADE, related_name="room"
    )
    history = models.CharField(max_length=8, choices=History.choices, default=History.FULL)
    # Who sits in a direct conversation, so that the same people find the one they have.
    people = models.CharField(max_length=64, unique=True, null=True, blank=True, editable=False)
    scope = models.ForeignKey("portal.Scope", on_delete=models.PROTECT, related_name="+")
    position = models.PositiveSmallIntegerField(default=0)
    from_rank = models.PositiveSmallIntegerField(default=0, help_text=_("lowest tier rank that may enter"))
    staff_only = models.BooleanField(default=False)
    icon = models.CharField(max_length=30, default="house")
    live = models.BooleanField(default=True)
    # The newest message's number: given out under this row's lock, so that numbers have no gap.
    last_number = models.PositiveBigIntegerField(default=0)
    last_message_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["position", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="space", space__isnull=False) | (~Q(kind="space") & Q(space=None)),
                name="room_of_a_space_has_one",
            ),
            models.CheckConstraint(
                condition=Q(kind="direct", people__isnull=False) | (~Q(kind="direct") & Q(people=None)),
                name="direct_room_knows_its_people",
            ),
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def desk_url(self) -> str:
        """Where its keepers change it."""
        return reverse("chat_room", args=[self.code])

    @property
    def is_direct(self) -> bool:
        """Whether it is a conversation of a few, and nobody else's business."""
        return self.kind == self.Kind.DIRECT

    @property
    def begins_with_seat(self) -> bool:
        """Whether each reads only what was said since she sat down."""
        return self.history == self.History.SINCE_JOINING

    @property
    def stream(self) -> str:
        """The name of its stream, which is also the subject of notifications about it."""
        return f"room:{self.pk}"


class RoomText(models.Model):
    """A room's name and purpose in one language."""

    room = models.ForeignKey(Room, on_delete=models.CASCADE, related_name="texts")
    locale = models.CharField(max_length=5)
    name = models.CharField(max_length=80)
    description = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["room", "locale"], name="room_text_once")]

    def __str__(self) -> str:
        return self.name


class Message(models.Model):
    """One message. A removed one keeps its place.

    `number` is its place, gapless and in commit order: in the room, or among the replies under the same message
    (`parent`; replies have none of their own).
    """

    public_id = models.CharField(max_length=16, unique=True, default=public_id, editable=False)
    room = models.ForeignKey(Room, on_delete=models.PROTECT, related_name="messages")
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="replies")
    number = models.PositiveBigIntegerField()
    author = models.ForeignKey("portal.Member", on_delete=models.PROTECT, related_name="messages")
    source = models.TextField(max_length=4_000)
    html = models.TextField()
    # What is looked for: folded, so that "duoc" finds "được". Emptied with the words.
    folded = models.TextField(blank=True, default="")
    created_at = models.DateTimeField()
    edited_at = models.DateTimeField(null=True, blank=True)
    removed_at = models.DateTimeField(null=True, blank=True)
    removed_by = models.ForeignKey("portal.Member", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    removed_reason = models.CharField(max_length=200, blank=True)
    # When the words of a removed message were deleted for moderators too.
    purged_at = models.DateTimeField(null=True, blank=True)
    pinned_at = models.DateTimeField(null=True, blank=True)
    pinned_by = models.ForeignKey("portal.Member", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    # The last reply's number and time, and how many of them stand.
    last_reply = models.PositiveIntegerField(default=0)
    reply_count = models.PositiveIntegerField(default=0)
    replied_at = models.DateTimeField(null=True, blank=True)
    # Ids of those who reacted, by kind, in their order: {"tea": [7, 12]}. Drawn from the rows under the room's lock.
    reactions = models.JSONField(default=dict, blank=True)
    key = models.CharField(max_length=100)
    body_hash = models.CharField(max_length=64)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["room", "number"], condition=Q(parent=None), name="message_number_once"),
            models.UniqueConstraint(
                fields=["parent", "number"], condition=Q(parent__isnull=False), name="reply_number_once"
            ),
            models.UniqueConstraint(fields=["author", "key"], name="message_key_once"),
        ]
        indexes = [
            models.Index(fields=["author", "created_at"], name="message_by_author"),
            models.Index(fields=["room", "-pinned_at"], name="message_pinned", condition=Q(pinned_at__isnull=False)),
            models.Index(fields=["room", "-id"], name="message_newest"),
            models.Index(
                fields=["removed_at"], name="message_to_purge", condition=Q(removed_at__isnull=False, purged_at=None)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.room_id}/{self.number}"

    @property
    def is_reply(self) -> bool:
        """Whether it stands under another message."""
        return self.parent_id is not None


class ChatPicture(models.Model):
    """A picture in a message, encoded anew by us. One that no message took within two days is swept away."""

    public_id = models.CharField(max_length=16, unique=True, default=public_id, editable=False)
    room = models.ForeignKey(Room, on_delete=models.CASCADE, related_name="+")
    owner = models.ForeignKey("portal.Member", on_delete=models.CASCADE, related_name="+")
    message = models.ForeignKey(Message, null=True, blank=True, on_delete=models.CASCADE, related_name="pictures")
    file = models.CharField(max_length=120)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    words = models.CharField(max_length=300, blank=True, help_text=_("what is on it, for who cannot see it"))
    at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["at"], name="chat_picture_waiting", condition=Q(message=None))]

    def __str__(self) -> str:
        return self.file


class MessageReaction(models.Model):
    """One member's answer to one message without words; once per kind."""

    class Kind(models.TextChoices):
        """Drawn, never emoji: the same two as in the forum."""

        TEA = "tea", _("Offer tea")
        HEART = "heart", _("I feel the same")

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="reaction_rows")
    member = models.ForeignKey("portal.Member", on_delete=models.CASCADE, related_name="message_reactions")
    kind = models.CharField(max_length=20, choices=Kind.choices)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["message", "member", "kind"], name="message_reaction_once")]

    def __str__(self) -> str:
        return f"{self.kind} on {self.message_id}"


class ChatMention(models.Model):
    """Somebody named in a message: told once, whatever is changed in it later."""

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="mentions")
    member = models.ForeignKey("portal.Member", on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["message", "member"], name="chat_mention_once")]

    def __str__(self) -> str:
        return f"{self.member_id} in {self.message_id}"


class Seat(models.Model):
    """A member's place in a room: how far she has read (it only rises). To a conversation it is the right."""

    room = models.ForeignKey(Room, on_delete=models.CASCADE, related_name="seats")
    member = models.ForeignKey("portal.Member", on_delete=models.CASCADE, related_name="seats")
    last_read = models.PositiveBigIntegerField(default=0)
    joined_at = models.DateTimeField()
    # Where the room's history begins for her, when it begins with her seat.
    from_number = models.PositiveBigIntegerField(default=0)
    # She wants no counts of it, and to hear only when she is named.
    muted = models.BooleanField(default=False)
    # She left a conversation of several.
    left_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["room", "member"], name="seat_once")]
        indexes = [models.Index(fields=["member", "room"], name="seat_by_member")]

    def __str__(self) -> str:
        return f"{self.member_id} in {self.room_id}"


class ThreadSeat(models.Model):
    """A member's place under one message: whether she follows the replies, and how far she has read them."""

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="thread_seats")
    member = models.ForeignKey("portal.Member", on_delete=models.CASCADE, related_name="thread_seats")
    following = models.BooleanField(default=True)
    last_read = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["message", "member"], name="thread_seat_once")]

    def __str__(self) -> str:
        return f"{self.member_id} under {self.message_id}"


class ChatDay(models.Model):
    """A programme day on which a member talked: tells the first message of the day from the rest."""

    member = models.ForeignKey("portal.Member", on_delete=models.CASCADE, related_name="chat_days")
    day = models.DateField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["member", "day"], name="chat_day_once")]

    def __str__(self) -> str:
        return f"{self.member_id} on {self.day}"

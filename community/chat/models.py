"""The chat's tables: rooms, who is in them, messages."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.core.ids import public_id


class Room(models.Model):
    """A place to talk live. Its stream `room:<id>` numbers every change, edits and removals included."""

    code = models.SlugField(max_length=60, unique=True)
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

    def __str__(self) -> str:
        return self.code


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
    """One message. `number` is its place in the room, gapless and in commit order. A removed one keeps its place."""

    public_id = models.CharField(max_length=16, unique=True, default=public_id, editable=False)
    room = models.ForeignKey(Room, on_delete=models.PROTECT, related_name="messages")
    number = models.PositiveBigIntegerField()
    author = models.ForeignKey("portal.Member", on_delete=models.PROTECT, related_name="messages")
    source = models.TextField(max_length=4_000)
    html = models.TextField()
    created_at = models.DateTimeField()
    edited_at = models.DateTimeField(null=True, blank=True)
    removed_at = models.DateTimeField(null=True, blank=True)
    removed_by = models.ForeignKey("portal.Member", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    removed_reason = models.CharField(max_length=200, blank=True)
    key = models.CharField(max_length=100)
    body_hash = models.CharField(max_length=64)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["room", "number"], name="message_number_once"),
            models.UniqueConstraint(fields=["author", "key"], name="message_key_once"),
        ]
        indexes = [models.Index(fields=["author", "created_at"], name="message_by_author")]

    def __str__(self) -> str:
        return f"{self.room_id}/{self.number}"


class Seat(models.Model):
    """A member's place in a room: how far she has read; it only rises."""

    room = models.ForeignKey(Room, on_delete=models.CASCADE, related_name="seats")
    member = models.ForeignKey("portal.Member", on_delete=models.CASCADE, related_name="seats")
    last_read = models.PositiveBigIntegerField(default=0)
    joined_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["room", "member"], name="seat_once")]

    def __str__(self) -> str:
        return f"{self.member_id} in {self.room_id}"


class ChatDay(models.Model):
    """A programme day on which a member talked: tells the first message of the day from the rest."""

    member = models.ForeignKey("portal.Member", on_delete=models.CASCADE, related_name="chat_days")
    day = models.DateField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["member", "day"], name="chat_day_once")]

    def __str__(self) -> str:
        return f"{self.member_id} on {self.day}"

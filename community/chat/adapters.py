"""Spaces get their rooms: whoever makes a space, on a page, in the workshop or in the demo, makes its room with it."""

from typing import Any

from django.db.models.signals import post_save
from django.dispatch import receiver

from community.chat import actions


@receiver(post_save, sender="community.Space", dispatch_uid="trian-room-of-a-space")
def space_saved(sender: Any, instance: Any, raw: bool = False, **signal: Any) -> None:
    """One room a space, in its order and under its brand; its name and its rights are the space's own."""
    if not raw:
        actions.follow_space(space=instance)

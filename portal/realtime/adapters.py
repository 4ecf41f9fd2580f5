"""Foreign signals: a session that ends, however it ends, makes the sockets opened under it prove their rights."""

from typing import Any

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session
from django.db.models.signals import post_delete
from django.dispatch import receiver

from portal.core.clock import now
from portal.realtime.recording import recheck


@receiver(post_delete, sender=Session, dispatch_uid="trian-session-ended")
def session_ended(sender: type[Session], instance: Session, **signal: Any) -> None:
    """Sign-out, "end my other sessions", a new session key at sign-in, a password change: all delete the row.

    Sessions that had run out by themselves are left to the check that each socket passes every minute.
    """
    if instance.expire_date <= now():
        return
    member_id = instance.get_decoded().get(SESSION_KEY)
    if member_id is not None and str(member_id).isdigit():
        recheck(int(member_id))

"""How long a session lives: it ends when it was not used for a while, and in any case after a long while.

Both ends are one thing to the database: the session row's `expire_date`. Django and the sockets ask for it at each
look, so no request has to reckon, and nothing that reads a page writes the session more than once an hour.
"""

from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.signals import authentication_step_completed
from allauth.usersessions.models import UserSession
from django.contrib.auth.signals import user_logged_in
from django.core.cache import cache
from django.dispatch import receiver
from django.http import HttpRequest

from portal.accounts.models import Member
from portal.accounts.roles import works_here
from portal.core import clock
from portal.core.shared_cache import AWAY

IDLE = timedelta(days=30)
LONGEST = timedelta(days=180)
LONGEST_OF_STAFF = timedelta(hours=12)
NOTED_EVERY = timedelta(hours=1)
HERE_EVERY = 120
ENTERED, SEEN = "entered_at", "seen_at"


def settle(session: Any, member: Member, *, at: datetime) -> None:
    """Sets when this session ends if nothing more is heard of it; whoever works here by now has a short day."""
    entered = datetime.fromtimestamp(session.setdefault(ENTERED, at.timestamp()), UTC)
    longest = LONGEST_OF_STAFF if works_here(member) else LONGEST
    session[SEEN] = at.timestamp()
    session.set_expiry(min(at + IDLE, entered + longest))


def note_use(request: HttpRequest, member: Member, *, at: datetime) -> None:
    """At most once an hour: moves the idle end of the session, and tells the list of devices when it was last seen.

    Between two of those, at most every two minutes and in each process, only the time: letters ask whether she is here.
    """
    session = request.session
    if at.timestamp() - session.get(SEEN, 0) < NOTED_EVERY.total_seconds():
        _note_presence(session.session_key, at)
        return
    settle(session, member, at=at)
    agent = request.META.get("HTTP_USER_AGENT", "")[: UserSession._meta.get_field("user_agent").max_length]
    UserSession.objects.filter(session_key=session.session_key).update(
        last_seen_at=at, user_agent=agent, ip=get_adapter().get_client_ip(request)
    )


def _note_presence(session_key: str | None, at: datetime) -> None:
    with suppress(*AWAY):  # without the cache it is the hourly note that counts
        if cache.add(f"here:{session_key}", 1, HERE_EVERY):
            UserSession.objects.filter(session_key=session_key, last_seen_at__lt=at).update(last_seen_at=at)


@receiver(user_logged_in, dispatch_uid="trian-session-begins")
def begin(sender: type, request: HttpRequest, user: Member, **signal: Any) -> None:
    """A sign-in begins a life of its own, whatever the visitor's session was before."""
    request.session.pop(ENTERED, None)
    settle(request.session, user, at=clock.now())


@receiver(authentication_step_completed, dispatch_uid="trian-new-id-at-second-factor")
def new_id_at_second_factor(sender: type, request: HttpRequest, method: str, **signal: Any) -> None:
    """A session that rises by a second factor gets a new id, as at sign-in (which brings one of its own)."""
    if method != "mfa" or not request.user.is_authenticated or request.session.session_key is None:
        return
    before = request.session.session_key
    request.session.cycle_key()
    UserSession.objects.filter(session_key=before).update(session_key=request.session.session_key)

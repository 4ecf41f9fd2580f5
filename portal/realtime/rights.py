"""Who sits behind a socket, and whether she still may: asked at the start, every minute and after each `recheck`."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY, get_user_model
from django.utils.crypto import constant_time_compare
from django.utils.module_loading import import_string

from portal.realtime import rules, streams

if TYPE_CHECKING:
    from portal.accounts.models import Member


# What else a session must hold, said by those who know (accounts: staff have shown a second factor).
_demands: list[Callable[["Member", Any], bool]] = []


def demand(holds: Callable[["Member", Any], bool]) -> None:
    """Adds a condition on (member, session) without which no socket of hers opens or stays open."""
    _demands.append(holds)


# Who stays apart from whom, and who sits unseen, said by those who know (accounts).
_apart: list[Callable[[int], frozenset[int]]] = []
_unseen: list[Callable[[int], bool]] = []


def keep_apart(others: Callable[[int], frozenset[int]]) -> None:
    """Adds who it is that a member shall not see come, go or write. Call `recheck` when the answer changes."""
    _apart.append(others)


def let_sit_unseen(wishes: Callable[[int], bool]) -> None:
    """Adds who wants to be present nowhere. Call `recheck` when the answer changes."""
    _unseen.append(wishes)


@dataclass(frozen=True)
class Checked:
    """The answer for one socket: `code` 0 = may stay; `gone` = streams that may no longer be heard.

    `apart` are members whose coming, going and writing this socket is not told; `unseen`: she is told of nowhere.
    """

    code: int
    name: str = ""
    muted_until: datetime | None = None
    gone: frozenset[str] = frozenset()
    apart: frozenset[int] = frozenset()
    unseen: bool = False


def check(member_id: int | None, session_key: str, names: set[str], at: datetime) -> Checked:
    """Asks everything again from the database: session, member, and the audience of each stream."""
    if member_id is None:
        return Checked(0, gone=_lost(None, names))
    member = find_member(member_id)
    if member is None or not _session_holds(member, session_key):
        return Checked(rules.SIGNED_OUT)
    if not may_connect(member, at):
        return Checked(rules.FORBIDDEN)
    standing = getattr(member, "standing", None)
    name = standing.name if standing is not None else member.name
    return Checked(
        0,
        name=name,
        muted_until=member.muted_until,
        gone=_lost(member, names),
        apart=frozenset().union(*(others(member.pk) for others in _apart)),
        unseen=any(wishes(member.pk) for wishes in _unseen),
    )


def find_member(member_id: int | None) -> "Member | None":
    """The member as she is now."""
    if member_id is None:
        return None
    return get_user_model()._default_manager.select_related("standing").filter(pk=member_id).first()


def may_connect(member: "Member", at: datetime) -> bool:
    """Whether the account is open and not suspended."""
    return member.is_active and not (member.suspended_until is not None and member.suspended_until > at)


def _lost(viewer: "Member | None", names: set[str]) -> frozenset[str]:
    return frozenset(name for name in names if not streams.may_hear(viewer, name))


def _session_holds(member: "Member", session_key: str) -> bool:
    """As Django's own middleware asks at each request: the row is there, is hers, and its hash fits her secret."""
    if not session_key:
        return False
    engine = import_string(f"{settings.SESSION_ENGINE}.SessionStore")
    session = engine(session_key)
    return (
        session.get(SESSION_KEY) == str(member.pk)
        and session.get(BACKEND_SESSION_KEY) in settings.AUTHENTICATION_BACKENDS
        and constant_time_compare(session.get(HASH_SESSION_KEY, ""), member.get_session_auth_hash())
        and all(holds(member, session) for holds in _demands)
    )

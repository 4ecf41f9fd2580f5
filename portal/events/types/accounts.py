"""Facts about members, told by portal.accounts."""

from dataclasses import dataclass
from typing import ClassVar

from portal.events.types.base import Event


@dataclass(frozen=True, kw_only=True)
class MemberJoined(Event):
    """A member confirmed her address for the first time."""

    name: ClassVar[str] = "member_joined"
    member: int


@dataclass(frozen=True, kw_only=True)
class MemberInvited(Event):
    """Somebody who joined came by a member's invitation."""

    name: ClassVar[str] = "member_invited"
    member: int
    invited_by: int
    invitation: int


@dataclass(frozen=True, kw_only=True)
class StandingChanged(Event):
    """A member's name chip changed: name, face, tier or badge marks."""

    name: ClassVar[str] = "standing_changed"
    member: int
    tier: str


@dataclass(frozen=True, kw_only=True)
class MemberSanctioned(Event):
    """A member's right to write, or to be here, was taken or given back; `until` is ISO text, empty when lifted."""

    name: ClassVar[str] = "member_sanctioned"
    member: int
    kind: str
    until: str = ""


@dataclass(frozen=True, kw_only=True)
class AccountOpened(Event):
    """A shop opened an account by telephone number; nobody has claimed it yet. `way` says where, such as store."""

    name: ClassVar[str] = "account_opened"
    member: int
    way: str


@dataclass(frozen=True, kw_only=True)
class AccountsMerged(Event):
    """Two accounts of one person became one: all that `closed` had belongs to `kept`."""

    name: ClassVar[str] = "accounts_merged"
    kept: int
    closed: int


@dataclass(frozen=True, kw_only=True)
class ProfileCompleted(Event):
    """A member told name, face, a word about herself, language and zone for the first time; once for a member."""

    name: ClassVar[str] = "profile_completed"
    member: int


@dataclass(frozen=True, kw_only=True)
class MemberLeft(Event):
    """A member asked to leave; until her days of grace are over she may come back."""

    name: ClassVar[str] = "member_left"
    member: int


@dataclass(frozen=True, kw_only=True)
class MemberReturned(Event):
    """A member who had asked to leave came back in time."""

    name: ClassVar[str] = "member_returned"
    member: int


@dataclass(frozen=True, kw_only=True)
class PrivacyChanged(Event):
    """A member changed who may see which part of her page."""

    name: ClassVar[str] = "privacy_changed"
    member: int


@dataclass(frozen=True, kw_only=True)
class ZoneChanged(Event):
    """A member chose another time zone; both are names of the tz database."""

    name: ClassVar[str] = "zone_changed"
    member: int
    old: str
    new: str

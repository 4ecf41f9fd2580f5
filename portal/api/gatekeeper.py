"""Who asks, how often, and for what: the checks before every operation, in this order."""

from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.api.actions import note_use
from portal.api.models import ApiKey
from portal.api.permissions import ScopeMissing, can_use
from portal.api.selectors import key_behind
from portal.core.clock import now
from portal.core.errors import DomainError
from portal.core.limits import Limit, Room, count

MINUTE = 60
LARGEST_BODY = 1024 * 1024
BODIES = ("POST", "PUT", "PATCH")


class KeyRefused(DomainError):
    """No key, an unknown one, or one that has ended: nobody is told which."""

    code, status = "key_refused", 401
    message = gettext_lazy("This needs a valid key, as X-API-Key or as Authorization: Bearer.")


class WrongType(DomainError):
    """A body that is not JSON by its own account."""

    code, status, message = "wrong_type", 415, gettext_lazy("Please send JSON, as Content-Type: application/json.")


class TooLarge(DomainError):
    """A body beyond `LARGEST_BODY` bytes."""

    code, status, message = "too_large", 413, gettext_lazy("That is too much at once: 1 MB at most.")


@dataclass
class Caller:
    """Whoever asks, once her key was found good."""

    key: ApiKey
    room: Room | None


def caller_of(request: HttpRequest) -> Caller | None:
    """Who asks; None before the key was checked."""
    found: Caller | None = getattr(request, "api_caller", None)
    return found


def key_of(request: HttpRequest) -> ApiKey:
    """The key of who asks, inside an operation: nothing is served before it was looked at."""
    caller = caller_of(request)
    assert caller is not None
    return caller.key


class Needs:
    """django-ninja's `auth=`: a valid key with this scope and room in its minute; then a body that can be read."""

    def __init__(self, scope: str) -> None:
        self.scope = scope

    def __call__(self, request: HttpRequest) -> Caller:
        """Raises KeyRefused, TooMany, ScopeMissing, WrongType, TooLarge. Side effects: counts, notes the use."""
        at = now()
        key = key_behind(_secret_of(request))
        if key is None or not key.is_valid(at):
            raise KeyRefused
        caller = Caller(key, None)
        request.api_caller = caller  # type: ignore[attr-defined]  # an attribute of our own
        if settings.API_RATE:
            caller.room = count(Limit("api", settings.API_RATE, MINUTE), key.pk)
            caller.room.check()
        if not can_use(key, self.scope):
            raise ScopeMissing(_("This key does not open “%(scope)s”.") % {"scope": self.scope})
        note_use(key, at=at)
        _check_body(request)
        return caller


def _secret_of(request: HttpRequest) -> str:
    told = request.headers.get("X-API-Key", "")
    if told:
        return told
    kind, _space, rest = request.headers.get("Authorization", "").partition(" ")
    return rest.strip() if kind.lower() == "bearer" else ""


def _check_body(request: HttpRequest) -> None:
    if request.method not in BODIES:
        return
    if request.content_type != "application/json":
        raise WrongType
    told = request.META.get("CONTENT_LENGTH") or "0"
    if (told.isdigit() and int(told) > LARGEST_BODY) or len(request.body) > LARGEST_BODY:
        raise TooLarge

"""Refusals that a person can read. Actions raise them; all edges (page, fragment, socket, API) translate them alike."""

from typing import Any

from django.utils.translation import gettext_lazy as _


class DomainError(Exception):
    """An act that the house refuses. `message` is for the member, `code` for programs, `status` for HTTP."""

    code = "refused"
    status = 422
    message: Any = _("That cannot be done.")

    def __init__(self, message: Any = None, *, code: str | None = None, **details: Any) -> None:
        if message is not None:
            self.message = message
        if code is not None:
            self.code = code
        self.details = details
        super().__init__(self.code)

    def __str__(self) -> str:
        return str(self.message)


class NotFound(DomainError):
    """The object does not exist for this viewer: unknown, hidden and foreign look the same."""

    code, status, message = "not_found", 404, _("We could not find that.")


class SignInRequired(DomainError):
    """Only members may do this; the edge offers the door."""

    code, status, message = "sign_in_required", 401, _("Please sign in first.")


class Forbidden(DomainError):
    """The viewer sees the object but may not do this to it."""

    code, status, message = "forbidden", 403, _("You may not do that here.")


class Invalid(DomainError):
    """The input is wrong; `field` (in details) names where."""

    code, status, message = "invalid", 422, _("Something in the form is not right.")


class Conflict(DomainError):
    """The state moved on, or an idempotency key came back with another body."""

    code, status, message = "conflict", 409, _("This changed meanwhile. Please look again.")


class KeyReused(Conflict):
    """An idempotency key was sent again with another body: nothing was written."""

    code, message = "key_reused", _("This was already sent with other words. Reload the page and try again.")


class TooMany(DomainError):
    """A limit was reached; `retry_after` (seconds, in details) says when it opens again."""

    code, status, message = "too_many", 429, _("That was a little fast. Please wait a moment.")

    def __init__(self, message: Any = None, *, retry_after: int = 1, **details: Any) -> None:
        super().__init__(message, retry_after=retry_after, **details)
        self.retry_after = retry_after


class Waits(DomainError):
    """No refusal: the words were taken and wait for a moderator. `url` (in details) leads to where they wait."""

    code, status, message = "waits", 202, _("Your words are kept. A moderator reads them before others do.")

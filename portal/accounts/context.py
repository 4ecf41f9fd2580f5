"""What every page of a signed-in member says of new terms, and what the entrance says of those in force."""

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from portal.accounts import terms
from portal.accounts.viewers import viewer

# The version that she put off; it is asked for again at her next visit, for a visit is a session.
LATER = "terms_later"


def terms_to_agree(request: HttpRequest) -> dict[str, Any]:
    """Context processor: `terms_to_agree` is the version to ask for, "" where there is nothing to ask.

    `terms_wait`: whether writing waits for her yes, put off or not; `terms_now`: the terms in force.
    """

    def ask() -> str:
        member = viewer(request)
        if member is None or not terms.must_agree(member):
            return ""
        version = terms.in_force().version
        return "" if request.session.get(LATER) == version else version

    def waits() -> bool:
        member = viewer(request)
        return member is not None and terms.must_agree(member)

    return {
        "terms_to_agree": SimpleLazyObject(ask),
        "terms_wait": SimpleLazyObject(waits),
        "terms_now": SimpleLazyObject(terms.in_force),
    }

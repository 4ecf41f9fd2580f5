"""What every page of a signed-in member shows of her purse."""

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from badges import api as badges
from portal.accounts.viewers import viewer


def purse(request: HttpRequest) -> dict[str, Any]:
    """Context processor: `balance`, read only when a template asks; empty for a visitor."""

    def read() -> dict[str, int]:
        member = viewer(request)
        return badges.balance(member.pk) if member else {}

    return {"balance": SimpleLazyObject(read)}

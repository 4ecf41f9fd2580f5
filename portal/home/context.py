"""What every page of a signed-in member shows of her purse, and of badges that she was just given."""

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


def moments(request: HttpRequest) -> dict[str, Any]:
    """Context processor: `fresh_badges`, whose moment was not shown yet. The layout asks only when the bell has one."""

    def read() -> list[dict[str, Any]]:
        member = viewer(request)
        return badges.fresh_badges(member.pk) if member else []

    return {"fresh_badges": SimpleLazyObject(read)}

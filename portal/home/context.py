"""What every page of a signed-in member shows of her purse, and of badges that she was just given."""

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from badges import api as badges
from portal.accounts.viewers import viewer


def purse(request: HttpRequest) -> dict[str, Any]:
    """Context processor: `balance`, and `fresh_badges` whose moment was not shown yet; empty for a visitor.

    Both are read only when a template asks; the layout asks for badges only when the bell has one.
    """

    def read() -> dict[str, int]:
        member = viewer(request)
        return badges.balance(member.pk) if member else {}

    def fresh() -> list[dict[str, Any]]:
        member = viewer(request)
        return badges.fresh_badges(member.pk) if member else []

    return {"balance": SimpleLazyObject(read), "fresh_badges": SimpleLazyObject(fresh)}

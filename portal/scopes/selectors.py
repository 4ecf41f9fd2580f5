"""Reads of the tree of scopes."""

from portal.core.errors import NotFound
from portal.scopes.models import Scope


def scope_by_code(code: str) -> Scope:
    """The live scope of that code; raises NotFound for unknown and closed ones."""
    scope = Scope.objects.filter(code=code, live=True).first()
    if scope is None:
        raise NotFound
    return scope


def brand() -> Scope | None:
    """The root of the tree: the brand itself, or None before it is mirrored."""
    return Scope.objects.filter(kind=Scope.Kind.BRAND).order_by("pk").first()


def with_descendants(scope: Scope) -> set[int]:
    """Ids of a scope and everything below it. The tree is small: it is read whole, in one query."""
    children: dict[int | None, list[int]] = {}
    for pk, parent in Scope.objects.values_list("pk", "parent_id"):
        children.setdefault(parent, []).append(pk)
    found, waiting = set(), [scope.pk]
    while waiting:
        pk = waiting.pop()
        if pk not in found:
            found.add(pk)
            waiting += children.get(pk, [])
    return found

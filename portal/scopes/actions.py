"""Writes of the tree of scopes. Brand's adapters call them when a page of the tree changes."""

from django.db import transaction

from portal.core.errors import Conflict
from portal.scopes import selectors
from portal.scopes.models import Scope


@transaction.atomic
def mirror(*, code: str, kind: str, name: str, parent: Scope | None = None, live: bool = True) -> Scope:
    """Makes the scope of that code look like this. Idempotent; rows are closed (`live=False`), never deleted.

    Raises Conflict when the parent lies below the scope itself, which would cut a ring out of the tree.
    """
    existing = Scope.objects.select_for_update().filter(code=code).first()
    if existing is None:
        return Scope.objects.create(code=code, kind=kind, name=name, parent=parent, live=live)
    if parent is not None and parent.pk in selectors.with_descendants(existing):
        raise Conflict(code="scope_ring")
    existing.kind, existing.name, existing.parent, existing.live = kind, name, parent, live
    existing.save()
    return existing

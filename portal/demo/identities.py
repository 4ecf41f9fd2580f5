"""How the demo's brands look: the brand itself, and three sub-brands that keep most of it and change what is theirs."""

from typing import Any

from brand.identity.actions import publish_identity
from portal.demo import files
from portal.scopes.models import Scope


def publish() -> None:
    """Publishes each brand's look, as the house itself. Runs after the scopes are there; idempotent."""
    looks: dict[str, dict[str, Any]] = files.identities()
    for code, values in looks.items():
        publish_identity(actor=None, scope=Scope.objects.get(code=code), values=values)

"""Which services may be used: those that the settings give an id and a secret."""

from allauth.socialaccount.providers import registry
from django.conf import settings


def services() -> list[dict[str, str]]:
    """The services that are configured, in the order of the settings: id, name and our own neutral mark."""
    known = ((name, registry.get_class(name)) for name in settings.SOCIALACCOUNT_PROVIDERS)
    return [{"id": name, "name": found.name, "mark": f"service-{name}"} for name, found in known if found is not None]

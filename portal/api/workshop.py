"""What the workshop shows of the API: an entry in its menu, addresses, and how its log tells of keys."""

from django.http import HttpRequest
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.log_actions import LogActionRegistry, LogFormatter

from portal.accounts.viewers import viewer
from portal.api import actions, permissions, reviewing
from portal.api.desk_urls import urlpatterns

hooks.register("register_admin_urls", lambda: urlpatterns)


class KeysItem(MenuItem):
    """An entry for who keeps keys."""

    def is_shown(self, request: HttpRequest) -> bool:
        """Whether she does."""
        return permissions.can_keep_keys(viewer(request))


@hooks.register("register_settings_menu_item")
def keys_entry() -> MenuItem:
    """Among the settings."""
    return KeysItem(_("Keys of the API"), reverse_lazy("api_keys"), name="api-keys", icon_name="key", order=900)


class LateItem(MenuItem):
    """An entry for who decides about events that came too late."""

    def is_shown(self, request: HttpRequest) -> bool:
        """Whether she does."""
        return permissions.can_review(viewer(request))


@hooks.register("register_reports_menu_item")
def late_entry() -> MenuItem:
    """Among the reports."""
    return LateItem(_("Late events"), reverse_lazy("api_late_events"), name="late-events", icon_name="time", order=1150)


@hooks.register("register_log_actions")
def name_actions(registry: LogActionRegistry) -> None:
    """How a line of the log reads."""

    @registry.register_action(actions.MADE)
    class Made(LogFormatter):
        """A key was made."""

        label, message = _("Make a key of the API"), _("Made a key of the API")

    @registry.register_action(actions.ROTATED)
    class Rotated(LogFormatter):
        """A key was given a new secret."""

        label, message = _("Give a key of the API a new secret"), _("Gave a key of the API a new secret")

    @registry.register_action(actions.REVOKED)
    class Revoked(LogFormatter):
        """A key was ended."""

        label, message = _("Revoke a key of the API"), _("Revoked a key of the API")

    @registry.register_action(reviewing.ACCEPTED)
    class Accepted(LogFormatter):
        """An event that came too late was accepted."""

        label, message = _("Accept a late event"), _("Accepted an event that came late")

    @registry.register_action(reviewing.REFUSED)
    class Refused(LogFormatter):
        """An event that came too late was refused."""

        label, message = _("Refuse a late event"), _("Refused an event that came late")

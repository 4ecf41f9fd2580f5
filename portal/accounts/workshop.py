"""The border post to Wagtail's profile of a member: her language and zone are ours, in the editor and in its letters.

Wagtail keeps a language and a zone of its own beside the member, asks that row in the editor, and for a letter falls
back to the language of whoever caused it. One fact has one home: the row stays for the editor's look and wishes.
"""

from typing import Any

from django.conf import settings
from wagtail.admin.views.account import LocaleSettingsPanel
from wagtail.users.models import UserProfile


def preferred_language(profile: Any) -> str:
    """The member's language."""
    return str(profile.user.language)


def current_time_zone(profile: Any) -> str:
    """The member's zone, the house's where she named none."""
    return str(profile.user.zone or settings.TIME_ZONE)


def nowhere(panel: Any) -> bool:
    """The editor's own choice of language and zone would be a second home for both."""
    return False


UserProfile.get_preferred_language = preferred_language
UserProfile.get_current_time_zone = current_time_zone
LocaleSettingsPanel.is_active = nowhere

"""The border post to Wagtail's profile of a member: her name, picture, language and zone are ours, in the editor and in
its letters.

Wagtail keeps a language and a zone of its own beside the member, asks that row in the editor, and for a letter falls
back to the language of whoever caused it. One fact has one home: the row stays for the editor's look and wishes.
"""

from typing import Any

from django.conf import settings
from wagtail.admin.ui.sidebar import MainMenuModule
from wagtail.admin.views.account import AvatarSettingsPanel, LocaleSettingsPanel, NameEmailSettingsPanel
from wagtail.users.models import UserProfile


def preferred_language(profile: Any) -> str:
    """The member's language."""
    return str(profile.user.language)


def current_time_zone(profile: Any) -> str:
    """The member's zone, the house's where she named none."""
    return str(profile.user.zone or settings.TIME_ZONE)


def nowhere(panel: Any) -> bool:
    """The editor's own forms for her language and zone, her name and her picture would be second homes for them. The
    name's asked for a first and a last one, which members lack, and so could not be left empty either."""
    return False


def named(module: MainMenuModule) -> list[Any]:
    """Her name at the foot of the menu, where Wagtail writes the address of whoever has no first name."""
    items, own_items, who = with_address(module)
    return [items, own_items, who | {"name": str(module.user.name)}]


UserProfile.get_preferred_language = preferred_language
UserProfile.get_current_time_zone = current_time_zone
for panel in (NameEmailSettingsPanel, AvatarSettingsPanel, LocaleSettingsPanel):
    panel.is_active = nowhere
with_address = MainMenuModule.js_args
MainMenuModule.js_args = named

"""Which pages the settings area lists. Rooms below the roof may bring entries of their own."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.ui.settings_area import Entry, offer, register

register(
    Entry("profile", _("Profile"), "user", "settings:profile", 10, _("Name, face, and what you tell about yourself"))
)
register(Entry("privacy", _("Privacy"), "eye", "settings:privacy", 20, _("Who sees which part of your page")))
register(Entry("blocks", _("Kept away"), "ban", "settings:blocks", 22, _("Whom you want nothing to do with")))
register(
    Entry(
        "badges", pgettext_lazy("on the shelf", "Badges"), "award", "badges:choose", 25, _("What stands on your page")
    )
)
register(Entry("board", _("The board"), "list-ordered", "badges:board_settings", 27, _("Whether you stand on it")))
register(
    Entry("notifications", _("Notifications"), "bell", "notifications:wishes", 30, _("What to tell you, and where"))
)
register(Entry("place", _("Language and time"), "globe", "settings:place", 40, _("For pages and for letters")))
offer(Entry("security", _("Security"), "shield-check", "account_security", 50, _("How you come in, and second keys")))
offer(Entry("phone", _("Phone"), "smartphone", "account_phone", 60, _("The number that stands for you")))
offer(Entry("devices", _("Devices"), "monitor", "usersessions_list", 70, _("Where you are signed in")))
register(
    Entry("consents", _("What you agreed to"), "scroll-text", "settings:consents", 80, _("Consents, and your own data"))
)
register(
    Entry(
        "moderation",
        _("Moderation"),
        "shield-check",
        "moderation:mine",
        85,
        _("Words that wait or were put away, and trust"),
    )
)
register(Entry("leave", _("Leaving"), "door-open", "settings:leave", 90, _("What happens when you go")))

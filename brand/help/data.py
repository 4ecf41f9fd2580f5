"""What the help centre knows about a member: for her export, and for erasing her."""

from django.utils.translation import gettext_lazy as _

from brand.help.models import HelpAnswer
from portal.core.personal_data import DataType, excuse, register, rows

register(
    DataType(
        "help_answers",
        _("Whether help helped you"),
        ("brand.HelpAnswer",),
        lambda member: rows(HelpAnswer.objects.filter(member=member), "question", "helped", "words", "at"),
        lambda member: HelpAnswer.objects.filter(member=member).delete() and None,
    )
)
for _page in ("HelpIndexPage", "HelpGroupPage", "HelpPage", "LegalPage"):
    excuse(f"brand.{_page}", "pages of the brand; their editor is named as staff, and the page is not about her")

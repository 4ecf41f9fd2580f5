"""What the stories know about a member: for her export, and for erasing her."""

from django.utils.translation import gettext_lazy as _

from brand.stories.models import StoryReading
from portal.core.personal_data import DataType, excuse, register, rows

register(
    DataType(
        "stories_read",
        _("Stories you read to the end"),
        ("brand.StoryReading",),
        lambda member: rows(StoryReading.objects.filter(member=member), "story", "at"),
        lambda member: StoryReading.objects.filter(member=member).delete() and None,
    )
)
for _page in ("StoryIndexPage", "StoryPage"):
    excuse(f"brand.{_page}", "pages of the brand; their editor is named as staff, and the page is not about her")

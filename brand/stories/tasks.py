"""Work that a reader should not have to wait for."""

from django_tasks import task

from brand.stories.models import StoryPage
from brand.writing.seo import SHARED

WIDTHS, FORMATS = (640, 1200, 1600), ("webp", "jpeg")


@task()
def draw_covers(story_id: int) -> int:
    """Draws every size of a story's cover that its templates ask for; returns how many there are. Idempotent."""
    story = StoryPage.objects.filter(pk=story_id).select_related("cover").first()
    if story is None or story.cover is None:
        return 0
    wanted = [f"width-{width}|format-{form}" for form in FORMATS for width in WIDTHS]
    return len(story.cover.get_renditions(*wanted, SHARED))

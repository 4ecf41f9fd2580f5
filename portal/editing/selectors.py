"""Reads of the desk: what is within somebody's reach."""

from collections.abc import Sequence

from django.db.models import QuerySet
from wagtail.models import Page, TaskState
from wagtail.permissions import page_permission_policy
from wagtail_localize.models import StringSegment, StringTranslation, Translation

from brand.stories.models import StoryIndexPage
from portal.accounts.models import Member
from portal.events.models import Delivery


def own_pages(member: Member, ids: Sequence[int]) -> set[int]:
    """Which of these pages her own rights reach. One query beside her rights."""
    hers = page_permission_policy.instances_user_has_any_permission_for(member, {"change", "publish"})
    return set(hers.filter(pk__in=ids).values_list("pk", flat=True))


def pages_within_reach(member: Member, ids: Sequence[int]) -> set[int]:
    """Which of these pages she may open in the editor now: her own, and those that wait for her. Constant queries."""
    found = own_pages(member, ids)
    if found != set(ids):
        waiting = TaskState.objects.reviewable_by(member).values_list("revision__object_id", flat=True)
        found |= {int(key) for key in waiting} & set(ids)
    return found & set(Page.objects.filter(pk__in=ids).values_list("pk", flat=True))


def shelves_of(member: Member) -> "list[StoryIndexPage]":
    """The shelves on which she may put a story, in her language where there are some. Two queries beside her rights."""
    places = page_permission_policy.instances_user_has_permission_for(member, "add")
    found = StoryIndexPage.objects.live().filter(page_ptr_id__in=places.values("pk")).select_related("locale")
    shelves = list(found.order_by("path"))
    return [shelf for shelf in shelves if shelf.locale.language_code == member.language] or shelves


def failed_deliveries(*, limit: int | None = None) -> "QuerySet[Delivery]":
    """Deliveries that were tried and failed and are still owed, the most stubborn first; event included."""
    rows = Delivery.objects.filter(done_at=None).exclude(error="").select_related("event").order_by("-attempts", "pk")
    return rows[:limit]


def translation_into(page: Page) -> Translation | None:
    """The running translation that writes this page, or None for a page with words of its own. One query."""
    rows = Translation.objects.filter(source__object_id=page.translation_key, target_locale_id=page.locale_id)
    return rows.filter(enabled=True).select_related("source", "target_locale").first()


def own_words(translation: Translation, path: str) -> str:
    """What was translated of one field so far; empty while it was not."""
    rows = StringTranslation.objects.filter(
        context__object_id=translation.source.object_id, context__path=path, locale=translation.target_locale,
        translation_of__segments__source=translation.source,
    )  # fmt: skip
    return str(rows.values_list("data", flat=True).first() or "")


def missing_passages(translation: Translation) -> int:
    """How many passages still stand in the original language. Addresses do not count: they may be the same."""
    rows = StringSegment.objects.filter(source=translation.source).exclude(context__path="slug")
    return int(rows.annotate_translation(translation.target_locale).filter(translation=None).count())

"""Who may do what in the workshop, where Wagtail and its translation room do not ask closely enough themselves."""

from django.utils.translation import gettext_noop
from wagtail.models import Locale, Page, TaskState
from wagtail.permissions import page_permission_policy

from portal.accounts.models import Member

WORKSHOP = "wagtailadmin.access_admin"
TRANSLATE = "wagtail_localize.submit_translation"
# The form of a group shows rows of the database, shortened by Wagtail, through `{% trans %}`: here they are marked.
SHOWN_OF_ROWS = (
    gettext_noop("Can lock brand"), gettext_noop("Can publish brand"), gettext_noop("Can unlock brand"),
    gettext_noop("Can submit translations"),
)  # fmt: skip
ANY_PAGE_RIGHT = {"add", "change", "publish", "bulk_delete", "lock", "unlock"}


def may_enter(member: Member) -> bool:
    """Whether the workshop opens for her at all."""
    return member.is_active and member.has_perm(WORKSHOP)


def edits_pages(member: Member) -> bool:
    """Whether she has a right on any page: then she may look pages up to link to them."""
    return bool(page_permission_policy.user_has_any_permission(member, ANY_PAGE_RIGHT))


def looks_pages_up(member: Member) -> bool:
    """Whether lists of pages help her work: she edits some, or one waits for her."""
    return edits_pages(member) or bool(TaskState.objects.reviewable_by(member).exists())


def edits_the_whole_house(member: Member) -> bool:
    """Whether her pages reach up to a language's home, not only one section below it."""
    if member.is_superuser:
        return True
    permissions = page_permission_policy.get_cached_permissions_for_user(member)
    return any(right.page.depth <= 2 and right.permission.codename == "change_page" for right in permissions)


def can_translate(member: Member, page: Page) -> bool:
    """Whether she may have a page translated: she edits it, and may put pages where its translations will stand.

    The translation room itself asks only for the general right to translate, whatever the page.
    """
    if not member.has_perm(TRANSLATE) or not page.permissions_for_user(member).can_edit():
        return False
    parent = page.get_parent()
    if parent is None:
        return False
    places = [parent.get_translation_or_none(locale) or parent for locale in Locale.objects.exclude(pk=page.locale_id)]
    return all(place.permissions_for_user(member).can_add_subpage() for place in places)

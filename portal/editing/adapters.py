"""Border post to Wagtail: new pages get their keepers, refusals are refusals, drafts of translations stay drafts."""

from typing import Any

from django.apps import apps
from django.core.exceptions import PermissionDenied
from django.db.models.signals import post_init, post_save
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from wagtail.admin import auth
from wagtail.admin.views.reports.aging_pages import AgingPagesView
from wagtail.models import GroupApprovalTask, Page, Task, Workflow
from wagtail_localize import models as localize
from wagtail_localize.models import TranslationSource
from wagtail_localize.views import edit_translation

from brand.writing.approval import FourEyesTask
from portal.editing import actions

# What migrations, ours and Wagtail's, have called a workflow and its step, in either language.
READING, MODERATING = gettext_noop("Read by another person"), gettext_noop("Moderators approval")
CALLED = {
    READING: READING, "Người khác đọc lại": READING, MODERATING: MODERATING, "Người điều phối duyệt": MODERATING,
}  # fmt: skip


def refuse(request: HttpRequest) -> HttpResponse:
    """Wagtail answers a refusal with a redirect to the desk, which looks like success to machines and in logs."""
    raise PermissionDenied


apps.get_app_config("wagtailusers").user_viewset = "portal.editing.work.PeopleViewSet"  # type: ignore[attr-defined]  # Wagtail's own app config

# The library writes dates through strftime, whose months are English in every language. Numbers read alike in both.
localize.DATE_FORMAT = edit_translation.DATE_FORMAT = "%d/%m/%Y"

# Looked up by name at each call, in the decorators that stand around every room of the workshop.
auth.permission_denied = refuse


@receiver(post_save)
def page_made(sender: type, instance: Any, created: bool, raw: bool = False, **_kwargs: Any) -> None:
    """A new page: a language's home, or a translation of a section, is given its keepers."""
    if created and not raw and isinstance(instance, Page):
        actions.give_keepers(page=instance)


_publisher = AgingPagesView.add_last_publisher_name_to_page


def _publisher_or_the_house(self: AgingPagesView, names: dict[Any, str], page: Page) -> None:
    """What nobody published by hand was brought out by the house; Wagtail would write None there."""
    _publisher(self, names, page)
    page.last_published_by_user = page.last_published_by_user or _("system")


AgingPagesView.add_last_publisher_name_to_page = _publisher_or_the_house


@receiver(post_init, sender=Workflow)
@receiver(post_init, sender=Task)
@receiver(post_init, sender=FourEyesTask)
@receiver(post_init, sender=GroupApprovalTask)
def called_in_the_readers_language(sender: type, instance: Any, **_kwargs: Any) -> None:
    """A row has one name for readers of every language: a step of the house is named in that of whoever reads.

    A name that an administrator chose stays as it is. Saved again, the row may keep either of its two names.
    """
    called = CALLED.get(instance.__dict__.get("name", ""))  # a name that was left out of the query stays out
    if called is not None:
        instance.name = _(called)


_written = TranslationSource.create_or_update_translation


def _written_beside_what_is_public(
    self: TranslationSource, locale: Any, user: Any = None, publish: bool = True, **more: Any
) -> Any:
    """Asked for a draft, the library writes it over the public page all the same: unread words would be out at once.

    Here the public row of a live page stays; the words go into a revision.
    """
    found = Page.objects.filter(translation_key=self.object_id, locale=locale, live=True).first()
    if publish or found is None:
        return _written(self, locale, user=user, publish=publish, **more)
    page = found.specific
    save = page.save

    def keep(*args: Any, **fields: Any) -> None:
        # A revision notes itself on the page by naming its fields; whatever names none would rewrite the page.
        if fields.get("update_fields"):
            save(*args, **fields)
        else:
            page.full_clean()

    page.save = keep
    self.get_translated_instance = lambda _locale: page
    try:
        return _written(self, locale, user=user, publish=False, **more)
    finally:
        del self.get_translated_instance


TranslationSource.create_or_update_translation = _written_beside_what_is_public

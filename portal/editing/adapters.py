"""Border post to Wagtail: new pages get their keepers, refusals are refusals, letters are ours."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models.signals import post_save
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse
from wagtail.admin import auth
from wagtail.models import Page

from portal.editing import actions


def refuse(request: HttpRequest) -> HttpResponse:
    """Wagtail answers a refusal with a redirect to the desk, which looks like success to machines and in logs."""
    raise PermissionDenied


# Looked up by name at each call, in the decorators that stand around every room of the workshop.
auth.permission_denied = refuse


@receiver(post_save)
def page_made(sender: type, instance: Any, created: bool, raw: bool = False, **_kwargs: Any) -> None:
    """A new page: a language's home, or a translation of a section, is given its keepers."""
    if created and not raw and isinstance(instance, Page):
        actions.give_keepers(page=instance)

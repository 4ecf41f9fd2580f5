"""Border post to Wagtail: the brand's pages keep the tree of scopes."""

from typing import Any

from django.db.models.signals import post_delete
from django.dispatch import receiver
from wagtail.signals import page_published, page_unpublished

from brand.pages import actions
from brand.pages.models import HomePage, SubBrandPage


@receiver(page_published, sender=HomePage)
def home_published(**_kwargs: Any) -> None:
    """A brand that has a front room is the root of the tree."""
    actions.found_house()


@receiver(page_published, sender=SubBrandPage)
def house_published(instance: SubBrandPage, **_kwargs: Any) -> None:
    """A sub-brand opened, or changed its name."""
    actions.mirror_house(page=instance)


@receiver([page_unpublished, post_delete], sender=SubBrandPage)
def house_closed(instance: SubBrandPage, **_kwargs: Any) -> None:
    """A sub-brand closed in one language."""
    actions.close_house(page=instance)

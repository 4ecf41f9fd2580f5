"""Border post to Wagtail: the brand's pages keep the tree of scopes, and every masthead knows them at once."""

from typing import Any

from django.db import transaction
from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver
from wagtail.models import PageViewRestriction
from wagtail.signals import page_published, page_slug_changed, page_unpublished, post_page_move

from brand.pages import actions, selectors
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


def _forget(**_kwargs: Any) -> None:
    # Before the commit for whoever reads in this transaction, after it for everybody else.
    selectors.forget_menu()
    transaction.on_commit(selectors.forget_menu)


for _kind in selectors.KINDS:
    for _signal in (page_published, page_unpublished, post_delete):
        _signal.connect(_forget, sender=_kind, weak=False)


@receiver([post_page_move, page_slug_changed])
@receiver([post_save, post_delete], sender=PageViewRestriction)
def pages_moved_or_closed(**_kwargs: Any) -> None:
    """An address changed, or a page became private: menus are read anew."""
    _forget()

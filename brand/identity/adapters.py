"""Border post to Wagtail's settings: a saved identity is seen by the next page."""

from typing import Any

from django.db.models.signals import post_save
from django.dispatch import receiver

from brand.identity import selectors
from brand.identity.models import BrandIdentity
from portal.core import mail


@receiver(post_save, sender=BrandIdentity)
def identity_saved(instance: BrandIdentity, **_kwargs: Any) -> None:
    """Forgets the cached identity."""
    selectors.forget(instance.site_id)


# Letters leave from the worker, which has no request: they carry the name of the brand's first site.
mail.sign_with(selectors.house_name)
